import Experiments
import JSON
import Training

/// The JSON of `scale --json`.
extension ScaleOutcome {
  var json: JSONValue {
    var reason: String?
    if case .failure(let missing) = prediction { reason = missing.description }
    return [
      "runs": .array(runs.indices.map(run)), "prediction": (try? prediction.get()).map(json) ?? .null,
      "prediction_missing": .string(reason), "cores": .number(cores), "cores_together": together,
      "source": .string(source), "last_batch": .string(lastBatches), "experiment": .string(shared),
      "mpi": .string(ranks?.library), "interrupted": .bool(!isComplete), "planned_runs": .number(planned),
    ]
  }

  /// The treatment of samples that do not fill a whole batch.
  private var lastBatches: String {
    LastBatch.text(of: plans.map(\.configuration.lastBatch))
  }

  private var together: JSONValue {
    guard let coresTogether else { return .null }
    let (speedup, barrier) = (coresTogether.speedup, coresTogether.barrier)
    return [
      "cores": .number(coresTogether.cores), "speedup": .number(speedup.median),
      "quartiles": [.number(speedup.lower), .number(speedup.upper)],
      "barrier_seconds": .number(barrier.median),
      "barrier_quartiles": [.number(barrier.lower), .number(barrier.upper)],
    ]
  }

  private func run(_ index: Int) -> JSONValue {
    let run = runs[index]
    return .object(
      [
        .init("options", .object(grid.members(of: grid.cells[index], batchSize: run.choices.batchSize))),
        .init("workers", .number(run.workers)), .init("batch_size", .number(run.choices.batchSize)),
        .init("gradients", .string(run.choices.gradients.rawValue)),
        .init("seconds", .number(run.seconds.median)), .init("samples_per_second", .number(run.samplesPerSecond)),
        .init("speedup", .number(run.speedup?.median)), .init("efficiency", .number(run.efficiency)),
        .init("serial_fraction", .number(run.serialFraction)),
        .init("quartiles", [.number(run.seconds.lower), .number(run.seconds.upper)]),
        .init(
          "phases",
          run.measuredPhases.map { .object(zip(StepPhase.allCases, $0).map { .init("\($0)", .number($1)) }) } ?? .null),
        .init("seconds_to_target", .number(run.secondsToTarget)), .init("oversubscribed", .bool(run.isOversubscribed)),
      ] + more(run))
  }

  /// Details beyond the table.
  private func more(_ run: ScaleRun) -> [JSONValue.Member] {
    [
      .init(
        "speedup_quartiles", run.speedup.map { [.number($0.lower), .number($0.upper)] } ?? .null),
      .init("steps_to_target", run.reach.map { .number($0.steps) } ?? .null),
      .init("rounds", .number(run.timings.count)), .init("steps_per_epoch", .number(run.choices.stepsPerEpoch)),
      .init("input", .string(run.choices.input.rawValue)),
      .init("instruction_set", .string(run.choices.instructionSet.rawValue)),
      .init("waiting_share", .number(run.processorUse.lostFraction)),
      .init("disturbed", .bool(run.processorUse.isDisturbed)),
      .init("ranks", .number(ranks?.size ?? 1)), .init("hosts", .number(ranks?.hosts ?? 1)),
      .init("exchange_seconds", .number(run.exchangeSeconds)),
      .init("bytes_per_step", run.bytesPerStep.map { .number($0) } ?? .null),
    ]
  }

  private func json(_ prediction: ScalePrediction) -> JSONValue {
    let model = prediction.model
    return [
      "formula": .string("seconds per step = " + model.terms.joined(separator: " + ")),
      "parts": .array(
        model.parts.map { part in
          [
            "symbol": .string(part.symbol), "name": .string(part.name), "per": .string(part.unit),
            "seconds": .number(model.seconds[part]),
          ]
        }),
      "cells": .number(model.cells), "cores": .number(prediction.cores),
      "relative_error": .number(model.relativeError), "largest_relative_error": .number(model.largestError),
      "runs": .array(
        prediction.runs.map { run in
          let choices = runs[run.like].choices
          let options = grid.members(of: grid.cells[run.like], batchSize: choices.batchSize).map { member in
            member.name == "workers" ? JSONValue.Member("workers", .number(run.workers)) : member
          }
          return [
            "options": .object(options), "workers": .number(run.workers), "batch_size": .number(choices.batchSize),
            "gradients": .string(choices.gradients.rawValue), "seconds": .number(run.seconds),
            "samples_per_second": .number(run.samplesPerSecond), "speedup": .number(run.speedup),
            "speedup_range": [.number(run.speedupRange.lowerBound), .number(run.speedupRange.upperBound)],
            "efficiency": .number(run.efficiency),
          ]
        }),
    ]
  }
}
