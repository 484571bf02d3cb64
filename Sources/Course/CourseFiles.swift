import Descent
import Files
import Platform

/// An error for a missing file that an exercise needs.
package struct CourseFileMissing: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file and where to get it, as a predicate of the exercise: `needs MNIST, which is not in …`.
  package var text: LocalizedText

  package init(_ text: LocalizedText) {
    self.text = text
  }

  package var description: String { text.english }
}

/// The files that exercises use: MNIST, and the given weights of Práctica 5.
///
/// Files are read when an exercise requests them; only the zeros and ones of MNIST are kept, and Rivera's run on them. Not thread-safe.
package final class CourseFiles {
  /// The default path of the weights.
  package static let defaultWeights = "Data/course/ex3weights.mat"

  private let source: DataSource?
  private let weights: String
  private var zerosAndOnesKept: Samples?
  private var baselineKept: Rivera.Baseline?

  /// - Parameters:
  ///   - source: the source of MNIST; nil for the default of `descent train`.
  ///   - weights: the MAT-file with `Theta1` and `Theta2`.
  package init(source: DataSource? = nil, weights: String = CourseFiles.defaultWeights) {
    self.source = source
    self.weights = weights
  }

  /// Reads the training and test samples of MNIST, preprocessed as the options say.
  func forTraining(_ options: DataOptions) throws -> LoadedData {
    var options = options
    options.workers = Cores.available
    return try DataLoader(source: mnist(), options: options).loadForTraining()
  }

  /// Reads the samples of one split of MNIST, or of both: that of the options, by default the training split.
  func load(_ options: DataOptions) throws -> Samples {
    var options = options
    options.workers = Cores.available
    return try DataLoader(source: mnist(), options: options).load(.inspection).samples
  }

  /// Checks by the number of zeros and ones that the source is MNIST, and not another data set with ten classes.
  /// - Throws: `CourseFileMissing` if it is not.
  func requireMNIST() throws { _ = try zerosAndOnes() }

  /// The zeros and ones of both splits, the training split's first, in file order: 14780 images.
  func zerosAndOnes() throws -> Samples {
    if let zerosAndOnesKept { return zerosAndOnesKept }
    var options = DataOptions()
    options.classes = ["0", "1"]
    options.split = .all
    let samples = try load(options)
    guard samples.count == 14780, samples.width == 784 else {
      let source = try mnist().text
      throw CourseFileMissing(
        .init(
          "needs MNIST, whose zeros and ones are 14780 images of 784 pixels; \(source) has \(samples.count) of "
            + "\(samples.width).",
          es:
            "necesita MNIST, cuyos ceros y unos son 14780 imágenes de 784 píxeles; \(source) tiene \(samples.count) de "
            + "\(samples.width)."))
    }
    zerosAndOnesKept = samples
    return samples
  }

  /// Rivera's split and run, with which several exercises compare; trained at the first call.
  func baseline() throws -> Rivera.Baseline {
    if let baselineKept { return baselineKept }
    let baseline = try Rivera.Baseline(self)
    baselineKept = baseline
    return baseline
  }

  private func mnist() throws -> DataSource {
    let fetch = LocalizedText(
      "'descent data fetch' downloads it to \(DataSource.defaultFolder); --data DIR names another folder.",
      es: "'descent data fetch' lo descarga en \(DataSource.defaultFolder); --data DIR indica otra carpeta.")
    switch source {
    case nil:
      guard let found = try? DataSource.byDefault(.ask).source else {
        throw CourseFileMissing(
          LocalizedText(
            "needs MNIST, which is not in \(DataSource.defaultFolder): ",
            es: "necesita MNIST, que no está en \(DataSource.defaultFolder): "
          ).followed(by: fetch))
      }
      return found
    case let given?:
      guard given.idxFiles.map({ $0 >= 4 }) ?? true else {
        let position = given.text
        throw CourseFileMissing(
          LocalizedText(
            "needs MNIST, whose four files are not in \(position): ",
            es: "necesita MNIST, cuyos cuatro archivos no están en \(position): "
          ).followed(by: fetch))
      }
      return given
    }
  }

  /// The given weights as a 400-25-10 network of sigmoids: Θ without column 0, and column 0 as biases.
  ///
  /// - Throws: `CourseFileMissing`; `FileError` if the file does not contain these matrices.
  func givenWeights() throws -> PlainNetwork {
    guard FileManager.default.fileExists(atPath: weights) else {
      throw CourseFileMissing(
        .init(
          "needs the weights handed out with the practical, ex3weights.mat (Theta1, Theta2), which are not at \(weights); "
            + "they are part of the course's material: name the file with --weights FILE.",
          es:
            "necesita los pesos entregados con la práctica, ex3weights.mat (Theta1, Theta2), que no están en \(weights); "
            + "son parte del material del curso: indique el archivo con --weights FILE."))
    }
    let file = try MATFile(weights)
    let matrices = [try file.matrix("Theta1"), try file.matrix("Theta2")]
    for (matrix, shape) in zip(matrices, [(25, 401), (10, 26)]) where (matrix.rows, matrix.columns) != shape {
      throw FileError(
        file: weights, found: "a matrix of \(matrix.rows) × \(matrix.columns)", expected: "\(shape.0) × \(shape.1)",
        hint: "The weights of the course are those of ex3weights.mat.")
    }
    return PlainNetwork(
      topology: try Practica5.topology(),
      weights: matrices.map { matrix in
        (0..<matrix.rows).flatMap { row in (1..<matrix.columns).map { matrix[row, $0] } }
      },
      biases: matrices.map { matrix in (0..<matrix.rows).map { matrix[$0, 0] } })
  }
}
