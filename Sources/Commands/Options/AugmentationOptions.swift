import Datasets
import Files
import Training

/// Random changes to training samples as they are read: distortion of images, and noise.
struct AugmentationOptions: Sendable {
  /// The distortion of training images; nil for none.
  var augmentation: Augmentation?
  /// The number of last epochs without distortion.
  var cleanEpochs: Int
  /// The standard deviation of noise on inputs.
  var noise: Double

  static let augmentKind = ValueKind(
    placeholder: "KIND:…", allowed: Augmentation.grammar, explanation: explanation,
    words: ["affine:", "elastic:"], read: { Augmentation($0) })
  private static let explanation =
    "affine:KEY=V,… with rotation and shear in degrees, scale a fraction, translate in pixels; "
    + "elastic:alpha=A,sigma=S; KEY@CLASS=V for one class"
  /// The word for no distortion, which a value among several can be.
  static let none = "none"
  static let augmentOrNoneKind = ValueKind<Augmentation?>(
    placeholder: augmentKind.placeholder, allowed: "\(none), \(Augmentation.grammar)",
    explanation: "\(none), \(explanation)", words: [none, "affine:", "elastic:"],
    read: { text in text == none ? .some(nil) : Augmentation(text).map { Optional($0) } })
  static let augmentOption = Option(
    "augment", augmentOrNoneKind, nilAs: none,
    "random distortion of each training image in each epoch, each amplitude uniform in ±; may be given for both kinds",
    traits: [.joined, .axis], otherNames: ["augmentation", "data-augmentation", "distort", "distortion"])
  static let cleanEpochsOption = Option(
    "clean-epochs", .wholeNumber(0...BudgetOptions.maximumEpochs).described("K"), default: "0",
    "number of last epochs without --augment", traits: .axis, otherNames: ["no-augment-epochs"])

  static let noiseOption = Option(
    "noise", .number(.notNegative).described("SIGMA"), default: "0",
    "standard deviation of Gaussian noise on the scaled inputs of training samples", traits: .axis,
    otherNames: ["gaussian-noise", "input-noise"])

  static let group = OptionGroup(title: "Augmentation", options: [augmentOption, cleanEpochsOption, noiseOption])

  init(_ arguments: Arguments) throws(UsageError) {
    augmentation = try arguments.value(Self.augmentOption)
    cleanEpochs = try arguments.value(Self.cleanEpochsOption)
    noise = try arguments.value(Self.noiseOption)
    // One of several values on an axis may be `none`.
    if cleanEpochs > 0, !arguments.isGiven(Self.augmentOption) {
      throw .combination(
        options: [arguments.spelling(Self.cleanEpochsOption)], reason: "all epochs are without distortion",
        expected: "--augment with it")
    }
  }
}

extension Augmentation {
  /// Checks that the augmentation applies to the samples.
  ///
  /// - Throws: `DataOptionError` if it does not: for samples that are not images, for example.
  func check(_ samples: Samples, source: String) throws {
    do throws(TrainingError) {
      try check(samples)
    } catch .augmentation(let found, let expected) {
      throw Self.error("found \(found), in \(source); expected \(expected)", samples)
    }
  }

  private static func error(_ message: String, _ samples: Samples) -> DataOptionError {
    let side = Int(Double(samples.width).squareRoot())
    guard samples.imageShape == nil, side * side == samples.width else {
      return DataOptionError(DataOption("augment"), "\(message)")
    }
    // A table with this option has the rows of images, and nothing is resampled.
    return DataOptionError(
      DataOption("augment"),
      "\(message) (rows of \(side) × \(side) pixels are images with \(option: "resize", "\(side)"))")
  }
}
