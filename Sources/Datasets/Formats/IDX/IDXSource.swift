import Files
import Platform

/// Reads a set of two or four IDX files. Files of separate splits are read in parallel, since inflating MNIST takes longer
/// than a training epoch.
struct IDXSource {
  let folder: IDXFolder
  let need: RawNeed
  /// The largest number of threads.
  let workers: Int

  /// The opened files, checked for consistency.
  private struct Pair {
    let images: IDXFile
    /// nil for images only.
    let labels: IDXFile?

    init(_ imagesPath: String, _ labelsPath: String?) throws(FileError) {
      images = try IDXFile(imagesPath, .images)
      guard let labelsPath else {
        labels = nil
        return
      }
      let labels = try IDXFile(labelsPath, .labels)
      guard images.count == labels.count else {
        throw FileError(
          file: labelsPath, found: "\(labels.count) labels",
          expected: "\(images.count), one for each image of \(imagesPath)",
          hint: "Both files of a pair belong to one set: fetch the two again.")
      }
      self.labels = labels
    }

    func targets() throws(FileError) -> RawTargets { try labels?.labels() ?? .none(count: images.count) }
  }

  func load() throws(FileError) -> (training: RawSplit, test: RawSplit?) {
    let training = try Pair(folder.trainingImages, folder.trainingLabels)
    guard let testImages = folder.testImages else {
      return (try alone(training), nil)
    }
    let test = try Pair(testImages, folder.testLabels)
    guard training.images.shape == test.images.shape else {
      throw FileError(
        file: testImages, found: "images of \(IDXSource.text(test.images.shape))",
        expected: "\(IDXSource.text(training.images.shape)), as in \(folder.trainingImages)",
        hint: "The files of both splits belong to one set: fetch them again.")
    }
    return need == .pooled ? (try pool(training, test), nil) : try apart(training, test)
  }

  private static func text(_ shape: ImageShape) -> String { "\(shape.height) × \(shape.width)" }

  private func alone(_ pair: Pair) throws(FileError) -> RawSplit {
    RawSplit(storage: try pair.images.rows(), targets: try pair.targets(), imageShape: pair.images.shape)
  }

  private func apart(_ training: Pair, _ test: Pair) throws(FileError) -> (training: RawSplit, test: RawSplit?) {
    let images = Slots<SampleStorage?>(2, nil)
    let labels = Slots<RawTargets>(2, .labelBytes([]))
    try sideBySide { job throws(FileError) in
      switch job {
      case .trainingImages: if need != .test { images[0] = try training.images.rows() }
      case .testImages: if need != .training { images[1] = try test.images.rows() }
      case .trainingLabels: labels[0] = try training.targets()
      case .testLabels: labels[1] = try test.targets()
      }
    }
    func split(_ index: Int) -> RawSplit {
      RawSplit(storage: images[index], targets: labels[index], imageShape: training.images.shape)
    }
    return (split(0), split(1))
  }

  private func pool(_ training: Pair, _ test: Pair) throws(FileError) -> RawSplit {
    let count = training.images.count + test.images.count
    guard count <= Int(Int32.max) else {
      throw FileError(
        file: test.images.path, found: "\(count) images in both splits", expected: "at most \(Int32.max)")
    }
    guard training.images.hasBytes, test.images.hasBytes else {
      let splits = (try alone(training), try alone(test))
      guard let first = splits.0.storage, let second = splits.1.storage else { return splits.0 }
      return RawSplit(
        storage: try first.joined(with: second, for: test.images.path),
        targets: splits.0.targets.joined(with: splits.1.targets), imageShape: training.images.shape)
    }
    // Both splits are read into one block; joining them afterwards would need twice the memory.
    let block = try ByteBlock(count: training.images.bodySize + test.images.bodySize, for: folder.trainingImages)
    let labels = Slots<RawTargets>(2, .labelBytes([]))
    let boundary = training.images.bodySize
    try sideBySide { job throws(FileError) in
      switch job {
      case .trainingImages:
        try training.images.readBody(into: UnsafeMutableRawBufferPointer(rebasing: block.bytes[..<boundary]))
      case .testImages:
        try test.images.readBody(into: UnsafeMutableRawBufferPointer(rebasing: block.bytes[boundary...]))
      case .trainingLabels: labels[0] = try training.targets()
      case .testLabels: labels[1] = try test.targets()
      }
    }
    return RawSplit(
      storage: .bytes(block.rows(width: training.images.width)), targets: labels[0].joined(with: labels[1]),
      imageShape: training.images.shape)
  }

  /// The four files' bodies, the longest first.
  private enum Job: CaseIterable {
    case trainingImages, testImages, trainingLabels, testLabels
  }

  /// Runs all jobs concurrently; throws the error of the first failed one, in their order.
  private func sideBySide(_ work: @escaping (Job) throws(FileError) -> Void) throws(FileError) {
    // Safe, though the compiler cannot check it: each job has its own file and result.
    nonisolated(unsafe) let work = work
    let jobs = Job.allCases
    let errors = Slots<FileError?>(jobs.count, nil)
    ParallelLoop.run(jobs.count, threads: workers) { index in
      do throws(FileError) {
        try work(jobs[index])
      } catch { errors[index] = error }
    }
    for index in jobs.indices {
      if let error = errors[index] { throw error }
    }
  }
}

/// A fixed number of values, set from several threads.
private final class Slots<Element: Sendable>: Sendable {
  private let elements: Guarded<[Element]>

  init(_ count: Int, _ initial: Element) { elements = Guarded(Array(repeating: initial, count: count)) }

  subscript(index: Int) -> Element {
    get { elements.withLock { $0[index] } }
    set { elements.withLock { $0[index] = newValue } }
  }
}
