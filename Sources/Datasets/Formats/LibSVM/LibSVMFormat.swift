import Files

/// Text of libsvm and SVMlight: `label index:value index:value …`, features that are not named being zero. The label may be missing where none
/// is needed.
///
/// Indices count from 1, or from 0 where one is 0; what follows `#` is a comment, `qid:N` is passed over.
struct LibSVMFormat: DataFormat {
  static var name: String { "libsvm text" }
  static var options: Set<DataOption> { [.targets] }

  private let file: SourceFile

  init?(_ source: OpenedSource) {
    guard case .file(let file) = source, LibSVMFormat.isBeginning(file.beginning) else { return nil }
    self.file = file
  }

  /// Whether every line of a text's beginning is a label and then pairs of ascending index and number, one at least.
  ///
  /// A last line without its end may be cut off, and is not looked at where there is another.
  static func isBeginning(_ bytes: [UInt8]) -> Bool {
    var lines = bytes.split(maxSplits: 50, omittingEmptySubsequences: false) { $0 == 0x0A }
    if lines.count > 1 { lines.removeLast() }
    var pairs = 0
    for line in lines {
      let words = line.prefix { $0 != UInt8(ascii: "#") }.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      guard let label = words.first else { continue }
      guard !label.contains(UInt8(ascii: ",")) else { return false }
      var last = -1
      for word in words.dropFirst(label.contains(UInt8(ascii: ":")) ? 0 : 1) where !word.starts(with: "qid:".utf8) {
        let parts = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, let index = Int(String(decoding: parts[0], as: UTF8.self)), index > last,
          Double(String(decoding: parts[1], as: UTF8.self)) != nil
        else { return false }
        last = index
        pairs += 1
      }
    }
    return pairs > 0
  }

  func load(_ request: DataRequest) throws -> RawSource {
    if let targets = request.targets, targets != 1 {
      throw DataOptionError(.targets, "libsvm text has one target a line, and \(targets) were asked for")
    }
    let contents = try file.contents()
    var parser = LibSVMParser(path: file.path, hasLabels: request.targets == nil, needsTargets: request.needsTargets)
    try parser.parse(contents.bytes)
    try contents.check()
    var split = RawSplit(storage: .floats(try parser.rows()), targets: parser.rawTargets, imageShape: nil)
    split.mayBeWidened = true
    return RawSource(training: split, test: nil, defaultScale: 1, description: file.path)
  }
}
