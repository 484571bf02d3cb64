// swift-tools-version: 6.2
import PackageDescription

// Programs of the library's users, in a package of their own: `LibraryTests` builds and runs them.
let package = Package(
  name: "Client",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "descent", path: "../../..")],
  targets: ["Digits", "OwnData", "OwnOptimizer", "Cancellation", "SavedModel"].map { name in
    .executableTarget(name: name, dependencies: [.product(name: "Descent", package: "descent")])
  })
