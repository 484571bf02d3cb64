// swift-tools-version: 6.2
import PackageDescription

// A separate package, so that users of descent neither build nor see it. The name is given because a clone may have a folder of any name.
let package = Package(
  name: "descent-benchmarks",
  platforms: [.macOS(.v26)],
  products: [.executable(name: "benchmarks", targets: ["BenchmarkTool"])],
  dependencies: [.package(name: "descent", path: "..")],
  targets: [
    .executableTarget(
      name: "BenchmarkTool", dependencies: [.product(name: "DescentInternals", package: "descent")],
      swiftSettings: [.enableUpcomingFeature("ExistentialAny")])
  ]
)
