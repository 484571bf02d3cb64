// swift-tools-version: 6.2
import PackageDescription

// A package of its own: users of descent neither build nor see it. `descent` beside this file is a symbolic link to the folder
// above, since a package is known by the last part of its path, and a clone may lie in a folder of any name.
let package = Package(
  name: "descent-benchmarks",
  platforms: [.macOS(.v26)],
  products: [.executable(name: "benchmarks", targets: ["BenchmarkTool"])],
  dependencies: [.package(path: "descent")],
  targets: [
    .executableTarget(
      name: "BenchmarkTool", dependencies: [.product(name: "DescentInternals", package: "descent")],
      swiftSettings: [.enableUpcomingFeature("ExistentialAny")])
  ]
)
