/// The preprocessing from a source's features to a network's inputs. A model file stores it, so that it can be applied
/// again.
///
/// In this order: images are resized, then transposed; features are divided by `scale`, then standardized.
public struct Preprocessing: Sendable, Equatable {
  /// The divisor of all features; nil for the default of their source: 255 for byte images, else 1.
  public var scale: Double?
  /// The standardization of features after scaling; nil for none.
  public var standardization: Standardization?
  /// The side in pixels of the square that images are resampled to; nil if they are not.
  public var resize: Int?
  /// The side in pixels of the source's square images, if they are resampled; nil for others, and if it is unknown.
  public var sourceSide: Int?
  /// True if images are stored column by column.
  public var transpose: Bool
  /// The form of pictures before a prediction.
  public var pictures = PictureForm()
  /// The columns of a table; `nil` for other sources.
  package var columns: TableColumns?
  /// The index of the first feature in sparse text, 0 or 1; nil for other sources.
  package var firstIndex: Int?

  /// Creates a preprocessing; by default inputs are the features themselves.
  ///
  /// - Parameters:
  ///   - scale: the divisor of all features, not 0; nil for the default of their source.
  ///   - standardization: one mean and standard deviation for each feature, after scaling; nil for none.
  ///   - resize: the side in pixels of the square that images are resampled to; nil for none.
  ///   - transpose: true if images are stored column by column.
  public init(
    scale: Double? = 1, standardization: Standardization? = nil, resize: Int? = nil, transpose: Bool = false
  ) {
    self.scale = scale
    self.standardization = standardization
    self.resize = resize
    self.transpose = transpose
  }

  /// The divisor of all features: `scale`, or 1 where there is none.
  package var divisor: Double { scale ?? 1 }

  /// Scaling and standardization as one multiplication and one addition per feature:
  /// (x / scale − mean) / deviation = x · 1/(scale · deviation) − mean / deviation.
  package var transform: InputTransform {
    guard let standardization else { return InputTransform(multiplier: [Float(1 / divisor)], shift: [0]) }
    return InputTransform(
      multiplier: standardization.deviation.map { Float(1 / (divisor * $0)) },
      shift: zip(standardization.mean, standardization.deviation).map { Float(-$0 / $1) })
  }

  /// The inverse of `transform`: from a network's inputs to the source's features.
  package var inverse: InputTransform {
    guard let standardization else { return InputTransform(multiplier: [Float(divisor)], shift: [0]) }
    return InputTransform(
      multiplier: standardization.deviation.map { Float($0 * divisor) },
      shift: standardization.mean.map { Float($0 * divisor) })
  }

  /// The network's input for a feature of the source: scaled and standardized in Double, then rounded once.
  public func input(_ value: Double, feature: Int) -> Float {
    guard let standardization else { return Float(value / divisor) }
    return Float((value / divisor - standardization.mean[feature]) / standardization.deviation[feature])
  }

  /// The source's feature for a network's input: the inverse of `input`.
  public func feature(_ input: Double, feature: Int) -> Double {
    guard let standardization else { return input * divisor }
    return (input * standardization.deviation[feature] + standardization.mean[feature]) * divisor
  }
}

/// The form that the images of training had, which pictures get before a prediction.
public struct PictureForm: Sendable, Equatable {
  /// False if the images were not in MNIST's form: light ink on black, fitted into 20 × 20 pixels, centered by mass in 28 × 28.
  public var isMNIST: Bool
  /// The feature value of white: 1 if the images had values from 0 to 1, else 255.
  public var white: Double

  /// Creates a form; by default that of MNIST's files.
  public init(isMNIST: Bool = true, white: Double = 255) {
    self.isMNIST = isMNIST
    self.white = white
  }
}
