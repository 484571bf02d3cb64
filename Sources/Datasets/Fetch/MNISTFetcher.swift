import Files

/// A downloader of MNIST and other published data sets, which verifies the files.
///
/// Existing valid files are not changed. A file is stored only if its contents have the correct SHA-256 or, if none is known,
/// are an IDX file of the expected length; otherwise the previous file stays. It is stored as on the mirror, `.gz` or plain,
/// except that a damaged plain file is replaced by a plain one, since readers prefer plain files.
package struct MNISTFetcher: Sendable {
  /// The destination folder, created if missing.
  package var directory: String
  /// URLs of folders with the files, tried in this order.
  package var mirrors: [String]
  /// The files to fetch.
  package var files: [FetchedFile]
  /// The program to run, searched on PATH.
  var program = "curl"

  /// Public mirrors of MNIST: PyTorch's, that of the CVDF foundation, and the authors' page.
  package static let publicMirrors = [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
  ]

  /// One of the data sets with known names.
  /// - Parameter directory: `Data/NAME` by default.
  package init(_ dataset: PublishedDataset, directory: String? = nil) {
    self.init(directory: directory ?? "Data/\(dataset.name)", mirrors: dataset.mirrors, files: dataset.files)
  }

  /// - Precondition: `files` have different names, without folders.
  package init(
    directory: String = "Data/mnist", mirrors: [String] = MNISTFetcher.publicMirrors,
    files: [FetchedFile] = FetchedFile.mnist
  ) {
    self.directory = directory
    self.mirrors = mirrors
    self.files = files
  }

  /// Fetches what is missing or damaged.
  ///
  /// - Parameters:
  ///   - progress: called for every event, on the caller's thread.
  ///   - isCanceled: called several times per second during a transfer; `true` ends with `FetchError.canceled`.
  package func run(
    progress: (FetchProgress) -> Void = { _ in }, isCanceled: () -> Bool = { false }
  ) throws(FetchError) {
    for mirror in mirrors where !mirror.contains("://") { throw .notAURL(mirror) }
    let folders = try makeDirectory()
    // Folders that were made for files that could not be fetched are removed.
    defer { folders.removeEmpty() }
    var order = MirrorOrder(mirrors)
    var sums = FetchSums(in: directory)
    var archives: [String: FetchScratch] = [:]
    for published in files {
      var file = published
      file.sha256 = file.sha256 ?? sums[file.name]
      let destination = try FetchDestination(of: file, in: directory)
      var sum = destination.sha256
      if destination.state == .good {
        progress(.alreadyGood(path: destination.path, isVerified: file.sha256 != nil))
      } else {
        try fetch(
          file, to: destination, sum: &sum, order: &order, archives: &archives, isCanceled: isCanceled,
          progress: progress)
      }
      // Without a published checksum, that of the first download is stored.
      guard file.sha256 == nil, let sum else { continue }
      do throws(FileError) { try sums.add(sum, of: file.name) } catch { throw .file(error) }
      progress(.kept(path: destination.path, sha256: sum))
    }
  }

  /// The remedy if fetching fails, as the end of a sentence.
  package var byHand: String {
    let archive = files.first?.archive.map { ", which \($0.name) holds," } ?? ""
    let names = files.map { $0.name + ".gz" }.joined(separator: ", ") + archive
    let known = PublishedDataset.all.first { $0.files == files }
    let source = known.map { " from \($0.mirrors[0])" } ?? ""
    return "put \(names)\(source) into \(directory) by hand, as Data/README.md says."
  }

  /// - Returns: the folders that were missing.
  private func makeDirectory() throws(FetchError) -> CreatedFolders {
    do throws(FileError) { return try makeFolder(directory) } catch { throw .file(error) }
  }

  /// - Parameter archives: the archives downloaded so far, by URL; one can contain several files.
  private func fetch(
    _ file: FetchedFile, to destination: FetchDestination, sum: inout String?, order: inout MirrorOrder,
    archives: inout [String: FetchScratch], isCanceled: () -> Bool, progress: (FetchProgress) -> Void
  ) throws(FetchError) {
    var reasons = order.unreachable
    for mirror in order.mirrors {
      var problem: MirrorProblem?
      // Public mirrors have the packed file or an archive of all files; a private mirror may have only the plain file.
      for name in [file.archive?.name, file.name + ".gz", file.name].compactMap({ $0 }) {
        let url = (mirror.hasSuffix("/") ? mirror : mirror + "/") + name
        if archives[url] == nil { progress(.started(url: url)) }
        problem = try attempt(
          url, file, to: destination, sum: &sum, archives: &archives, isCanceled: isCanceled, progress: progress)
        guard let problem else {
          order.prefer(mirror)
          return
        }
        progress(.failed(url: url, reason: problem.reason))
        guard case .notFound = problem else { break }
      }
      guard let problem else { continue }
      reasons.append("\(mirror): \(problem.reason)")
      if case .unreachable(let reason) = problem { order.drop(mirror, reason: reason) }
    }
    throw .noMirror(file: file.name, reasons: reasons, byHand: byHand)
  }

  /// Tries one URL.
  ///
  /// - Returns: `nil` if the file was stored, or the reason to try another URL.
  /// - Throws: errors that another URL would have, too.
  private func attempt(
    _ url: String, _ file: FetchedFile, to destination: FetchDestination, sum: inout String?,
    archives: inout [String: FetchScratch],
    isCanceled: () -> Bool, progress: (FetchProgress) -> Void
  ) throws(FetchError) -> MirrorProblem? {
    let archive = file.archive.flatMap { url.hasSuffix("/" + $0.name) ? $0 : nil }
    let scratch: FetchScratch
    if let known = archives[url] {
      scratch = known
    } else {
      scratch = try FetchScratch()
      // Packing never makes a file much longer.
      let size = archive?.size ?? file.size
      let problem = try transfer(
        url, to: scratch, limit: size + size / 8 + 4096, about: archive?.size ?? file.packedSize,
        isCanceled: isCanceled, progress: progress)
      if let problem { return problem }
    }
    var found = scratch
    if archive != nil {
      do throws(FileError) { found = try scratch.extracting(file) } catch { return .failed(error.found) }
      archives[url] = scratch
    }
    if let flaw = found.flaw(as: file, sum: &sum) { return .failed(flaw) }
    try destination.install(found, isVerified: file.sha256 != nil, progress: progress)
    return nil
  }

  /// Downloads a URL to a temporary file.
  ///
  /// - Returns: `nil` if the download is complete, or the reason to try another URL.
  /// - Throws: errors that another URL would have, too.
  private func transfer(
    _ url: String, to scratch: FetchScratch, limit: Int, about size: Int, isCanceled: () -> Bool,
    progress: (FetchProgress) -> Void
  ) throws(FetchError) -> MirrorProblem? {
    var reported = -1
    do throws(CurlTransfer.Failure) {
      try CurlTransfer.run(url, with: program, to: scratch.path, limit: limit) { bytes in
        if bytes > reported { progress(.received(url: url, bytes: bytes, about: size)) }
        reported = bytes
        return !isCanceled()
      }
    } catch {
      switch error {
      case .noCurl: throw .noCurl(byHand: byHand)
      case .canceled: throw .canceled
      case .file(let error): throw .file(error)
      case .notFound(let reason): return .notFound(reason)
      case .unreachable(let reason): return .unreachable(reason)
      case .failed(let reason): return .failed(reason)
      }
    }
    // A signal to this process group ends curl first; this is not an error of the mirror.
    if isCanceled() { throw .canceled }
    return nil
  }
}

/// The reason why a mirror did not provide a file.
private enum MirrorProblem {
  case notFound(String)
  /// The other files need not be requested there.
  case unreachable(String)
  case failed(String)

  var reason: String {
    switch self {
    case .notFound(let reason), .unreachable(let reason), .failed(let reason): reason
    }
  }
}

/// The choice of the next mirror, by the results so far.
private struct MirrorOrder {
  private(set) var mirrors: [String]
  /// A line for each mirror that was dropped.
  private(set) var unreachable: [String] = []

  init(_ mirrors: [String]) { self.mirrors = mirrors }

  mutating func prefer(_ mirror: String) {
    mirrors = [mirror] + mirrors.filter { $0 != mirror }
  }

  mutating func drop(_ mirror: String, reason: String) {
    mirrors.removeAll { $0 == mirror }
    unreachable.append("\(mirror): \(reason)")
  }
}
