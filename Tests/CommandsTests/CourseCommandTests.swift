import Testing

@testable import Commands

@Suite("descent course")
struct CourseCommandTests {
  @Test("takes an exercise's name, all, or nothing")
  func names() throws {
    for words in [["course"], ["course", "all"], ["course", "berzal-xor", "--json"]] {
      guard case .run(let command) = try Invocation(words), command is CourseCommand else {
        Issue.record("\(words) is something else")
        return
      }
    }
  }

  @Test("refuses a name that is none, with the nearest one")
  func unknown() {
    #expect(
      throws: UsageError.argument(
        name: "NAME", found: "berzal-xr", allowed: "all or a name that 'descent course' lists, such as berzal-xor")
    ) { try Invocation(["course", "berzal-xr"]) }
  }
}
