@testable import Files

/// Gzip: the bytes as they are; read whole, and once more in pieces whose size the first byte gives. Both must tell the same.
func tryGzip(_ bytes: [UInt8]) {
  guard let choice = bytes.first else { return }
  let path = InputFile.write(bytes.dropFirst(), ending: ".gz")
  // Deflate swells a thousandfold: more than this many bytes is what a limit is for.
  let limit = 1 << 20
  let whole = outcome { () throws(FileError) in try GzipReader(path).readToEnd(limit: limit) }
  let pieces = outcome { () throws(FileError) in
    let reader = try GzipReader(path)
    var piece = [UInt8](repeating: 0, count: Int(choice) + 1)
    var content: [UInt8] = []
    while true {
      let filled = try reader.fill(&piece)
      content += piece[..<filled]
      if filled < piece.count || content.count > limit { return content }
    }
  }
  switch (whole, pieces) {
  case (.success(let first), .success(let second)): precondition(first == second, "the same bytes in pieces")
  // zlib's reason depends on the size of the output buffer.
  case (.failure, .failure): break
  case (.failure(let error), .success(let content)):
    precondition(content.count > limit && error.found.contains("more than"), "only the limit may tell them apart")
  case (.success, .failure(let error)): preconditionFailure("only pieces fail: \(error)")
  }
}
