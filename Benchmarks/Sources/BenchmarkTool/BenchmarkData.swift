import Datasets
import Foundation
import Training

/// The training data.
struct BenchmarkData {
  var training: Samples
  var description: String

  static func load(_ options: BenchmarkOptions) throws -> BenchmarkData {
    let source = try source(options)
    var dataOptions = DataOptions()
    dataOptions.workers = Cores.available
    let loaded = try DataLoader(source: source, options: dataOptions).loadForTraining()
    return BenchmarkData(
      training: loaded.training, description: "\(loaded.description), \(loaded.training.count) samples")
  }

  /// The first `count` samples, or all.
  func first(_ count: Int) -> Samples {
    count < training.count ? training.selecting(Array(0..<count)) : training
  }

  private static func source(_ options: BenchmarkOptions) throws -> DataSource {
    if let data = options.data { return try DataSource(data) }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
      .standardized
    let folders: [String?] = [
      ProcessInfo.processInfo.environment["DESCENT_MNIST"], root.appendingPathComponent("Data/mnist").path,
    ]
    for folder in folders.compactMap({ $0 }) {
      let name = folder + "/train-images-idx3-ubyte"
      if [name, name + ".gz"].contains(where: FileManager.default.fileExists) {
        return .folder(folder, prefix: nil)
      }
    }
    return options.isQuick ? .synthetic(training: 10_000, test: 100) : .synthetic(training: 60_000, test: 100)
  }
}
