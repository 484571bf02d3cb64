import Descent
import Foundation
import TestSupport
import Testing

@Suite("Examples in the documentation")
struct DocumentationExampleTests {
  @Test("are in a program of the client, or below: all are compiled")
  func compiled() throws {
    let root = TestData.root
    let programs = try files("Tests/LibraryTests/Client/Sources", ".swift")
    let others = ["Tests/LibraryTests/DocumentationExamples.swift", "Sources/Networks/Activations/Softplus.swift"]
    let compiled = try (programs + others.map(root.appendingPathComponent)).map { Self.code(try text($0)) }
    var count = 0
    for file in try [root.appendingPathComponent("README.md")] + files("Sources", ".md") + files("Sources", ".swift") {
      for example in Self.examples(try text(file)) {
        // Lines of a manifest, with the path of the reader's own clone.
        if example.hasPrefix("dependencies:") { continue }
        count += 1
        #expect(compiled.contains { $0.contains(Self.code(example)) }, "\(file.path): \(example)")
      }
    }
    #expect(count >= 13, "only \(count) examples found")
  }

  private func files(_ folder: String, _ ending: String) throws -> [URL] {
    let folder = TestData.root.appendingPathComponent(folder)
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(ending) }.sorted()
      .map { folder.appendingPathComponent($0) }
  }

  private func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

  /// The blocks of Swift in an article or in doc comments.
  private static func examples(_ text: String) -> [String] {
    var examples: [String] = []
    var lines: [String]?
    var isComment = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let indented = line.drop { $0 == " " }
      if lines == nil { isComment = indented.hasPrefix("///") }
      let content = isComment ? indented.dropFirst(3).drop { $0 == " " } : indented
      if let block = lines {
        if content.hasPrefix("```") { examples.append(block.joined(separator: "\n")) }
        lines = content.hasPrefix("```") ? nil : block + [String(content)]
      } else if content.hasPrefix("```swift") {
        lines = []
      }
    }
    return examples
  }

  /// Swift text without comments, blanks and line ends.
  private static func code(_ text: String) -> String {
    text.split(separator: "\n").map { line in
      let code = line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
      return String(code.filter { !$0.isWhitespace })
    }.joined()
  }
}

/// The examples that are not in a program of the client. They need a network, samples or other ranks, and are not run.
private enum DocumentationExamples {
  static func trainer(_ topology: Topology, _ samples: Samples, _ test: Samples?) throws {
    let trainer = try Trainer(topology, training: samples, test: test, configuration: TrainingConfiguration())
    while let epoch = try trainer.nextEpoch() { print(epoch.trainLoss, epoch.testAccuracy ?? 0) }
  }

  static func configuration() -> TrainingConfiguration {
    let configuration = TrainingConfiguration {
      $0.optimizer = Adam()
      $0.epochs = 20
    }
    return configuration
  }

  static func augmentation(_ configuration: inout TrainingConfiguration) {
    configuration.augmentation = Augmentation("affine:rotation=15,scale=0.175,elastic:alpha=34,sigma=4")
  }

  static func checkpoints(_ trainer: Trainer) throws {
    let store = try CheckpointStore("checkpoints")
    let checkpointer = try Checkpointer(trainer, store: store)
    while let epoch = try checkpointer.nextEpoch() { print(epoch.trainLoss) }
    try checkpointer.finish()
  }

  static func rank(_ topology: Topology, _ samples: Samples, _ configuration: TrainingConfiguration) throws -> Trainer {
    let ranks = try RankGroup.launched()
    let trainer = try Trainer(topology, training: samples, configuration: configuration, ranks: ranks)
    return trainer
  }

  static func ranks(_ network: Topology, _ digits: LoadedData) throws {
    let ranks = try RankGroup.launched()
    let trainer = try Trainer(network, training: digits.training, test: digits.test, ranks: ranks)
    while let epoch = try trainer.nextEpoch() {
      if ranks?.isRoot ?? true { print(epoch.trainLoss) }
    }
    ranks?.finalize()
  }

  public struct Adagrad: Optimizer {
    public static let name = "adagrad"
    public static let defaultLearningRate = 0.01
    public static let hyperparameters = [Hyperparameter.epsilon(default: 1e-10), .weightDecay]
    public static let stateCount = 1

    public let epsilon: Double
    public let weightDecay: Double

    public init(values: [Double]) {
      epsilon = values[0]
      weightDecay = values[1]
    }

    public var values: [Double] { [epsilon, weightDecay] }

    public func update(
      _ weight: inout Double, gradient: Double, state: inout OptimizerState, step: Int, learningRate: Double
    ) {
      let decayed = gradient + weightDecay * weight
      state.first += decayed * decayed
      weight -= learningRate * decayed / (state.first.squareRoot() + epsilon)
    }
  }
}
