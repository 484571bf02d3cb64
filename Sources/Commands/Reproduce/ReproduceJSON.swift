import Experiments
import JSON

/// The results of `reproduce` for `--json`.
enum ReproduceJSON {
  static func list(_ options: ReproduceOptions) -> JSONValue {
    [
      "results": .array(
        Reproductions.all.map { entry in
          let run = ReproductionRun(entry, options)
          return .object(
            [
              .init("name", .string(entry.name)), .init("source", .string(entry.source)),
              .init("what", .string(entry.what)), .init("command", .string(run.command)),
              .init("seeds", .number(run.seeds)), .init("measured", .string(entry.measured)),
            ] + facts(entry))
        })
    ]
  }

  /// The figures with which a result is compared.
  private static func facts(_ entry: Reproduction) -> [JSONValue.Member] {
    [
      .init("expected", .number(entry.expectedValue)), .init("expected_text", .string(entry.expected)),
      .init("quantity", .string(entry.measure.text)),
      .init("band", .array([.number(entry.band.lowerBound), .number(entry.band.upperBound)])),
      .init("band_basis", .string(entry.basis.rawValue)),
      .init("deviations", .array(entry.deviations.map { .string($0) })),
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
      .init("seconds", .number(result.seconds)),
      .init("agrees", result.agrees.map { .bool($0) } ?? .null),
      .init("value", .number(result.value)), .init("source", .string(entry.source)),
      .init("skipped", .string(result.skipped)),
      .init(
        "committee_errors",
        result.committeeErrors.isEmpty ? .null : .array(result.committeeErrors.map { .number($0) })),
      .init("verdict", .string(result.verdict.rawValue)), .init("least_seeds", .number(entry.minimumNetworks)),
      .init("waiting_share", .number(result.processorUse.lostFraction)),
      .init("disturbed", .bool(result.processorUse.isDisturbed)),
    ] + facts(entry)
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
