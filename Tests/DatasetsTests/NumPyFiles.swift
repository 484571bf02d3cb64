import Files
import SystemZlib

/// `.npy` and `.npz` files as NumPy writes them, for the tests.
enum NumPyFiles {
  /// A `.npy` file of version 1.0.
  /// - Parameters:
  ///   - type: NumPy's name of the element type: `<f4`, `|u1`.
  ///   - shape: the text in Python: `(3, 2)`, `(3,)`.
  static func npy(_ type: String, _ shape: String, _ elements: [UInt8], isFortranOrder: Bool = false) -> [UInt8] {
    let order = isFortranOrder ? "True" : "False"
    return npy(header: "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }", elements)
  }

  static func npy(header: String, _ elements: [UInt8]) -> [UInt8] {
    var header = Array(header.utf8)
    header += [UInt8](repeating: 0x20, count: (64 - (header.count + 11) % 64) % 64) + [0x0A]
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count & 0xFF), UInt8(header.count >> 8)] + header
      + elements
  }

  static func floats(_ values: [Float]) -> [UInt8] { values.flatMap { little($0.bitPattern) } }
  static func longs(_ values: [Int64]) -> [UInt8] { values.flatMap { little($0) } }

  /// A zip archive of arrays, stored as `numpy.savez` does or deflated as `savez_compressed` does.
  static func npz(_ arrays: [(name: String, file: [UInt8])], isCompressed: Bool = false) -> [UInt8] {
    zip(arrays.map { ($0.name + ".npy", $0.file) }, isCompressed: isCompressed)
  }

  static func zip(_ files: [(name: String, file: [UInt8])], isCompressed: Bool = false) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (name, file) in files {
      let packed = isCompressed ? deflated(file) : file
      let fields =
        little(UInt16(20)) + little(UInt16(0)) + little(UInt16(isCompressed ? 8 : 0)) + little(UInt32(0))
        + little(cyclicRedundancyCheck(file[...])) + little(UInt32(packed.count)) + little(UInt32(file.count))
        + little(UInt16(name.utf8.count)) + little(UInt16(0))
      directory +=
        [0x50, 0x4B, 1, 2] + little(UInt16(20)) + fields + little(UInt16(0)) + little(UInt16(0)) + little(UInt16(0))
        + little(UInt32(0)) + little(UInt32(archive.count)) + Array(name.utf8)
      archive += [0x50, 0x4B, 3, 4] + fields + Array(name.utf8) + packed
    }
    let count = little(UInt16(files.count))
    return archive + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + little(UInt32(directory.count))
      + little(UInt32(archive.count)) + [0, 0]
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] { compressed(bytes, windowBits: -15) }
}
