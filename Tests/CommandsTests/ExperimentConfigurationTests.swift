import Testing

@testable import Commands

@Suite("The options of a resumed experiment")
struct ExperimentConfigurationTests {
  private func configuration(label: String) throws -> ExperimentConfiguration {
    let words = ["--data", "any.csv", "--label", label]
    return ExperimentConfiguration(
      try Arguments(words, command: "compare", groups: CompareCommand.declaration.allGroups))
  }

  @Test(
    "Options are equal after they were written and read, whatever their characters",
    arguments: ["plain-1.2_x:/", "año & 50 % = \"half\", 5%41", "%", "日本\n語"])
  func written(label: String) throws {
    let configuration = try configuration(label: label)
    #expect(configuration.text.allSatisfy { $0.isASCII && !",\" \n".contains($0) }, "\(configuration.text)")
    try configuration.check(configuration.text, file: "rows.csv")
    let message = #expect(throws: UsageError.self) {
      try configuration.check(self.configuration(label: label + "é").text, file: "rows.csv")
    }
    #expect("\(message.map(String.init(describing:)) ?? "")".contains(label + "é"))
  }
}
