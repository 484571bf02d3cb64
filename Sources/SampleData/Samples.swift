/// The targets of a split.
public enum Targets: Sendable, Equatable {
  /// The class of each sample, numbered from 0 in the order of the labels; one-hot 0 / 1 in training.
  case classes([Int32], labels: [String])
  /// The target values themselves, `[samples × width]`, row-major.
  case values([Float], width: Int)

  /// The number of samples.
  public var count: Int {
    switch self {
    case .classes(let classes, _): classes.count
    case .values(let values, let width): values.count / max(width, 1)
    }
  }

  /// True for classes, false for values.
  package var areClasses: Bool {
    switch self {
    case .classes: true
    case .values: false
    }
  }

  /// The number of values per target: the classes, or the width of the values.
  public var width: Int {
    switch self {
    case .classes(_, let labels): labels.count
    case .values(_, let width): width
    }
  }
}

/// The transform from stored features to inputs: x ↦ x · multiplier + shift, per feature or the same for all.
package struct InputTransform: Sendable, Equatable {
  /// One number for all features, or one for each.
  package var multiplier: [Float]
  /// One number for all features, or one for each.
  package var shift: [Float]

  /// x ↦ x / divisor for every feature.
  package static func dividing(by divisor: Float) -> InputTransform {
    InputTransform(multiplier: [1 / divisor], shift: [0])
  }

  package init(multiplier: [Float], shift: [Float]) {
    self.multiplier = multiplier
    self.shift = shift
  }

  /// True if a stored zero stays zero, so that it can be skipped.
  package var keepsZero: Bool { shift.allSatisfy { $0 == 0 } }

  /// One factor for all features and no shift.
  package var isFactor: Bool { multiplier.count <= 1 && shift.count <= 1 && keepsZero }
}

/// One split of a data set: rows of a storage in order, with their targets.
public struct Samples: Sendable {
  /// The numbers of the samples, as stored.
  package var storage: SampleStorage
  /// Sample i is row `rows[i]` of the storage.
  public var rows: [Int32]
  /// Target i belongs to sample i, not to storage row i.
  public var targets: Targets
  /// The transform from a stored row to a network's inputs.
  package var transform: InputTransform
  /// Height and width of the image in a row; `nil` for other data.
  public var imageShape: ImageShape?
  /// The preprocessing already applied to the stored rows, which are the network's inputs; nil if the transform does
  /// all of it.
  public var preparation: Preprocessing?
  /// The number that has been subtracted from each target column, to be added to outputs; nil for 0. The loss, the RMSE and R² do not
  /// depend on it.
  package var targetOrigins: [Double]?
  /// The units of target values that are standardized for training; nil if they are not.
  package var targetUnits: TargetUnits?
  /// One weight per class in the loss; nil for equal weights, and for target values.
  public var classWeights: [Double]?
  /// The activation of a single output from which on the second of two classes is the answer, 0 to 1; nil for 0.5, for other
  /// classes and outputs, and for target values.
  public var threshold: Float?

  /// The number of samples.
  public var count: Int { rows.count }
  /// The number of features per sample.
  public var width: Int { storage.width }

  /// - Precondition: `rows` and `targets` have one element or row per sample.
  package init(
    storage: SampleStorage, rows: [Int32], targets: Targets, transform: InputTransform, imageShape: ImageShape? = nil
  ) {
    precondition(rows.count == targets.count, "every sample needs one target")
    self.storage = storage
    self.rows = rows
    self.targets = targets
    self.transform = transform
    self.imageShape = imageShape
  }

  /// The numbers of one sample as in the source, before scaling and standardization.
  public func stored(_ position: Int) -> [Float] {
    let numbers = storage.numbers(ofRow: Int(rows[position]))
    guard let preparation else { return numbers }
    return numbers.enumerated().map { Float(preparation.feature(Double($1), feature: $0)) }
  }

  /// The samples at these positions (not storage rows), in the given order.
  public func selecting(_ positions: [Int]) -> Samples {
    let targets: Targets =
      switch self.targets {
      case .classes(let classes, let labels): .classes(positions.map { classes[$0] }, labels: labels)
      case .values(let values, let width):
        .values(positions.flatMap { values[($0 * width)..<(($0 + 1) * width)] }, width: width)
      }
    var samples = self
    samples.rows = positions.map { rows[$0] }
    samples.targets = targets
    return samples
  }
}

/// The shape of an image in a row of features: `height` lines of `width` pixels.
public struct ImageShape: Sendable, Equatable {
  /// The number of rows of pixels.
  public var height: Int
  /// The number of columns of pixels.
  public var width: Int
  /// True if pixels are in column-major order, as in MATLAB: pixel (x, y) is feature x · height + y, not y · width + x.
  public var isTransposed: Bool

  /// Creates a shape; `isTransposed` for images stored in column-major order.
  public init(height: Int, width: Int, isTransposed: Bool = false) {
    self.height = height
    self.width = width
    self.isTransposed = isTransposed
  }

  /// True if a square image may have this number of pixels.
  package static func isSquare(pixels: Int) -> Bool {
    let side = Int(Double(pixels).squareRoot().rounded())
    return side * side == pixels
  }

  /// The pixels in row-major order, even if the data are stored in column-major order.
  package func upright(_ values: [Float]) -> [Float] {
    guard isTransposed else { return values }
    return (0..<(height * width)).map { values[$0 % width * height + $0 / width] }
  }
}
