import Files

/// The versions of MAT-files. Level 5 is read; for the others the error explains how to convert them.
package enum MATVersion {
  private static let expected = "a MAT-file of level 5"
  private static let octaveText = Array("# Created by Octave".utf8)
  private static let octaveBinary = Array("Octave-1-".utf8)

  /// True if the first bytes are those of a MAT-file of any version.
  package static func isBeginning(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: Array("MATLAB ".utf8)) || isOctaveText(bytes) || bytes.starts(with: octaveBinary)
      || isLevel5(bytes) || level4(bytes) != nil
  }

  /// True for Octave's text format, with or without its first comment.
  private static func isOctaveText(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: octaveText) { return true }
    let lines = bytes.prefix(256).split(separator: 0x0A, maxSplits: 2)
    return lines.count > 1 && lines[0].starts(with: Array("# name: ".utf8))
      && lines[1].starts(with: Array("# type: ".utf8))
  }

  /// True if the first bytes are text: none of them is a control character but tabs and line ends.
  package static func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty && bytes.prefix(1024).allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
  }

  private static func isLevel5(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 128 else { return false }
    return bytes[126...127] == [0x49, 0x4D] && bytes[124...125] == [0, 1]
      || bytes[126...127] == [0x4D, 0x49] && bytes[124...125] == [1, 0]
  }

  /// The name of the first variable of a file of level 4; nil if the bytes are not such a file. A variable begins with type, rows, columns,
  /// imaginary part and the length of its name; the name follows, with a zero at its end.
  private static func level4(_ bytes: [UInt8]) -> String? {
    guard bytes.count > 20 else { return nil }
    func word(_ index: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[4 * index + $1]) << (8 * $1) } }
    func reversed(_ index: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(bytes[4 * index + $1]) } }
    for (read, machines) in [(word, 0..<1000), (reversed, 1000..<2000)] {
      let (type, imaginary, length) = (read(0), read(3), read(4))
      guard machines.contains(type), type / 100 % 10 == 0, type / 10 % 10 <= 5, type % 10 <= 2, imaginary <= 1,
        (2...64).contains(length), bytes.count >= 20 + length, bytes[20 + length - 1] == 0
      else { continue }
      let name = bytes[20..<(19 + length)]
      func isLetter(_ byte: UInt8) -> Bool {
        let scalar = Unicode.Scalar(byte)
        return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
          || scalar == "_"
      }
      if name.allSatisfy(isLetter) { return String(decoding: name, as: UTF8.self) }
    }
    return nil
  }

  /// - Returns: true for big-endian files.
  /// - Throws: `FileError` for a file of another version, or of another kind.
  package static func check(_ file: SourceContents) throws(FileError) -> Bool {
    let bytes = file.bytes
    let beginning = Array(bytes.prefix(256))
    let version73 = ("version 7.3 (HDF5)", "save('FILE.mat', 'X', 'y', '-v7')")
    for (isIt, other) in [
      (bytes.starts(with: [0x89, 0x48, 0x44, 0x46]), version73),
      (isOctaveText(beginning), ("Octave's text format", "save -v7 FILE.mat X y")),
      (beginning.starts(with: octaveBinary), ("Octave's binary format", "save -v7 FILE.mat X y")),
      (!isLevel5(beginning) && level4(beginning) != nil, ("level 4", "save('FILE.mat', 'X', 'y', '-v7')")),
    ] where isIt {
      throw old(file.path, "a MAT-file of \(other.0)", other.1)
    }
    guard bytes.count >= MATFile.headerSize else {
      throw FileError(
        file: file.path, found: "\(bytes.count) bytes", expected: expected,
        hint: "Fetch the file again; it is truncated or damaged.")
    }
    let order = (bytes[126], bytes[127])
    let isBigEndian = order == (0x4D, 0x49)
    guard isBigEndian || order == (0x49, 0x4D) else {
      throw old(file.path, "no byte order mark at byte 126", "save('FILE.mat', 'X', 'y', '-v7')")
    }
    let version = isBigEndian ? bytes[124] : bytes[125]
    guard version == 1 else {
      throw old(
        file.path, "a MAT-file of " + (version == 2 ? version73.0 : "an unknown version \(version)"), version73.1)
    }
    return isBigEndian
  }

  private static func old(_ path: String, _ found: String, _ command: String) -> FileError {
    FileError(
      file: path, found: found, expected: expected,
      hint: "\(command) in \(command.contains("(") ? "MATLAB" : "Octave") writes one.")
  }
}

/// The classes of MATLAB's arrays, by their numbers in a file.
package enum MATClass: UInt32 {
  case cell = 1
  case structure = 2
  case object = 3
  case text = 4
  case sparse = 5
  case double = 6
  case single = 7
  case int8 = 8
  case uint8 = 9
  case int16 = 10
  case uint16 = 11
  case int32 = 12
  case uint32 = 13
  case int64 = 14
  case uint64 = 15

  /// True for full matrices of numbers.
  package var isNumeric: Bool { rawValue >= MATClass.double.rawValue }
}

extension MATFile {
  /// A structure in a file that has no arrays besides structures.
  package var onlyStructure: Entry? {
    let isStructure = { (entry: Entry) in MATClass(rawValue: entry.kind) == .structure }
    return entries.allSatisfy(isStructure) ? entries.first : nil
  }

  /// The error for a variable that is not a full real matrix of numbers, with a command to convert it.
  package func refusal(_ entry: Entry) -> FileError {
    let name = entry.name
    let save = "save('FILE.mat', 'X', 'y', '-v7')"
    let (found, hint): (String, String?) =
      switch MATClass(rawValue: entry.kind) {
      case .sparse?: ("a sparse matrix", "\(name) = full(\(name)); \(save) writes a full one.")
      case .structure?: ("a structure", "save('FILE.mat', '-struct', '\(name)', '-v7') writes its fields as variables.")
      case .cell?: ("a cell array", "cell2mat(\(name)) makes a matrix of numbers of it.")
      case .text?: ("text", "double(\(name)) makes numbers of it.")
      case .object?, nil: ("an object", "\(save) writes matrices.")
      default:
        entry.isComplex
          ? ("a complex matrix", "real(\(name)) is its real part.")
          : (
            "an array of \(entry.dimensions.count) dimensions",
            """
            reshape(\(name), size(\(name), 1), []) makes a matrix of it, or reshape(\(name), [], size(\(name), ndims(\(name))))' if samples \
            are last.
            """
          )
      }
    return FileError(
      file: path, found: "\(name), which is \(found)", expected: "a full real matrix of numbers",
      hint: hint.map { OptionText($0) })
  }
}
