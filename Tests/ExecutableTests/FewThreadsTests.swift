import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Limits of threads hold for a user, and not for root: the executable runs as an unused user ID.
private enum Limited {
  static func run(_ words: String, threads: Int) throws -> Executable.Outcome {
    try shell("$limited ./descent \(words)", threads: threads)
  }

  /// Runs a script in which `$limited` stands before a command of that user's, in a folder that holds the executable.
  static func shell(_ script: String, threads: Int) throws -> Executable.Outcome {
    let limited = "setpriv --reuid 54321 --regid 54321 --clear-groups prlimit --nproc=\(threads)"
    let scratch = try Scratch()
    return try withExtendedLifetime(scratch) {
      // The folder that it was built in may be closed to others, and so that of its counts, where what is run is counted.
      try Executable.shell(
        "cp \"$descent\" descent\nexport LLVM_PROFILE_FILE=/dev/null\nlimited='\(limited)'\n\(script)", in: scratch.path
      )
    }
  }

  static let isPossible = getuid() == 0 && (try? run("--version", threads: 100).status) == 0
}

@Suite(
  "A system that allows few threads", .serialized,
  .enabled(if: Limited.isPossible, "needs root, setpriv and prlimit"))
struct FewThreadsTests {
  @Test("runs any number of workers on the threads that it has", arguments: ["partial", "owned"])
  func manyWorkers(strategy: String) throws {
    let outcome = try Limited.run(
      "train --data synthetic:200,50 --epochs 1 --quiet --workers 128 --gradients \(strategy)", threads: 6)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
  }

  @Test("reads, packs, trains and shows progress on any number of threads", arguments: 1...6)
  func anyNumber(threads: Int) throws {
    let outcome = try Limited.shell(
      """
      ./descent data synthesize digits --data synthetic:1100,60 --quiet
      mkdir -m 777 made
      run() { timeout 60 $limited ./descent "$@" >/dev/null 2>errors || { echo "$*: $?"; cat errors; }; }
      run train --data digits --steps 20 --workers 2
      run train --data digits --resize 14 --standardize --hidden 8 --steps 5
      run train --data synthetic:500,50 --hidden 8 --epochs 2 --seeds 3
      run sweep --data synthetic:500,50 --hidden 8 --learning-rate log:1e-3..1 --trials 3 --epochs 1 --validation-fraction 0.1
      run data augment digits made/copies --quiet
      """, threads: threads)
    #expect(outcome.output == "" && outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }

  @Test("chooses no more workers than threads by itself")
  func fits() throws {
    let own = try Limited.run("train --data synthetic:200,50 --epochs 1", threads: 6)
    #expect(own.status == 0 && own.output.contains("; workers 1,"), "\(own.output)\(own.errors)")
  }

  @Test("can end the process by a signal, also where no thread waits for one")
  func signal() throws {
    let outcome = try Limited.shell(
      """
      mkfifo rows.csv
      exec 3<>rows.csv
      $limited ./descent data describe rows.csv &
      sleep 1
      kill -TERM $!
      for i in $(seq 50); do kill -0 $! 2>/dev/null || break; sleep 0.1; done
      kill -KILL $! 2>/dev/null
      wait $!
      echo $?
      """, threads: 1)
    #expect(outcome.output == "143\n", "\(outcome.output)")
    #expect(outcome.errors.contains("no thread for signals"), "\(outcome.errors)")
  }
}

@Suite("A process that may run on one processor")
struct AffinityTests {
  @Test("counts one core, whatever the machine has", .enabled(if: (try? Executable.shell("taskset -V").status) == 0))
  func affinity() throws {
    let outcome = try Executable.shell(
      "taskset -c \"$(taskset -cp $$ | sed 's/.*[ ,-]//')\" \"$descent\" info --json")
    #expect(outcome.output.contains("\"cores\":1,"), "\(outcome.output)\(outcome.errors)")
  }
}
