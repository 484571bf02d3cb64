// swift-tools-version: 6.2
import PackageDescription

/// The name under which the compiler knows the package above: that of its folder, as an identifier. With it, declarations with `package`
/// access are visible here.
let owner: String = {
  let folder = Context.packageDirectory.split(separator: "/").dropLast(2).last.map { $0.lowercased() } ?? "descent"
  let name = folder.hasSuffix(".git") ? String(folder.dropLast(4)) : folder
  return String(name.enumerated().map { $1.isLetter || ($1.isNumber && $0 > 0) ? $1 : "_" })
}()

// A separate package, because everything in it and its dependencies are compiled with coverage counters (`./run` has the flags). The
// name is given because a clone may have a folder of any name.
let package = Package(
  name: "descent-fuzzing",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "descent", path: "../..")],
  targets: [
    .executableTarget(
      name: "Fuzz", dependencies: [.product(name: "DescentReaders", package: "descent")],
      packageAccess: false,
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"), .unsafeFlags(["-package-name", owner]),
      ])
  ]
)
