import Course
import Files
import Foundation
import JSON
import Reports
import TestSupport
import Testing

@testable import Commands

@Suite("descent course")
struct CourseCommandTests {
  @Test("takes an exercise's name, all, or nothing")
  func names() throws {
    for words in [["course"], ["course", "all"], ["course", "berzal-xor", "--json"]] {
      let _: CourseCommand = try Invocation.command(words)
    }
  }

  @Test("exits with 1 if an expected number is changed, for one exercise and for all", arguments: [false, true])
  func status(isMoved: Bool) throws {
    var exercise = try #require(CourseCatalog.named("berzal-delta-rule"))
    if isMoved { exercise.expectations[0].expected += 1 }
    let others = try [#require(CourseCatalog.named("arriola-cross-entropy"))]
    let output = try #require(FileHandle(forWritingAtPath: "/dev/null"))
    let console = Console(
      output: StandardOutput(descriptor: output.fileDescriptor), progress: ProgressDisplay(isQuiet: true),
      interruption: Interruption())
    for words in [["course", "all"], ["course", "all", "--json"], ["course", exercise.name]] {
      var command: CourseCommand = try Invocation.command(words)
      let arguments = try Invocation.arguments(words)
      if case .one = command.selection {
        command.selection = .one(exercise)
      } else {
        command.selection = .all([exercise] + others)
      }
      #expect(Program.run(.run(command, arguments), console) == (isMoved ? .failed : .done), "\(words)")
    }
  }

  @Test("says a reason for skipping once, then refers to the first exercise that has it")
  func sameReason() throws {
    let files = CourseFiles(source: nil, weights: "none.mat")
    let outcomes = try ["practica5-cost", "practica5-gradient"].map { name in
      try #require(CourseCatalog.named(name)).run(files)
    }
    let text = CourseText(language: .english, terminalWidth: nil)
    #expect(text.line(outcomes[0], after: []).contains("none.mat"))
    #expect(text.line(outcomes[1], after: []).contains("none.mat"))
    let line = "skipped    practica5-gradient: for the same reason as practica5-cost\n"
    #expect(text.line(outcomes[1], after: [outcomes[0]]) == line)
  }

  @Test("rejects an unknown name, with the nearest one")
  func unknown() {
    #expect(
      throws: UsageError.argument(
        name: "NAME", found: "berzal-xr", allowed: "all or a name that 'descent course' lists", nearest: "berzal-xor")
    ) { try Invocation(["course", "berzal-xr"]) }
  }

  @Test(
    "reports commands that the program takes", arguments: CourseCatalog.all.filter { $0.command != nil }.map(\.name))
  func commands(name: String) throws {
    let exercise = try #require(CourseCatalog.named(name))
    let line = try #require(exercise.runnable(data: "'my digits'", weights: "my.mat").command)
    let command = try #require(line.components(separatedBy: " | ").last)
    #expect(command.hasPrefix("descent ") && !line.contains("Data/"))
    // A command reads the table in front of it, or the source of this run of the course.
    let isPiped = line.contains(" | ")
    #expect(command.contains("--data - ") == isPiped && line.contains("'my digits'") != isPiped, "\(line)")
    #expect((exercise.table == nil) != isPiped)
    let words = command.replacing("'my digits'", with: "synthetic").split(separator: " ").dropFirst().map(String.init)
    guard case .run = try Invocation(words) else {
      Issue.record("\(command) runs nothing")
      return
    }
  }

  @Test("On a terminal a check's verdict is beside it, and a line names the columns that do not fit")
  func narrow() throws {
    var exercise = try #require(CourseCatalog.named("rivera-base"))
    exercise.compute = { _ in
      var result = ExerciseResult()
      result["largest"] = 1.61
      return result
    }
    let outcome = try exercise.run(CourseFiles())
    for (language, sentence) in [
      (CourseLanguage.english, "need a wider window; --report FILE.html has all columns."),
      (.spanish, "necesitan una ventana más ancha; --report FILE.html tiene todas las columnas."),
    ] {
      func lines(_ width: Int?) -> [String] {
        CourseText(language: language, terminalWidth: width).page(exercise, outcome)
          .split(separator: "\n").map(String.init)
      }
      let (check, agrees) = (CoursePhrases.check[language], CoursePhrases.agrees[language])
      func heading(_ width: Int?) -> [Substring] {
        lines(width).first { $0.hasPrefix(check + " ") && $0.contains("  " + agrees) }?.split(separator: " ") ?? []
      }
      for width in [50, 80, 200] {
        #expect(lines(width).allSatisfy { $0.columns <= width }, "\(lines(width))")
        #expect(heading(width).prefix(2) == [check[...], agrees[...]], "\(lines(width))")
      }
      // Without a terminal the order is that of earlier versions.
      #expect(heading(nil).last == agrees[...], "\(lines(nil))")
      #expect(lines(50).joined(separator: " ").contains(sentence), "\(lines(50))")
      for width in [200, nil] { #expect(!lines(width).contains { $0.contains("FILE.html") }) }
    }
  }

  @Test("A signal stops the exercise under way after its step, and the outcomes before it are written")
  func interrupted() throws {
    let scratch = try ScratchFolder()
    let interruption = Interruption(end: { Issue.record("the first signal ended the process with \($0)") })
    var stopped = try #require(CourseCatalog.named("berzal-xor"))
    let compute = stopped.compute
    stopped.compute = { files in
      interruption.receive(SIGINT)
      return try compute(files)
    }
    let other = try #require(CourseCatalog.named("arriola-cross-entropy"))
    let path = try scratch.write("out.json", [])
    let output = try #require(FileHandle(forWritingAtPath: path))
    let console = Console(
      output: StandardOutput(descriptor: output.fileDescriptor), progress: ProgressDisplay(isQuiet: true),
      interruption: interruption)
    let words = ["course", "all", "--json"]
    var command: CourseCommand = try Invocation.command(words)
    let arguments = try Invocation.arguments(words)
    command.selection = .all([other, stopped, other])
    #expect(Program.run(.run(command, arguments), console) == .interrupted)
    guard case .array(let outcomes) = try JSONValue.parse(scratch.read("out.json")) else {
      Issue.record("no list")
      return
    }
    #expect(outcomes.map { $0["name"]?.string } == [other.name])
  }

  @Test(
    "The progress of several exercises weighs them by their costs, and the one under way is not done before its end",
    arguments: [
      (0, 0, 0, 0, nil), (0, 0, 3, 0, nil),
      // 2 of 10 took 4 s: the others take 16 s.
      (1, 4, 4, 0.2, 16), (1, 4, 6, 0.3, 14), (1, 4, 500, 0.984, 0.32), (2, 24, 24, 1, 0),
    ] as [(Int, Double, Double, Double, Double?)])
  func progress(index: Int, begin: Double, now: Double, fraction: Double, left: Double?) {
    var progress = CourseProgress(costs: [2, 8, 0])
    progress.begin(index, seconds: begin)
    let estimate = progress.estimate(seconds: now)
    #expect(abs(estimate.fraction - fraction) < 1e-9 && (estimate.secondsLeft == nil) == (left == nil), "\(estimate)")
    #expect(abs((estimate.secondsLeft ?? 0) - (left ?? 0)) < 1e-9, "\(estimate)")
  }
}
