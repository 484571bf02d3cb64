import KernelInterface
import Random

/// Dropout (Srivastava et al., 2014) in its inverted form: in training, each input of a layer is set to zero with
/// probability P, and otherwise multiplied by 1/(1−P); evaluation is unchanged.
///
/// The choice depends only on the seed, the epoch, the sample's index in its split, the layer and the unit. Each sample
/// occurs once per epoch, so that choices differ between steps, and they do not depend on the division of a batch.
package struct Dropout: Sendable, Equatable {
  /// For each layer the rate of its input, the network's input first: in [0, 1).
  package let rates: [Double]
  private let generator: Philox

  /// - Parameters:
  ///   - rates: one for the outputs of all hidden layers; or one for those of each hidden layer; or that of the
  ///     network's input, followed by one for each hidden layer.
  ///   - hiddenLayers: the number of hidden layers.
  /// - Returns: nil for another number of rates, or a rate outside [0, 1).
  package init?(_ rates: [Double], hiddenLayers: Int, seed: UInt64) {
    guard rates.allSatisfy({ $0 >= 0 && $0 < 1 }) else { return nil }
    switch rates.count {
    case hiddenLayers + 1: self.rates = rates
    case hiddenLayers: self.rates = [0] + rates
    case 1: self.rates = [0] + Array(repeating: rates[0], count: hiddenLayers)
    default: return nil
    }
    generator = Philox(seed: seed, purpose: .dropout)
  }

  /// True if any rate is above 0.
  package var isActive: Bool { rates.contains { $0 > 0 } }

  /// The dropout of a layer's input; nil if there is none.
  package func layer(_ layer: Int, by kernels: DropoutKernels) -> LayerDropout? {
    draw(layer).map { LayerDropout(draw: $0, kernels: kernels) }
  }

  private func draw(_ layer: Int) -> DropoutDraw? {
    rates[layer] > 0 ? DropoutDraw(rate: rates[layer], layer: layer, generator) : nil
  }

  /// The dropout factors of a sample, for `PlainNetwork.forward`.
  ///
  /// - Parameters:
  ///   - sample: the index of the sample in its split.
  ///   - epoch: the index of the epoch in the run, from 0.
  package func factors(of topology: Topology, sample: Int, epoch: Int) -> [[Double]?] {
    topology.layers.enumerated().map { index, layer in
      draw(index).map { draw in
        (0..<layer.inputs).map { unit in
          draw.keeps(unit: unit, sample: Int32(sample), epoch: epoch) ? 1 / (1 - rates[index]) : 0
        }
      }
    }
  }
}

/// The random draw of a layer: the inputs that are dropped.
struct DropoutDraw: Sendable, BitwiseCopyable {
  let generator: Philox
  let layer: UInt32
  /// A number is dropped if its random word is below this.
  let threshold: UInt32
  /// 1/(1−P).
  let scale: Float

  init(rate: Double, layer: Int, _ generator: Philox) {
    self.generator = generator
    self.layer = UInt32(layer)
    threshold = UInt32(min(rate * 0x1p32, 0x1p32 - 1))
    scale = Float(1 / (1 - rate))
  }

  /// True if a unit is not dropped: word u mod 4 of block u / 4 decides about unit u. Kernels draw the same.
  func keeps(unit: Int, sample: Int32, epoch: Int) -> Bool {
    let counter = SIMD4(
      UInt32(bitPattern: sample), UInt32(truncatingIfNeeded: epoch), layer, UInt32(truncatingIfNeeded: unit / 4))
    return generator.block(counter)[unit % 4] >= threshold
  }
}

/// The dropout of one layer's input.
package struct LayerDropout: Sendable, BitwiseCopyable {
  let draw: DropoutDraw
  let kernels: DropoutKernels

  /// Multiplies a sample's `count` inputs by 1/(1−P), or sets them to 0.
  package func apply(to values: MutableFloats, count: Int, sample: Int32, epoch: Int) {
    kernels.dropInputs(values, count: count, draw, sample: sample, epoch: epoch)
  }

  /// Multiplies a sample's `count` (whole vectors) activations by their factors, 0 or 1/(1−P), which are also stored.
  @inline(__always)
  func apply(
    to values: Floats, factors: MutableFloats, into result: MutableFloats, count: Int, sample: Int32, epoch: Int
  ) {
    kernels.dropOutputs(values, factors: factors, into: result, count: count, draw, sample: sample, epoch: epoch)
  }
}
