import Datasets
import Reports
import Training

extension DataSelection {
  /// A loader of the samples, with progress.
  func loader(of source: DataSource, _ console: Console) -> DataLoader {
    var options = options
    let cores = console.ranks.map { min(Cores.share(of: $0), Cores.available) } ?? Cores.available
    options.workers = min(workers ?? cores, cores)
    var loader = DataLoader(source: source, options: options)
    let progress = console.progress
    let title = "reading \(source.text)"
    loader.progress = { bytes, total in
      progress.update {
        ProgressState(title: title, fraction: total > 0 ? min(1, Double(bytes) / Double(total)) : nil)
      }
    }
    return loader
  }
}
