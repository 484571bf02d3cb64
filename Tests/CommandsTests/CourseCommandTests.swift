import Course
import Foundation
import Reports
import Testing

@testable import Commands

@Suite("descent course")
struct CourseCommandTests {
  @Test("takes an exercise's name, all, or nothing")
  func names() throws {
    for words in [["course"], ["course", "all"], ["course", "berzal-xor", "--json"]] {
      guard case .run(let command, _) = try Invocation(words), command is CourseCommand else {
        Issue.record("\(words) is something else")
        return
      }
    }
  }

  @Test("exits with 1 if an expected number is changed, for one exercise and for all", arguments: [false, true])
  func status(isMoved: Bool) throws {
    var exercise = try #require(CourseCatalogue.named("berzal-delta-rule"))
    if isMoved { exercise.expectations[0].expected += 1 }
    let others = try [#require(CourseCatalogue.named("arriola-cross-entropy"))]
    let output = try #require(FileHandle(forWritingAtPath: "/dev/null"))
    let console = Console(
      output: StandardOutput(descriptor: output.fileDescriptor), progress: ProgressDisplay(isQuiet: true),
      interruption: Interruption())
    for words in [["course", "all"], ["course", "all", "--json"], ["course", exercise.name]] {
      guard case .run(let parsed, _) = try Invocation(words), var command = parsed as? CourseCommand else {
        Issue.record("\(words) is something else")
        return
      }
      if case .one = command.selection {
        command.selection = .one(exercise)
      } else {
        command.selection = .all([exercise] + others)
      }
      #expect(Program.run(.run(command), console) == (isMoved ? .failed : .done), "\(words)")
    }
  }

  @Test("rejects an unknown name, with the nearest one")
  func unknown() {
    #expect(
      throws: UsageError.argument(
        name: "NAME", found: "berzal-xr", allowed: "all or a name that 'descent course' lists", nearest: "berzal-xor")
    ) { try Invocation(["course", "berzal-xr"]) }
  }

  @Test(
    "reports commands that the program takes", arguments: CourseCatalogue.all.filter { $0.command != nil }.map(\.name))
  func commands(name: String) throws {
    let command = try #require(CourseCatalogue.named(name)?.command)
    let words = command.split(separator: " ").map(String.init)
    #expect(words.first == "descent")
    let places = ["cafe.csv", "xor.csv", "correlated.csv", "neuron.csv", "wave.csv", "Data/mnist", "SOURCE"]
    let known = words.dropFirst().map { places.contains($0) ? "synthetic" : $0 }
    guard case .run = try Invocation(known) else {
      Issue.record("\(command) runs nothing")
      return
    }
  }
}
