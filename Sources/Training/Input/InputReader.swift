import KernelInterface
import Kernels
import Networks
import SampleData

/// The reader for a split and an input form, chosen here alone.
enum InputReader {
  case dense(DenseReader)
  case masking(MaskingReader)
  case packed(PackedReader)

  /// - Parameters:
  ///   - packsAhead: true to pack masked bytes once, before training, not batch by batch, if memory suffices.
  ///   - packing: what packing may use.
  ///   - masks: the layout of masked inputs in words; nil for the plain one.
  ///   - dropout: the dropout of the inputs in training; nil for none.
  ///   - stage: the stage that changes samples while they are read; nil for none.
  init(
    _ samples: Samples, form: InputForm, kernels: Kernels, packsAhead: Bool,
    packing: PackingBounds = PackingBounds(), masks: MaskLayout? = nil, dropout: LayerDropout? = nil,
    stage: InputStageMemory? = nil
  ) {
    let masks = masks ?? .plain(samples.width)
    switch form {
    case .dense: self = .dense(DenseReader(samples, kernels: kernels, dropout: dropout, stage: stage))
    case .masked:
      if packsAhead, dropout == nil, stage == nil, case .bytes(let bytes) = samples.storage, samples.transform.isFactor,
        let reader = PackedReader(samples, bytes, masks: masks, kernels: kernels, packing)
      {
        self = .packed(reader)
      } else {
        self = .masking(MaskingReader(samples, masks: masks, kernels: kernels, dropout: dropout, stage: stage))
      }
    }
  }

  /// Masked bytes are packed ahead if the packed rows fit into `PackedRows.budget` and memory.
  ///
  /// - Parameter packing: what packing may use, with the fraction of inputs that are nonzero.
  init(
    _ samples: Samples, form: InputForm, kernels: Kernels, packing: PackingBounds, masks: MaskLayout? = nil,
    dropout: LayerDropout? = nil, stage: InputStageMemory? = nil
  ) {
    self.init(
      samples, form: form, kernels: kernels,
      packsAhead: Self.shouldPackAhead(samples, form: form, density: packing.density), packing: packing,
      masks: masks, dropout: dropout, stage: stage)
  }

  /// The layout of masked inputs in words; nil for dense input.
  var masks: MaskLayout? {
    switch self {
    case .dense: nil
    case .masking(let reader): reader.masks
    case .packed(let reader): reader.masks
    }
  }

  var form: InputForm { masks == nil ? .dense : .masked }

  /// True if all samples are packed before training: bytes with a single scale factor, within a memory budget.
  static func shouldPackAhead(_ samples: Samples, form: InputForm, density: Double) -> Bool {
    guard form == .masked, case .bytes = samples.storage, samples.transform.isFactor else { return false }
    return PackedRows.bytes(samples: samples.count, width: samples.width, density: density) <= PackedRows.budget
  }
}
