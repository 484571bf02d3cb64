import Files

@testable import Datasets
@testable import Readers

/// NumPy's files: bit 0 of the first byte puts a magic number and a version before the bytes, bit 1 makes them the entry `X` of
/// an archive beside a good `y`, bit 2 packs the entry, bit 3 takes the bytes for an archive.
func tryNumPy(_ bytes: [UInt8]) {
  guard let choice = bytes.first else { return }
  var content = Array(bytes.dropFirst())
  if choice & 1 != 0 { content = NPYHeader.magic + [1, 0] + content }
  var path = InputFile.write(content, ending: choice & 8 != 0 ? ".npz" : ".npy")
  if choice & 2 != 0 {
    path = InputFile.write(
      ZippedArrays.archive([("X.npy", content), ("y.npy", ZippedArrays.labels)], isPacked: choice & 4 != 0),
      ending: ".npz")
  }
  for targets in [nil, 1] {
    var options = DataOptions()
    options.targets = targets
    options.testFraction = 0
    let data = attempt { try DataLoader(source: .file(path), options: options).loadForTraining() }
    guard case .success(let data) = data else { continue }
    precondition(data.training.count > 0 && data.training.width > 0, "samples have features")
    if case .floats(let rows) = data.training.storage {
      let values = UnsafeBufferPointer(start: rows.pointer, count: rows.rows * rows.width)
      precondition(values.allSatisfy(\.isFinite), "every number is finite")
    }
  }
}

/// Text of libsvm, and whatever else its bytes are recognized as.
func tryLibSVM(_ bytes: [UInt8]) {
  let path = InputFile.write(bytes, ending: ".txt")
  var parser = LibSVMParser(path: path, hasLabels: bytes.first.map { $0 & 1 == 0 } ?? true)
  let parsed = outcome { () throws(FileError) in
    try bytes.withUnsafeBytes { UnsafeRawBufferPointer(start: $0.baseAddress, count: $0.count) }.parse(with: &parser)
  }
  if case .success = parsed {
    let rows = outcome { () throws(FileError) in try parser.rows(nil) }
    if case .success(let (rows, units)) = rows {
      precondition(rows.rows == parser.targets(nil).targets.count, "a target for each sample")
      precondition(units == nil || units?.count == rows.width, "a unit for each feature")
    }
  }
  let opened = outcome { () throws(FileError) in try SourceFile(path) }
  if case .success(let file) = opened { _ = attempt { try DataFormats.recognize(.file(file)) } }
}

extension UnsafeRawBufferPointer {
  fileprivate func parse(with parser: inout LibSVMParser) throws(FileError) { try parser.parse(self) }
}

/// Archives around an input.
enum ZippedArrays {
  /// `y`: two labels.
  static let labels: [UInt8] = {
    let header = Array("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }".utf8)
    return NPYHeader.magic + [1, 0, UInt8(header.count), 0] + header + [0, 1]
  }()

  static func archive(_ files: [(name: String, content: [UInt8])], isPacked: Bool) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in files {
      // Deflated data is zlib's without the header of two bytes and the checksum of four.
      let packed = isPacked ? Array(Deflated.zlib(content).dropFirst(2).dropLast(4)) : content
      let fields =
        half(20) + half(0) + half(isPacked ? 8 : 0) + Deflated.little(0)
        + Deflated.little(cyclicRedundancyCheck(content[...])) + Deflated.little(UInt32(packed.count))
        + Deflated.little(UInt32(content.count)) + half(UInt16(name.utf8.count)) + half(0)
      directory +=
        [0x50, 0x4B, 1, 2] + half(20) + fields + half(0) + half(0) + half(0) + Deflated.little(0)
        + Deflated.little(UInt32(archive.count)) + Array(name.utf8)
      archive += [0x50, 0x4B, 3, 4] + fields + Array(name.utf8) + packed
    }
    let count = half(UInt16(files.count))
    return archive + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count
      + Deflated.little(UInt32(directory.count)) + Deflated.little(UInt32(archive.count)) + [0, 0]
  }

  private static func half(_ number: UInt16) -> [UInt8] { [UInt8(number & 0xFF), UInt8(number >> 8)] }
}
