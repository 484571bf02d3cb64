import Foundation

/// The package's own files, and data sets that tests use if they are available.
package enum TestData {
  /// The folder of the package.
  package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The path of a file of the package.
  package static func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  /// The folder of MNIST's four files, packed or not: `DESCENT_MNIST`, else `Data/mnist` in the package; nil if neither holds them.
  package static let mnist: String? = candidates("DESCENT_MNIST", "Data/mnist").first { folder in
    ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"].allSatisfy { name in
      ["", ".gz"].contains { FileManager.default.fileExists(atPath: "\(folder)/\(name)-ubyte\($0)") }
    }
  }

  /// The weights of Práctica 5: `DESCENT_COURSE_WEIGHTS`, else `Data/course/ex3weights.mat` in the package; nil if neither exists.
  package static let courseWeights: String? = candidates("DESCENT_COURSE_WEIGHTS", "Data/course/ex3weights.mat").first {
    FileManager.default.fileExists(atPath: $0)
  }

  private static func candidates(_ variable: String, _ name: String) -> [String] {
    [ProcessInfo.processInfo.environment[variable], path(name)].compactMap(\.self)
  }

  /// Decodes a JSON file of the package, which contains reference values of another program.
  package static func json<Value: Decodable>(_ name: String) -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(contentsOf: root.appendingPathComponent(name)))
    } catch {
      fatalError("\(name): \(error)")
    }
  }
}
