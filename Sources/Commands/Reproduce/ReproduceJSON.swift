import Experiments
import JSON

/// The results of `reproduce` for `--json`.
enum ReproduceJSON {
  static var list: JSONValue {
    [
      "results": .array(
        Reproductions.all.map { ["name": .string($0.name), "source": .string($0.source), "what": .string($0.what)] })
    ]
  }

  static func results(_ results: [ReproductionResult], isSingle: Bool) -> JSONValue {
    guard isSingle else {
      return .array(results.map { .object([.init("name", .string($0.entry.name))] + members($0)) })
    }
    return results.first.map { .object(members($0)) } ?? .null
  }

  private static func members(_ result: ReproductionResult) -> [JSONValue.Member] {
    let entry = result.entry
    let isError = entry.measure.isError
    return [
      .init("command", .string(result.command)), .init("error", isError ? .number(result.value) : .null),
      .init(
        "errors",
        isError && (result.skipped == nil || !result.errors.isEmpty) ? .array(result.errors.map { .number($0) }) : .null
      ),
      .init("expected", .number(entry.expectedValue)),
      .init("band", .array([.number(entry.band.lowerBound), .number(entry.band.upperBound)])),
      .init("seconds", .number(result.seconds)),
      .init("agrees", result.agrees.map { .bool($0) } ?? .null),
      .init("quantity", .string(entry.measure.text)), .init("value", .number(result.value)),
      .init("band_basis", .string(entry.basis.rawValue)), .init("source", .string(entry.source)),
      .init("deviations", .array(entry.deviations.map { .string($0) })),
      .init("skipped", .string(result.skipped)), .init("expected_text", .string(entry.expected)),
      .init(
        "committee_errors",
        result.committeeErrors.isEmpty ? .null : .array(result.committeeErrors.map { .number($0) })),
      .init("verdict", .string(result.verdict.rawValue)), .init("least_seeds", .number(Double(entry.leastNetworks))),
    ]
  }
}

/// `--metrics` of `reproduce`: a row for each network, or for a comparison.
enum ReproduceRows {
  static let columns = ["name", "seed", "test_error", "seconds", "value"]

  static func rows(_ result: ReproductionResult) -> [[JSONValue.Member]] {
    func row(_ seed: JSONValue, _ error: Double?, _ seconds: Double?) -> [JSONValue.Member] {
      [
        .init("name", .string(result.entry.name)), .init("seed", seed), .init("test_error", .number(error)),
        .init("seconds", .number(seconds)), .init("value", .number(result.value)),
      ]
    }
    guard result.errors.count == result.seeds.count, !result.seeds.isEmpty else {
      return result.skipped == nil ? [row(.null, nil, result.seconds)] : []
    }
    return result.seeds.indices.map { index in
      row(
        .number(literal: "\(result.seeds[index])"), result.errors[index],
        index < result.allSeconds.count ? result.allSeconds[index] : nil)
    }
  }
}
