import Datasets
import Files
import Platform

/// The paths that a command line names, for a check of all outputs before any work. An output must not replace an input.
/// Two outputs must not have the same path: the later one would replace the earlier one or could not be written.
///
/// Options take part by their traits `.output`, `.input` and `.inputPath`, and positional arguments by their declaration.
struct OutputPaths: Sendable, Equatable {
  /// The files and folders that are read.
  private var inputs: [NamedPath] = []
  /// The files that are written, and the folders in which files are written.
  private var outputs: [NamedPath] = []

  init(_ arguments: Arguments) {
    let declared = CommandList.named(arguments.command)?.declaration.positionals ?? []
    for (index, text) in arguments.positionals.enumerated() where !declared.isEmpty {
      let positional = declared[min(index, declared.count - 1)]
      guard positional.completion == .file, !positional.traits.contains(.output) else { continue }
      add(input: text, "\(positional.name) \(text)", isSource: positional.name == "SOURCE")
    }
    for option in arguments.declared where option.completion == .file || option.completion == .directory {
      let isSource = [DataSelection.sourceOption.name, DataSelection.testFileOption.name].contains(option.name)
      let standard = option.name == DataSelection.sourceOption.name ? DataSource.defaultFolder : option.defaultValue
      guard let text = arguments.texts(option).last ?? standard else { continue }
      let spelling = "--\(option.name) \(text)"
      if !option.traits.isDisjoint(with: [.input, .inputPath]) {
        add(input: text, spelling, option: option.name, isSource: isSource)
      }
      if option.traits.contains(.output) {
        let isFolder = option.completion == .directory
        outputs.append(NamedPath(path: text, spelling: spelling, option: option.name, isFolder: isFolder))
      }
    }
  }

  /// Adds a file that is written without being named by an option.
  mutating func add(output path: String, _ spelling: String) {
    outputs.append(NamedPath(path: path, spelling: spelling))
  }

  /// - Parameters:
  ///   - spelling: the option or argument as given, for the message.
  ///   - isSource: true for a data source, which may be a folder of IDX files.
  private mutating func add(input path: String, _ spelling: String, option: String? = nil, isSource: Bool) {
    // Standard input is no file.
    guard path != "-" else { return }
    let kind = NamedPath.kind(of: path)
    inputs.append(
      NamedPath(
        path: path, spelling: spelling, option: option, isFolder: kind == S_IFDIR, isSource: isSource,
        isInput: true))
  }

  /// Compares every output with every input and with the other outputs.
  ///
  /// - Throws: `UsageError.combination` naming both, as given.
  func check() throws(UsageError) {
    let streams = outputs.filter(\.isStandardOutput)
    if streams.count > 1 {
      throw .combination(
        options: [streams[0].spelling, streams[1].spelling], reason: "both are standard output",
        expected: "a file for one of them")
    }
    for (index, output) in outputs.enumerated() where !output.isStream {
      for input in inputs { try output.check(input: input) }
      for other in outputs[(index + 1)...] where !other.isStream { try output.check(output: other) }
    }
  }

  /// Compares every output with the data source that a model names.
  ///
  /// - Throws: the error of `check()`.
  func check(source: DataSource) throws(UsageError) {
    var paths = OutputPaths(outputs: outputs)
    paths.add(input: source.text, "data \(source.text)", isSource: true)
    try paths.check()
  }

  /// True if a file is written to standard output, as `-` or `/dev/stdout`.
  var useStandardOutput: Bool { outputs.contains(where: \.isStandardOutput) }

  private init(outputs: [NamedPath]) { self.outputs = outputs }
}

extension OutputPaths {
  /// A path of a command line.
  struct NamedPath: Sendable, Equatable {
    var path: String
    /// The option or argument as given.
    var spelling: String
    /// The option's name; nil for an argument.
    var option: String?
    var isFolder = false
    var isSource = false
    var isInput = false

    /// The type of an existing file, `S_IFREG` for example; nil for a missing one.
    static func kind(of path: String) -> mode_t? {
      var information = stat()
      return stat(path, &information) == 0 ? information.st_mode & S_IFMT : nil
    }

    /// True for a file that is written to standard output.
    var isStandardOutput: Bool { AtomicFile.isStandardOutput(path) && !isFolder }

    /// True for a named pipe, or a path of one that the process has open, such as `/dev/stdin`.
    static func isPipe(_ path: String) -> Bool { kind(of: path) == S_IFIFO }

    /// True for a device, a pipe or standard output, which an output does not replace.
    var isStream: Bool {
      if isStandardOutput { return true }
      let kind = Self.kind(of: path)
      return kind != nil && kind != S_IFREG && kind != S_IFDIR
    }

    fileprivate func check(input: NamedPath) throws(UsageError) {
      // A folder at the path of a file cannot be created, which the command finds before it begins; likewise a file at that of a folder.
      guard !isFolder, !mayReplace(input) else { return }
      if !input.isFolder, nameSameFile(input.path, path) { throw same(as: input) }
      guard input.isSource, isFile(of: input) else { return }
      throw .combination(
        options: [input.spelling, spelling], reason: "the output would replace a file of the data",
        expected: "a path in another folder")
    }

    /// True for the two outputs that are meant to replace an input: a model that is trained further, written at the end, and rows that are
    /// continued, which are kept.
    private func mayReplace(_ input: NamedPath) -> Bool {
      switch (input.option, option) {
      case (NetworkOptions.initialWeightsOption.name, TrainOptions.saveOption.name): true
      case (Grid.resumeOption.name, TrainOptions.metricsOption.name): true
      default: false
      }
    }

    fileprivate func check(output other: NamedPath) throws(UsageError) {
      if nameSameFile(path, other.path) {
        if isFolder && other.isFolder { return }
        throw same(as: other)
      }
      for (file, inner) in [(self, other), (other, self)] {
        let isInside = canonicalPath(of: inner.path).hasPrefix(canonicalPath(of: file.path) + "/")
        guard isInside else { continue }
        if !file.isFolder {
          throw .combination(
            options: [file.spelling, inner.spelling], reason: "a file would be where a folder has to be",
            expected: "a file, and a path outside of it")
        }
        let isChart = file.option == ReportOptions.chartsOption.name && inner.path.lowercased().hasSuffix(".svg")
        if isChart, !inner.isFolder {
          throw .combination(
            options: [inner.spelling, file.spelling], reason: "a chart could replace the file",
            expected: "a file in another folder")
        }
      }
    }

    private func same(as other: NamedPath) -> UsageError {
      if isFolder || other.isFolder {
        let (file, folder) = isFolder ? (other, self) : (self, other)
        return .combination(
          options: [file.spelling, folder.spelling], reason: "both name the same path", expected: "a file, and a folder"
        )
      }
      return .combination(
        options: other.isInput ? [other.spelling, spelling] : [spelling, other.spelling],
        reason: "both name the same file", expected: "two different files")
    }

    /// True if the path has the name and the position of an IDX file of a source's folder.
    private func isFile(of source: NamedPath) -> Bool {
      let own = canonicalPath(of: path)
      guard Self.isIDX(own) else { return false }
      var folder = canonicalPath(of: source.path)
      if !source.isFolder {
        // FOLDER/PREFIX, or one IDX file, whose labels are beside it.
        guard Self.kind(of: source.path) == nil || Self.isIDX(folder) else { return false }
        folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
      }
      guard own.hasPrefix(folder + "/") else { return false }
      let parts = own.dropFirst(folder.count + 1).split(separator: "/")
      // In the folder itself, in a folder with the file's name, or in one such as `MNIST/raw`.
      return parts.count == 1 || parts.count == 2 && Self.isIDX(String(parts[0]))
        || parts.count <= 3 && ["raw", "gzip"].contains(parts[parts.count - 2])
    }

    private static func isIDX(_ path: String) -> Bool {
      path.wholeMatch(of: #/.*[-.]idx[1-4]-(?:ubyte|byte|short|int|float|double)(?:\.gz)?/#) != nil
    }
  }
}
