/// The preprocessing from a source's features to a network's inputs. A model file stores it, so that it can be applied
/// again.
///
/// In this order: images are resized, then transposed; features are divided by `scale`; then `mean` is subtracted and
/// the result divided by `deviation`.
public struct Preprocessing: Sendable, Equatable {
  /// The divisor of all features.
  public var scale: Double
  /// The mean of each feature after scaling, over the training split; `nil` without standardization.
  public var mean: [Double]?
  /// The divisor of each feature after scaling: its population standard deviation; for a constant feature 1 or, if its values differ in
  /// their last digits by more than 1, their magnitude. Nil without standardization.
  public var deviation: [Double]?
  /// The side of the square that images are resampled to.
  public var resize: Int?
  /// True if images are stored column by column.
  public var transpose: Bool
  /// The columns of a table; `nil` for other sources.
  package var columns: TableColumns?
  /// The index of the first feature in sparse text, 0 or 1; nil for other sources.
  package var firstIndex: Int?
  /// False if the source's training samples are images in another form than MNIST's, which pictures get before a prediction.
  package var hasMNISTForm = true
  /// The feature value of white in pictures before a prediction: 1 if the source's training images have values from 0 to 1, else 255.
  package var whiteLevel = 255.0

  /// Creates a preprocessing; by default inputs are the features themselves.
  ///
  /// - Parameters:
  ///   - scale: the divisor of all features, not 0.
  ///   - mean: one for each feature, after scaling; nil without standardization.
  ///   - deviation: one for each feature, not 0; nil without standardization.
  ///   - resize: the side in pixels of the square that images are resampled to; nil for none.
  ///   - transpose: true if images are stored column by column.
  public init(
    scale: Double = 1, mean: [Double]? = nil, deviation: [Double]? = nil, resize: Int? = nil, transpose: Bool = false
  ) {
    self.init(scale: scale, mean: mean, deviation: deviation, resize: resize, transpose: transpose, columns: nil)
  }

  package init(
    scale: Double = 1, mean: [Double]? = nil, deviation: [Double]? = nil, resize: Int? = nil, transpose: Bool = false,
    columns: TableColumns?
  ) {
    self.columns = columns
    self.scale = scale
    self.mean = mean
    self.deviation = deviation
    self.resize = resize
    self.transpose = transpose
  }

  /// Scaling and standardization as one multiplication and one addition per feature:
  /// (x / scale − mean) / deviation = x · 1/(scale · deviation) − mean / deviation.
  package var transform: InputTransform {
    guard let mean, let deviation else { return InputTransform(multiplier: [Float(1 / scale)], shift: [0]) }
    return InputTransform(
      multiplier: deviation.map { Float(1 / (scale * $0)) },
      shift: zip(mean, deviation).map { Float(-$0 / $1) })
  }

  /// The network's input for a feature of the source: scaled and standardized in Double, then rounded once.
  public func input(_ value: Double, feature: Int) -> Float {
    guard let mean, let deviation else { return Float(value / scale) }
    return Float((value / scale - mean[feature]) / deviation[feature])
  }

  /// The source's feature for a network's input: the inverse of `input`.
  public func feature(_ input: Double, feature: Int) -> Double {
    guard let mean, let deviation else { return input * scale }
    return (input * deviation[feature] + mean[feature]) * scale
  }
}

extension Preprocessing {
  /// The inverse of `transform`: from a network's inputs to the source's features.
  package var inverse: InputTransform {
    guard let mean, let deviation else { return InputTransform(multiplier: [Float(scale)], shift: [0]) }
    return InputTransform(
      multiplier: deviation.map { Float($0 * scale) }, shift: mean.map { Float($0 * scale) })
  }
}

/// A model's description of its training data. A property is nil if the model file does not have it.
package struct ModelInput: Sendable, Equatable {
  /// The label of each class, from metadata.
  package var labels: [String]?
  /// The number of classes or targets: the model's outputs, or 2 for a single output.
  package var width: Int
  /// The number of features of a sample; nil if images are resampled.
  package var inputs: Int?
  /// The number of target values, for a regression.
  package var targets: Int?
  /// The number to add to each output; nil for 0.
  package var targetOrigins: [Double]?
  /// The divisor of all features; nil if the model has none.
  package var scale: Double?
  /// The mean of each feature after scaling; nil without standardization.
  package var mean: [Double]?
  /// The standard deviation of each feature after scaling; nil without standardization.
  package var deviation: [Double]?
  /// The side in pixels of the square that images are resampled to; nil for none.
  package var resize: Int?
  /// True if images are stored column by column; nil if the model has no order.
  package var transpose: Bool?
  /// The columns of the training table.
  package var columns: TableColumns?
  /// The index of the first feature in the sparse text of training.
  package var firstIndex: Int?

  package init(
    labels: [String]? = nil, width: Int, inputs: Int? = nil, targets: Int? = nil, scale: Double? = nil,
    mean: [Double]? = nil, deviation: [Double]? = nil, resize: Int? = nil, transpose: Bool? = nil,
    columns: TableColumns? = nil
  ) {
    self.columns = columns
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
