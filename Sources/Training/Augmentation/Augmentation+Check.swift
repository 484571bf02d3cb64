import Files
import SampleData

extension Augmentation {
  /// Checks that samples can be distorted.
  ///
  /// - Throws: `TrainingError.augmentation` if they are not square images, or a label of the augmentation is not one of
  /// their classes.
  package func check(_ samples: Samples) throws(TrainingError) {
    guard let shape = samples.imageShape, shape.height * shape.width == samples.width else {
      throw .augmentation(
        found: "samples of \(samples.width) features, which are not images", expected: "square images")
    }
    guard shape.isSquare else {
      throw .augmentation(found: "images of \(shape.height) × \(shape.width) pixels", expected: "square images")
    }
    guard !labels.isEmpty else { return }
    guard case .classes(_, let known) = samples.targets else {
      throw .augmentation(
        found: "a value for class \(labels[0].excerpt())",
        expected: "values without a class, since the targets are not classes")
    }
    if let unknown = labels.first(where: { !known.contains($0) }) {
      throw .augmentation(
        found: "a value for class \(unknown.excerpt())",
        expected: "one of the classes " + known.prefix(20).joined(separator: ", "))
    }
  }
}
