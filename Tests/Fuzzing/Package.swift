// swift-tools-version: 6.2
import PackageDescription

// A package of its own, since everything in it and under it is compiled with coverage counters: `./run` has the flags. `descent`
// beside this file is a symbolic link to the package above: a package is known by the last part of its path, and a clone may
// lie in a folder of any name.
let package = Package(
  name: "descent-fuzzing",
  platforms: [.macOS(.v26)],
  dependencies: [.package(path: "descent")],
  targets: [
    .executableTarget(
      name: "Fuzz", dependencies: [.product(name: "DescentReaders", package: "descent")],
      swiftSettings: [.enableUpcomingFeature("ExistentialAny")])
  ]
)
