import Datasets
import Files
import Reports

/// `descent data fetch [NAME] [DIR]`: downloads a data set and verifies it.
struct DataFetchCommand: Command {
  static let fromOption = Option(
    "from", ValueKind<String>.url, absent: "the data set's public mirrors, in order",
    "URL of a folder with the files", otherNames: ["url", "mirror"])

  static let declaration = CommandDeclaration(
    name: "data fetch",
    positionals: [
      .init(
        name: "NAME", meaning: PublishedDataset.all.map(\.name).joined(separator: ", ") + " (default: mnist)",
        isOptional: true, completion: .wordsOrDirectory(PublishedDataset.all.map(\.name))),
      .init(
        name: "DIR", meaning: "folder for the files (default: Data/NAME)", isOptional: true, completion: .directory),
    ],
    summary: "downloads the files of a data set and verifies them",
    notes: [
      "An argument that is not a name is DIR, for MNIST. The checksums of mnist are published ones; those of other data "
        + "sets are stored in DIR/SHA256SUMS at the first download, and compared afterwards."
    ],
    groups: [OptionGroup(title: "Options", options: [fromOption, CommonOptions.quietFilesOption])])

  let dataset: PublishedDataset
  private let isNamed: Bool
  /// The directory for the files; nil for the default of the data set.
  let folder: String?
  /// The URL given by `--from`; nil for the public mirrors.
  let address: String?
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    let first = arguments.positionals.first
    let named = first.flatMap { PublishedDataset.named($0) }
    dataset = named ?? PublishedDataset.all[0]
    isNamed = named != nil
    let rest = arguments.positionals.dropFirst(named == nil ? 0 : 1)
    folder = rest.first
    if rest.count > 1 {
      throw .argument(
        name: "NAME", found: rest[rest.startIndex],
        allowed: "one of " + PublishedDataset.all.map(\.name).joined(separator: ", "))
    }
    address = try arguments.value(Self.fromOption)
    isQuiet = try arguments.value(CommonOptions.quietFilesOption)
  }

  /// A line for a folder that may have been meant as the name of a data set; nil for others.
  private var folderNote: String? {
    guard let folder, !folder.contains("/"), !DataName.isSource(folder) else { return nil }
    let names = PublishedDataset.all.map(\.name)
    let nearest = Nearest.name(to: folder, among: names).map { "; the nearest is \($0)" } ?? ""
    return "descent: no data set has the name \(Quoted(folder)) (\(names.joined(separator: ", "))\(nearest)): "
      + "MNIST is fetched into the folder \(Quoted(folder))."
  }

  func run(_ console: Console) throws -> ExitStatus {
    if !isNamed, !isQuiet, let folderNote { console.note(folderNote) }
    var fetcher = MNISTFetcher(dataset, directory: folder)
    if let address { fetcher.mirrors = [address] }
    var transfer = Transfer()
    // Output can fail in a callback that cannot throw: the error is stored until the fetcher returns.
    var failure: (any Error)?
    let interruption = console.interruption
    do {
      try interruption.deferred {
        try fetcher.run(
          progress: { event in
            do { try report(event, &transfer, console) } catch { failure = error }
          },
          isCanceled: { interruption.isRequested || failure != nil })
      }
    } catch {
      if let failure { throw failure }
      // Ctrl-C also ends curl; its failed transfer is then not reported.
      guard interruption.isRequested else { throw error }
      console.note("descent: \(FetchError.canceled)")
      return .interrupted
    }
    if let failure { throw failure }
    return .done
  }

  /// Reports an event: stored files on standard output, attempts on standard error.
  private func report(_ event: FetchProgress, _ transfer: inout Transfer, _ console: Console) throws {
    switch event {
    case .alreadyGood, .finished, .kept: if !isQuiet { try console.announce("\(event)") }
    case .failed: if !console.interruption.isRequested { console.note("\(event)") }
    case .started:
      transfer = Transfer()
      if !isQuiet { console.note("\(event)") }
    case .received(let url, let bytes, let about):
      console.progress.update { transfer.state(of: url, bytes: bytes, about: about) }
    }
  }
}

/// The progress of one file.
struct Transfer {
  private let start = ContinuousClock.now

  func state(of url: String, bytes: Int, about: Int) -> ProgressState {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    // Before the first byte the rate is unknown.
    let rate = bytes > 0 && seconds > 0 ? Double(bytes) / seconds : nil
    let left = rate.map { Double(max(0, about - bytes)) / max($0, 1) }
    let name = url.split(separator: "/").last.map(String.init) ?? url
    return ProgressState(
      title: name, fraction: min(1, Double(bytes) / Double(max(about, 1))), rate: rate, unit: .bytes, secondsLeft: left)
  }
}

extension ValueKind where Value == String {
  /// The URL of a folder.
  fileprivate static var url: ValueKind {
    ValueKind(
      placeholder: "URL", allowed: "a URL such as https://host/folder/ or file:///folder/", explanation: ""
    ) { $0.contains("://") ? $0 : nil }
  }
}
