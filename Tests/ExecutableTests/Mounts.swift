#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Private file systems of a script, invisible to other processes and removed with it, for tests that need a full disk.
enum Mounts {
  /// Begins a shell in which `mount` is allowed: root may, others as root of a namespace of users, where the system has those.
  static let prefix = getuid() == 0 ? "unshare -m" : "unshare -rm"

  /// True if this system allows it; containers often do not.
  static let areAllowed: Bool = {
    let script = "\(prefix) sh -c 'mkdir m && mount -t tmpfs -o size=64k none m && mount --bind m m'"
    guard let scratch = try? Scratch() else { return false }
    return withExtendedLifetime(scratch) { (try? Executable.shell(script, in: scratch.path).status) == 0 }
  }()

  /// Runs a script in which `$descent` is the executable and `full` a disk of so many kilobytes; `fill` takes what is left of it,
  /// and `await CONDITION` waits until a command succeeds, for as long as the process `$run` lives, as `Event.wait`.
  static func shell(_ script: String, kilobytes: Int, in scratch: Scratch) throws -> Executable.Outcome {
    try scratch.write(
      "script",
      """
      descent='\(Executable.path)'
      mkdir full && mount -t tmpfs -o size=\(kilobytes)k none full || exit 99
      fill() { head -c \(2 * kilobytes)k /dev/zero >full/filler 2>/dev/null; }
      await() {
        looks=0
        until "$@"; do
          kill -0 $run || exit 97
          looks=$((looks + 1))
          test $looks -lt \(Event.limit.components.seconds * 100) || { kill -KILL $run; exit 96; }
          sleep 0.01
        done
      }
      \(script)
      """)
    return try Executable.shell("\(prefix) sh script", in: scratch.path)
  }
}
