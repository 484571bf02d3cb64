// swift-tools-version: 6.2
import PackageDescription

// A separate package, because everything in it and its dependencies are compiled with coverage counters (`./run` has the flags). The
// name is given because a clone may have a folder of any name.
let package = Package(
  name: "descent-fuzzing",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "descent", path: "../..")],
  targets: [
    .executableTarget(
      name: "Fuzz", dependencies: [.product(name: "DescentReaders", package: "descent")],
      swiftSettings: [.enableUpcomingFeature("ExistentialAny")])
  ]
)
