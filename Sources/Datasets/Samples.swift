/// What a network should answer, sample by sample.
public enum Targets: Sendable, Equatable {
  /// The class of each sample, numbered from 0 in the order of the labels; one-hot 0 / 1 when trained on.
  case classes([Int32], labels: [String])
  /// The target values themselves, `[samples × width]`, row-major.
  case values([Float], width: Int)

  /// How many samples have a target here.
  public var count: Int {
    switch self {
    case .classes(let classes, _): classes.count
    case .values(let values, let width): values.count / max(width, 1)
    }
  }

  /// How many numbers a target has: the classes, or the width of the values.
  public var width: Int {
    switch self {
    case .classes(_, let labels): labels.count
    case .values(_, let width): width
    }
  }
}

/// What is done to a stored feature on its way into a network: x ↦ x · multiplier + shift, feature by feature or the same for all.
public struct InputTransform: Sendable, Equatable {
  /// One number for all features, or one for each.
  public var multiplier: [Float]
  /// One number for all features, or one for each.
  public var shift: [Float]

  /// x ↦ x / divisor for every feature.
  public static func dividing(by divisor: Float) -> InputTransform {
    InputTransform(multiplier: [1 / divisor], shift: [0])
  }

  public init(multiplier: [Float], shift: [Float]) {
    self.multiplier = multiplier
    self.shift = shift
  }

  /// Whether a stored zero stays zero, so that it may be skipped.
  public var keepsZero: Bool { shift.allSatisfy { $0 == 0 } }

  /// One factor for all features and no shift.
  public var isFactor: Bool { multiplier.count <= 1 && shift.count <= 1 && keepsZero }
}

/// One split of a data set: which rows of a storage, in which order, with which targets.
public struct Samples: Sendable {
  public var storage: SampleStorage
  /// Sample i is row `rows[i]` of the storage.
  public var rows: [Int32]
  /// Target i belongs to sample i, whatever its row.
  public var targets: Targets
  /// How a stored row becomes a network's input.
  public var transform: InputTransform
  /// Height and width of the picture that a row is; `nil` where it is none.
  public var imageShape: ImageShape?
  /// How the source's features became the stored rows, which are the network's inputs; nil where the transform does all of it.
  public var preparation: Preprocessing?
  /// The units of target values that are standardized for training; nil where they are trained on as they are.
  public var targetUnits: TargetUnits?
  /// One weight a class in the loss; nil where all weigh the same, and where targets are values.
  public var classWeights: [Double]?
  /// The activation of a single output from which on the second of two classes is the answer; nil for 0.5.
  public var threshold: Float?

  public var count: Int { rows.count }
  /// Features a sample.
  public var width: Int { storage.width }

  public init(
    storage: SampleStorage, rows: [Int32], targets: Targets, transform: InputTransform, imageShape: ImageShape? = nil
  ) {
    precondition(rows.count == targets.count, "every sample has one target")
    self.storage = storage
    self.rows = rows
    self.targets = targets
    self.transform = transform
    self.imageShape = imageShape
  }

  /// One sample's numbers as the source has them, before scaling and standardization.
  public func stored(_ position: Int) -> [Float] {
    let numbers = storage.numbers(ofRow: Int(rows[position]))
    guard let preparation else { return numbers }
    return numbers.enumerated().map { Float(preparation.feature(Double($1), feature: $0)) }
  }

  /// The samples at these positions (not storage rows), in this order.
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

/// The picture that a row of features is: `height` lines of `width` pixels.
public struct ImageShape: Sendable, Equatable {
  public var height: Int
  public var width: Int
  /// Whether the pixels come column by column, as MATLAB has them: pixel (x, y) is feature x · height + y, not y · width + x.
  public var isTransposed: Bool

  public init(height: Int, width: Int, isTransposed: Bool = false) {
    self.height = height
    self.width = width
    self.isTransposed = isTransposed
  }
}
