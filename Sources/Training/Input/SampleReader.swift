import Datasets
import KernelInterface
import Kernels
import Networks

/// A reader of a split's inputs into rows, in the form that one kind of first layer takes: `DenseReader`, `MaskingReader`, `PackedReader`.
///
/// Immutable: all workers share one, each filling rows of its own. A stage that changes samples as they are read conforms too: it is told
/// the epoch and each sample's index, reads through another reader's `RowGatherer`, and is named in `InputReader`.
protocol SampleReader<Input>: AnyObject, Sendable {
  /// The first layer that takes these inputs.
  associatedtype Input: InputLayer

  /// Parts in which the first layer's product is summed: 1 or 2.
  var productParts: Int { get }

  /// Rows that this reader fills.
  func makeRows(capacity: Int) -> Input.Rows

  /// Reads samples into the rows from `first` on.
  ///
  /// - Parameters:
  ///   - order: `count` indices of samples within the split.
  ///   - epoch: of the run, from 0; 0 where nothing is trained.
  func read(_ order: UnsafePointer<Int32>, count: Int, epoch: Int, into rows: Input.Rows, first: Int)

  /// Asks the memory for what `read` will want of these samples.
  func prefetch(_ order: UnsafePointer<Int32>, count: Int)
}

/// The reader that suits a split and a form of input: the one place where the choice is made.
enum InputReader {
  case dense(DenseReader)
  case masking(MaskingReader)
  case packed(PackedReader)

  /// - Parameters:
  ///   - packsAhead: whether masked bytes are packed now, rather than batch by batch.
  ///   - masks: division of masked inputs into words; nil for the plain one.
  init(_ samples: Samples, form: InputForm, kernels: Kernels, packsAhead: Bool, masks: MaskLayout? = nil) {
    let masks = masks ?? .plain(samples.width)
    switch form {
    case .dense: self = .dense(DenseReader(samples, kernels: kernels))
    case .masked:
      if packsAhead, case .bytes(let bytes) = samples.storage, samples.transform.isFactor {
        self = .packed(PackedReader(samples, bytes, masks: masks, kernels: kernels))
      } else {
        self = .masking(MaskingReader(samples, masks: masks, kernels: kernels))
      }
    }
  }

  /// The division of masked inputs into words; nil where input is dense.
  var masks: MaskLayout? {
    switch self {
    case .dense: nil
    case .masking(let reader): reader.masks
    case .packed(let reader): reader.masks
    }
  }

  var form: InputForm { masks == nil ? .dense : .masked }

  /// Whether all samples' masked rows are to be packed at once: bytes that become values by one factor, within a budget of memory.
  static func shouldPackAhead(_ samples: Samples, form: InputForm, density: Double) -> Bool {
    guard form == .masked, case .bytes = samples.storage, samples.transform.isFactor else { return false }
    return PackedRows.bytes(samples: samples.count, width: samples.width, density: density) <= PackedRows.budget
  }
}
