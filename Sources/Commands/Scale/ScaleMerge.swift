import Experiments
import Files
import JSON
import Pages
import Platform
import Reports

/// `scale --merge FILE…`: joins the JSON of experiments on several numbers of ranks.
struct ScaleMerge: Sendable {
  static let option = Option(
    flag: "merge",
    "joins FILE…, the JSON of experiments under mpirun or srun and of one process: speed-up over ranks, time in the "
      + "exchange, and a fitted model of the network; measures nothing", traits: .perCommandLine)
  static let positional = CommandDeclaration.Positional(
    name: "FILE", meaning: "JSON that 'descent scale --json' wrote, with --merge", isOptional: true, repeats: true)

  let files: [String]
  let outputs: ResultOutputs

  /// - Returns: nil without `--merge`.
  /// - Throws: `UsageError` for files without it, for none with it, and for options of a measurement.
  init?(_ arguments: Arguments) throws(UsageError) {
    guard try arguments.value(Self.option) else {
      guard let file = arguments.positionals.first else { return nil }
      throw .unexpectedArgument(
        found: file, command: "scale", hint: ArgumentHint.text(for: 0, arguments) ?? "--merge joins files")
    }
    files = arguments.positionals
    guard !files.isEmpty else { throw .missingArgument(name: Self.positional.name, command: "scale") }
    let own =
      ReportOptions.options.map(\.name) + [
        Self.option.name, CommonOptions.jsonOption.name, CommonOptions.quietOption.name,
        ConfigurationOptions.printOption.name,
      ]
    if let other = arguments.declared.first(where: { arguments.isGiven($0) && !own.contains($0.name) }) {
      throw .combination(
        options: [arguments.spelling(Self.option), arguments.spelling(other)], reason: "nothing is measured",
        expected: "one of them")
    }
    outputs = try ResultOutputs(arguments)
  }

  func run(_ console: Console) throws {
    try outputs.check(console)
    let merged = MergedScale(try files.flatMap { try Self.runs($0) })
    // The page follows the text, and is written after a signal, too.
    console.interruption.deferSignals()
    try outputs.write(
      console, json: { merged.json }, text: { MergedScaleText(merged, width: console.terminalWidth).text },
      page: {
        let machine = [(name: "descent", value: Version.current)]
        return (
          MergedScalePage(merged, provenance: Provenance(command: CommandText.current, machine: machine)).page, nil
        )
      })
  }

  private static func runs(_ file: String) throws -> [MergedRun] {
    try MergedRun.all(readWhole(file, limit: 1 << 28), file: file)
  }
}

extension MergedScale {
  var json: JSONValue {
    [
      "runs": .array(runs.indices.map(run)), "network": network.map(Self.json) ?? .null,
      "network_missing": .string(network == nil ? Self.missing : nil),
      // That of more cores is a single experiment's; the network's is in predicted.
      "prediction": .null,
      "predicted": .array(
        predictions.map { run in
          [
            "options": runs[run.like].options, "ranks": .number(run.ranks), "seconds": .number(run.seconds),
            "samples_per_second": .number(runs[run.like].samplesPerSecond * run.speedup),
            "rank_speedup": .number(run.speedup), "rank_efficiency": .number(run.speedup / Double(run.ranks)),
          ]
        }),
    ]
  }

  private func run(_ index: Int) -> JSONValue {
    let (run, speedup) = (runs[index], speedups[index])
    let own = ["file", "ranks", "hosts", "rank_speedup", "rank_efficiency", "exchange_share"]
    return .object(
      [
        .init("file", .string(run.file)), .init("ranks", .number(run.ranks)), .init("hosts", .number(run.hosts)),
        .init("rank_speedup", .number(speedup)),
        .init("rank_efficiency", .number(speedup.map { $0 / Double(run.ranks) })),
        .init("exchange_share", .number(run.exchangeShare)),
      ] + run.members.filter { !own.contains($0.name) }.map { completed($0, index) })
  }

  /// A figure relative to one worker, which the run's own file may lack; others as they are.
  private func completed(_ member: JSONValue.Member, _ index: Int) -> JSONValue.Member {
    guard member.value == .null, let speedup = workerSpeedups[index] else { return member }
    let workers = runs[index].workers
    switch member.name {
    case "speedup": return .init(member.name, .number(speedup))
    case "efficiency": return .init(member.name, .number(speedup / Double(workers)))
    case "serial_fraction": return .init(member.name, .number(karpFlatt(speedup: speedup, workers: workers)))
    default: return member
    }
  }

  private static func json(_ model: NetworkModel) -> JSONValue {
    [
      "formula": .string(NetworkModel.formula), "latency_seconds": .number(model.latency),
      "bytes_per_second": .number(model.bandwidth), "cells": .number(model.cells),
      "relative_error": .number(model.relativeError), "largest_relative_error": .number(model.largestError),
    ]
  }
}
