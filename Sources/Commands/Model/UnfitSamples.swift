import Datasets
import Files
import SampleData

/// Errors of samples that do not fit a network.
enum UnfitSamples {
  /// The error of samples with other features than the network's inputs.
  ///
  /// - Parameters:
  ///   - owner: the model, for messages.
  ///   - source: a description of the source.
  static func width(_ samples: Samples, inputs: Int, owner: String, source: String) -> FileError {
    return FileError(
      file: source, found: "\(samples.width.counted("feature")) per sample",
      expected: "\(inputs), the inputs of \(owner)", hint: widthRemedy(samples.imageShape, inputs))
  }

  private static func widthRemedy(_ shape: ImageShape?, _ inputs: Int) -> OptionText? {
    guard let shape else {
      return
        "\(DataOption.features) and \(DataOption.ignore) select the columns of a table, \(DataOption.variables) the arrays of a file."
    }
    let side = Int(Double(inputs).squareRoot().rounded())
    guard shape.height == shape.width, side * side == inputs else { return nil }
    return "\(DataOption.resize, "\(side)") makes images of \(side) × \(side)."
  }

  /// The error of samples with other classes or target columns than the network's outputs.
  ///
  /// - Parameter labels: the labels of the source; nil for target values.
  static func targets(_ samples: Samples, labels: [String]?, outputs: Int, owner: String, source: String) -> FileError {
    let width = samples.targets.width
    let hint: OptionText? =
      labels == nil
      ? "\(DataOption.targets) selects the target columns."
      : width > max(outputs, 2) ? "\(DataOption.classes, "A,B,…") keeps as many classes as the model has." : nil
    return FileError(
      file: source, found: labels == nil ? width.counted("target column") : "\(width) classes",
      expected: "\(outputs), the outputs of \(owner)", hint: hint)
  }
}
