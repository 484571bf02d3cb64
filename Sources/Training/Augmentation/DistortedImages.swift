import KernelInterface
import Kernels
import Networks
import SampleData

/// The distorted images of a run's samples, one at a time, in the units of the source.
package final class DistortedImages: Sendable {
  private let memory: InputStageMemory

  /// - Parameters:
  ///   - samples: square images that pass `Augmentation.check`.
  ///   - seed: the seed of the run.
  ///   - workers: the largest number of threads that call methods at the same time.
  /// - Throws: `TrainingError.augmentation` as `Augmentation.check`.
  package init(
    _ samples: Samples, _ augmentation: Augmentation, seed: UInt64, workers: Int = 1
  ) throws(TrainingError) {
    try augmentation.check(samples)
    memory = InputStageMemory(
      samples, augmentation, seed: seed, firstCleanEpoch: .max, words: 0, workers: workers, kernels: .fastest)
  }

  /// The pixels of a sample's image, as distorted in an epoch of training.
  ///
  /// - Parameters:
  ///   - position: the index of the sample in its split.
  ///   - epoch: the epoch of the run, from 0.
  package func image(_ position: Int, epoch: Int) -> [Float] {
    withBlock { stage, block in
      if stage.pointee.isBytes {
        let bytes = stage.pointee.distortedBytes(position, epoch: epoch, block)
        return (0..<stage.pointee.width).map { Float(bytes[$0]) }
      }
      let numbers = stage.pointee.distortedSource(position, epoch: epoch, block)
      return Array(UnsafeBufferPointer(start: numbers, count: stage.pointee.width))
    }
  }

  /// Writes the pixels of `image` as bytes; pixels of float images are rounded and clamped to 0...255.
  ///
  /// - Parameter result: memory for the image's pixels.
  package func writeBytes(_ position: Int, epoch: Int, to result: UnsafeMutablePointer<UInt8>) {
    withBlock { stage, block in
      let width = stage.pointee.width
      if stage.pointee.isBytes {
        result.update(from: stage.pointee.distortedBytes(position, epoch: epoch, block), count: width)
        return
      }
      let numbers = stage.pointee.distortedSource(position, epoch: epoch, block)
      for pixel in 0..<width { result[pixel] = UInt8(min(max(numbers[pixel].rounded(), 0), 255)) }
    }
  }

  private func withBlock<Result>(
    _ body: (UnsafePointer<InputStage>, UnsafeMutablePointer<UInt8>) -> Result
  ) -> Result {
    let block = memory.stage.pointee.pool.take()
    defer { memory.stage.pointee.pool.giveBack(block) }
    return body(memory.stage, block)
  }
}
