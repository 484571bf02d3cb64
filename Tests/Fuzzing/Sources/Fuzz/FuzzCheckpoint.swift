import Files
import Networks

@testable import Training

/// Checkpoints. Bit 0 of the first byte makes the checksum wrong; by bit 1 the file is put together from lines (`SpelledTensors`), else
/// what follows is the header up to a zero byte, whose length is made right, and then the numbers.
func tryCheckpoint(_ bytes: [UInt8]) {
  guard let choice = bytes.first else { return }
  let rest = bytes.dropFirst()
  let content: [UInt8]
  if choice & 2 != 0 {
    content = SpelledTensors(rest).checkpoint(isDamaged: choice & 1 != 0)
  } else {
    let header = Array(rest.prefix { $0 != 0 })
    content = SpelledTensors.signed(
      SpelledTensors.headed(header) + rest.dropFirst(header.count + 1), isDamaged: choice & 1 != 0)
  }
  let path = InputFile.write(content, ending: ".safetensors")
  guard let checkpoint = read(path) else { return }
  precondition(choice & 1 == 0, "a wrong checksum shows")
  check(checkpoint.state)
  let first = written(checkpoint)
  guard let again = read(InputFile.write(first, ending: ".safetensors")) else {
    preconditionFailure("what was written cannot be read")
  }
  precondition(written(again) == first, "what is read is written the same")
}

private func read(_ path: String) -> Checkpoint? {
  do throws(CheckpointError) {
    return try Checkpoint.read(path)
  } catch {
    switch error {
    case .unusable(let reason), .unreadable(let reason), .newer(let reason): checkMessage(reason)
    }
    return nil
  }
}

private func written(_ checkpoint: Checkpoint) -> [UInt8] {
  let path = InputFile.write([], ending: ".written")
  let bytes = outcome { () throws(FileError) in
    try checkpoint.write(to: path)
    return try readWhole(path)
  }
  guard case .success(let bytes) = bytes else { preconditionFailure("what was read cannot be written") }
  return bytes
}

/// Properties that a run assumes of a checkpoint.
private func check(_ state: TrainingState) {
  let all = [state.parameters] + state.optimizerStates + (state.position.best.map { [$0.parameters] } ?? [])
  for parameters in all {
    precondition(parameters.layers.count == state.widths.count - 1, "parameters for each layer")
    for (layer, (inputs, outputs)) in zip(parameters.layers, zip(state.widths, state.widths.dropFirst())) {
      precondition(layer.weight.count == inputs * outputs, "a weight for each input and output")
      precondition(layer.bias.isEmpty || layer.bias.count == outputs, "a bias for each output")
    }
  }
  precondition(state.parameters.isFinite, "finite numbers")
  let (choices, position) = (state.choices, state.position)
  precondition(choices.workers >= 1 && choices.batchSize >= 1 && choices.stepsPerEpoch >= 1, "a run with steps")
  for ranks in 1...3 {
    precondition(choices.workers(onRanks: ranks).map { $0 >= 1 } ?? true, "a worker on each rank")
  }
  precondition(position.epochsDone >= 0 && position.stepsDone + position.epochsDone >= 0, "counts that can be added")
}
