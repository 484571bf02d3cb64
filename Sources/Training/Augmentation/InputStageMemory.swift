import Kernels
import Networks
import Random
import SampleData

/// The memory that an input stage points to.
final class InputStageMemory: @unchecked Sendable {
  // Unchecked: written in `init` only, except scratch blocks (see `InputStage`).
  /// The stage; valid as long as this object exists.
  let stage: UnsafePointer<InputStage>
  private let memory: UnsafeMutablePointer<InputStage>
  private let samples: Samples
  private let buffers: [AnyObject]

  /// - Parameters:
  ///   - augmentation: the distortions; nil for none.
  ///   - firstCleanEpoch: epochs from this one on are not distorted.
  ///   - noise: the standard deviation of noise on inputs.
  ///   - words: the number of mask words of a packed row; 0 for dense input.
  ///   - workers: the largest number of threads that read at the same time.
  /// - Precondition: samples that are distorted are square images (`Augmentation.check`).
  init(
    _ samples: Samples, _ augmentation: Augmentation?, seed: UInt64, firstCleanEpoch: Int, noise: Double = 0,
    words: Int, workers: Int, kernels: Kernels
  ) {
    precondition(augmentation == nil || samples.imageShape?.isSquare == true, "distorted samples are square images")
    self.samples = samples
    let side = augmentation == nil ? 0 : samples.imageShape?.width ?? 0
    let (labels, classes) = Self.classes(samples, augmentation)
    let distortions = AlignedBuffer(
      augmentation.map { augmentation in labels.map { Distortion(augmentation, label: $0, side: side) } } ?? [])
    let rows = AlignedBuffer(samples.rows)
    let numbers = AlignedBuffer(classes ?? [])
    let (storage, isBytes): (UnsafeRawPointer, Bool) =
      switch samples.storage {
      case .bytes(let bytes): (UnsafeRawPointer(bytes.pointer), true)
      case .floats(let floats): (UnsafeRawPointer(floats.pointer), false)
      }
    let toInputs = samples.preparation?.transform ?? samples.transform
    let toSource = samples.preparation?.inverse ?? InputTransform(multiplier: [1], shift: [0])
    let features = [toSource, toInputs, samples.transform].map { FeatureTransform($0) }
    let layout = InputScratchLayout(
      width: samples.width, isBytes: isBytes, words: words, side: side,
      knots: distortions.elements.map(\.knots).max() ?? 0)
    let scratch = ScratchPool.Memory(count: workers, blockBytes: layout.bytes)
    buffers = [distortions, rows, numbers, scratch] + features
    memory = .allocate(capacity: 1)
    memory.initialize(
      to: InputStage(
        distorter: Philox(seed: seed, purpose: .distortion), firstCleanEpoch: firstCleanEpoch,
        noiseSource: Philox(seed: seed, purpose: .noise), noiseDeviation: Float(noise), side: side,
        isTransposed: samples.imageShape?.isTransposed ?? false, width: samples.width, isBytes: isBytes,
        isFactor: toInputs.isFactor, classes: classes == nil ? nil : UnsafePointer(numbers.pointer),
        distortions: UnsafePointer(distortions.pointer), storage: storage, rows: UnsafePointer(rows.pointer),
        toSource: features[0].pointers, toInputs: features[1].pointers, plain: features[2].pointers, layout: layout,
        pool: scratch.pool, sampleKernels: kernels.samples, distortionKernels: kernels.distortion))
    stage = UnsafePointer(memory)
  }

  deinit { memory.deallocate() }

  /// The labels for which distortions are computed, and each sample's index among them: all classes if one has
  /// amplitudes of its own; else a single nil, without indices.
  private static func classes(_ samples: Samples, _ augmentation: Augmentation?) -> ([String?], [Int32]?) {
    guard let augmentation, case .classes(let classes, let labels) = samples.targets, !augmentation.labels.isEmpty
    else {
      return ([nil], nil)
    }
    return (labels.map { $0 }, classes)
  }
}

extension ImageShape {
  var isSquare: Bool { height == width }
}
