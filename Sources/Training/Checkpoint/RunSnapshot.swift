import Kernels
import Networks

/// A copy of a run's state between two steps, in memory that is allocated once: taking a snapshot only copies.
final class RunSnapshot: @unchecked Sendable {
  // Unchecked: used by one thread at a time.
  private let parameters: AlignedBuffer<Float>
  private let average: AlignedBuffer<Float>?
  private let states: [AlignedBuffer<Float>]
  private let order: AlignedBuffer<Int32>
  private(set) var position: RunPosition

  init(_ trainer: Trainer) {
    parameters = AlignedBuffer(count: trainer.network.layout.count)
    average =
      trainer.configuration.average == .none ? nil : AlignedBuffer(count: trainer.network.layout.count)
    states = trainer.optimizerStates.map { AlignedBuffer(count: $0.count) }
    order = AlignedBuffer(count: trainer.trainingSamples)
    position = trainer.position
  }

  /// The size in bytes of two snapshots, and of a third copy while one is written.
  static func need(_ trainer: Trainer) -> Double {
    4 * 3
      * (Double(trainer.network.layout.count)
        * Double(1 + trainer.optimizerStateCount + (trainer.configuration.average == .none ? 0 : 1))
        + Double(trainer.trainingSamples))
  }

  /// Copies the current state of the run.
  func take(_ trainer: Trainer) {
    parameters.pointer.update(from: trainer.network.buffer.pointer, count: parameters.count)
    if let average {
      average.pointer.update(from: trainer.evaluatedNetwork.buffer.pointer, count: average.count)
    }
    for (copy, state) in zip(states, trainer.optimizerStates) {
      copy.pointer.update(from: state.pointer, count: copy.count)
    }
    _ = order.elements.update(fromContentsOf: trainer.order)
    position = trainer.position
  }

  /// The state in plain form; `frame` has the values that are constant during a run.
  func state(_ frame: Frame) -> TrainingState {
    func plain(_ buffer: AlignedBuffer<Float>) -> Parameters { frame.layout.load(from: UnsafePointer(buffer.pointer)) }
    return TrainingState(
      widths: frame.widths, parameters: plain(parameters), average: average.map(plain),
      optimizerStates: states.map(plain), order: Array(order.elements), position: position, choices: frame.choices,
      optimizer: frame.optimizer,
      data: frame.data)
  }

  /// The values that all snapshots of a run share.
  struct Frame: Sendable {
    let layout: ParameterLayout
    let widths: [Int]
    let choices: TrainingChoices
    let optimizer: String
    let data: DataFingerprint

    init(_ trainer: Trainer) {
      layout = trainer.network.layout
      widths = trainer.network.topology.widths
      choices = trainer.choices
      optimizer = type(of: trainer.configuration.optimizer).name
      data = trainer.dataFingerprint
    }
  }
}
