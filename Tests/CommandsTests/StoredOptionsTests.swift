import JSON
import Testing

@testable import Commands

@Suite("The options of a checkpoint")
struct StoredOptionsTests {
  /// Options of a regression that was not given `--standardize-targets`, and whether its release standardizes targets with any loss.
  private func given(output: String, standardizes: Bool, isLater: Bool) -> [String: String] {
    var members: [JSONValue.Member] = [
      .init("given", ["loss": "huber:1"]),
      .init("effective", ["output": .string(output), "standardize-targets": .bool(standardizes)]),
    ]
    if isLater { members.append(.init("standardizes", "any loss")) }
    return StoredOptions(json: .object(members)).given
  }

  @Test(
    "Releases without the option standardized targets of squared error with biases only",
    arguments: [
      ("squared-error", true, nil), ("squared-error", false, "false"), ("huber:1", true, "false"),
    ])
  func earliestTargets(loss: String, hasBiases: Bool, standardizes: String?) {
    let stored = StoredOptions(
      json: ["given": [:], "effective": ["output": "identity", "loss": .string(loss), "bias": .bool(hasBiases)]])
    #expect(stored.given["standardize-targets"] == standardizes)
  }

  @Test("Seeds of a run are those of its checkpoint; one of an earlier release, or with other texts, does not tell")
  func seeds() {
    func stored(_ seeds: JSONValue) -> StoredOptions { StoredOptions(json: ["given": [:], "seeds": seeds]) }
    let run = stored(["seed": "4", "seeds": "3", "save": "m"])
    #expect((3...7).filter { run.hasSeed($0) } == [4, 5, 6])
    for other in [JSONValue.null, ["seed": "x", "seeds": "3"], ["seed": "4"]] { #expect(!stored(other).hasSeed(4)) }
    #expect(stored(["seed": "18446744073709551615", "seeds": "9"]).hasSeed(.max))
  }

  @Test("A run of an earlier release whose targets were not standardized goes on with them as they are")
  func earlierTargets() {
    #expect(
      given(output: "identity", standardizes: false, isLater: false)
        == ["loss": "huber:1", "standardize-targets": "false"])
    for (output, standardizes, isLater) in [
      ("identity", true, false), ("identity", false, true), ("tanh", false, false),
    ] {
      #expect(
        given(output: output, standardizes: standardizes, isLater: isLater) == ["loss": "huber:1"],
        "\(output) \(standardizes) \(isLater)")
    }
  }
}
