import Testing

@Suite("The process on a system of little memory, or without /proc", .serialized)
struct PoorSystemTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write("clouds.csv", SmallData.clouds())
  }

  @Test("Data that do not fit into the available memory are an error, and do not end the process")
  func littleMemory() throws {
    for (words, option) in [
      ("data describe synthetic:9000000,10", "synthetic:9000000,10"),
      ("train --data synthetic:3000,10 --resize 4000 --epochs 1", "resizing"),
    ] {
      let outcome = try Executable.shell("ulimit -v 4000000; $descent \(words)", in: scratch.path)
      #expect(outcome.status == 1, "\(outcome.status)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(
        outcome.errors.hasPrefix("descent: \(option): found ") && outcome.errors.contains("ulimit -v"),
        "\(outcome.errors)")
    }
  }

  #if os(Linux)
    @Test(
      "A limit of address space ends no run by a trap: it trains to the same bits without packed rows, or says what does not fit"
    )
    func littleAddressSpace() throws {
      let words = "train --data synthetic:20000,10 --hidden 8 --steps 20 --workers 2 --quiet --save"
      let free = try Executable.shell("$descent \(words) free", in: scratch.path)
      try #require(free.status == 0, "\(free.errors)")
      var ends: Set<Int32> = []
      for kilobytes in stride(from: 60_000, through: 240_000, by: 10_000) {
        let outcome = try Executable.shell(
          "export LLVM_PROFILE_FILE=/dev/null; ulimit -v \(kilobytes); $descent \(words) limited", in: scratch.path)
        // Not even its libraries fit.
        if outcome.status == 127 { continue }
        ends.insert(outcome.status)
        if outcome.status == 0 {
          #expect(try scratch.read("limited") == scratch.read("free"), "\(kilobytes)")
        } else {
          // A line about signals may come before, if their thread does not fit.
          let lines = outcome.errors.split(separator: "\n")
          #expect(outcome.status == 1 && lines.count <= 2, "\(kilobytes): \(outcome.errors)")
          #expect(lines.last?.contains("ulimit -v") == true, "\(kilobytes): \(outcome.errors)")
        }
      }
      #expect(ends == [0, 1])
    }
  #endif

  @Test("Outputs of more samples and classes than fit into memory are rejected before any is computed")
  func manyAnswers() throws {
    try scratch.write("many.csv", (0..<24_000).map { "\($0),\($0 % 7),\($0 % 11)\n" }.joined())
    let training = try Executable.shell(
      "$descent train --data many.csv --test-fraction 0 --epochs 0 --hidden 1 --quiet --save model", in: scratch.path)
    try #require(training.status == 0, "\(training.errors)")
    for command in ["evaluate", "predict"] {
      let outcome = try Executable.shell(
        "ulimit -v 4000000; $descent \(command) model --data many.csv", in: scratch.path)
      #expect(outcome.status == 1 && outcome.output == "", "\(command): \(outcome.status)")
      #expect(
        outcome.errors.contains("descent: model: found answers to 24000 samples")
          && outcome.errors.contains("ulimit -v"), "\(outcome.errors)")
    }
    let reported = try Executable.shell(
      "ulimit -v 4000000; $descent train --data many.csv --test-fraction 0 --epochs 1 --hidden 1 --report page.html",
      in: scratch.path)
    #expect(reported.status == 1 && reported.output == "", "\(reported.output)")
    #expect(reported.errors.contains("descent: --report: found answers to 24000 samples"), "\(reported.errors)")
  }

  @Test(
    "Where no /proc is mounted, as in a bare chroot, a command line is one all the same",
    .enabled(if: Mounts.areAllowed, "needs the right to mount"))
  func noProcesses() throws {
    let run = "$descent train --data clouds.csv --epochs 1 --report 'a page.html'"
    let outcome = try Executable.shell(
      "mkdir none; \(Mounts.prefix) sh -c \"mount --bind none /proc && \(run) && $descent info && $descent infos\"",
      in: scratch.path)
    #expect(outcome.status == 2 && outcome.errors.contains("infos"), "\(outcome.errors)")
    #expect(outcome.lines.first?.hasPrefix("Data: clouds.csv") == true, "\(outcome.output)")
    #expect(outcome.lines.contains { $0.hasPrefix("instruction set ") }, "\(outcome.output)")
    #expect(try scratch.page("a page.html").contains(run.replacing("$descent", with: "descent")))
  }
}
