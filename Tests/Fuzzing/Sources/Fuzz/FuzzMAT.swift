import Files
import Models

@testable import Datasets
@testable import Training

/// MAT-files: bit 0 of the first byte puts a header before the bytes, bit 1 packs them as one compressed variable, bit 2 makes
/// the byte order the other one.
func tryMAT(_ bytes: [UInt8]) {
  guard let choice = bytes.first else { return }
  var content = Array(bytes.dropFirst())
  let isBigEndian = choice & 4 != 0
  if choice & 2 != 0 {
    content = Deflated.zlib(content)
    let tag = [Deflated.little(15), Deflated.little(UInt32(content.count))]
    content = tag.flatMap { isBigEndian ? $0.reversed() : $0 } + content
  }
  if choice & 3 != 0 {
    content = [UInt8](repeating: 32, count: 124) + (isBigEndian ? [1, 0, 0x4D, 0x49] : [0, 1, 0x49, 0x4D]) + content
  }
  let path = InputFile.write(content, ending: ".mat")
  let file = outcome { () throws(FileError) in try MATFile(path) }
  guard case .success(let file) = file else { return }
  for name in Set(file.names) {
    let matrix = outcome { () throws(FileError) in try file.matrix(name) }
    if case .success(let matrix) = matrix {
      precondition(matrix.values.count == matrix.rows * matrix.columns, "a number for each row and column")
    }
  }
  for targets in [nil, 1] {
    var options = DataOptions()
    (options.targets, options.testFraction) = (targets, 0)
    if let features = file.names.first, let answers = file.names.last, features != answers {
      options.variables = [features, answers]
    }
    _ = attempt { try DataLoader(source: .file(path), options: options).loadForTraining() }
  }
  _ = outcome { () throws(FileError) in try ModelFile.read(path) }
}
