/// How a source's features become a network's inputs; a model file keeps it, so that it can be applied again.
///
/// In this order: images are resized, then transposed; features are divided by `scale`; then `mean` is taken off and the
/// rest divided by `deviation`.
public struct Preprocessing: Sendable, Equatable {
  public var scale: Double
  /// Of each feature after scaling, over the training split; `nil` without `--standardize`.
  public var mean: [Float]?
  /// The population deviation of each feature after scaling; 1 for a constant feature.
  public var deviation: [Float]?
  /// The side of the square that images are resampled to.
  public var resize: Int?
  /// Whether images are stored column by column.
  public var transpose: Bool

  public init(
    scale: Double = 1, mean: [Float]? = nil, deviation: [Float]? = nil, resize: Int? = nil, transpose: Bool = false
  ) {
    self.scale = scale
    self.mean = mean
    self.deviation = deviation
    self.resize = resize
    self.transpose = transpose
  }

  /// Scaling and standardization as one multiplication and one addition a feature:
  /// (x / scale − mean) / deviation = x · 1/(scale · deviation) − mean / deviation.
  public var transform: InputTransform {
    guard let mean, let deviation else { return InputTransform(multiplier: [Float(1 / scale)], shift: [0]) }
    return InputTransform(
      multiplier: deviation.map { Float(1 / (scale * Double($0))) },
      shift: zip(mean, deviation).map { Float(-Double($0) / Double($1)) })
  }
}

/// What a model remembers of the data that it was trained on; `nil` where its file does not say.
public struct ModelInput: Sendable, Equatable {
  /// The label of each class, from metadata.
  public var labels: [String]?
  /// How many classes or targets the model tells apart: its outputs, or 2 for a single output unit of two classes.
  public var width: Int
  /// The features of a sample; nil where images are resampled to them.
  public var inputs: Int?
  /// The width of its targets, for a model of `--targets`.
  public var targets: Int?
  public var scale: Double?
  public var mean: [Float]?
  public var deviation: [Float]?
  public var resize: Int?
  public var transpose: Bool?

  public init(
    labels: [String]? = nil, width: Int, inputs: Int? = nil, targets: Int? = nil, scale: Double? = nil,
    mean: [Float]? = nil,
    deviation: [Float]? = nil, resize: Int? = nil, transpose: Bool? = nil
  ) {
    self.labels = labels
    self.width = width
    self.inputs = inputs
    self.targets = targets
    self.scale = scale
    self.mean = mean
    self.deviation = deviation
    self.resize = resize
    self.transpose = transpose
  }
}
