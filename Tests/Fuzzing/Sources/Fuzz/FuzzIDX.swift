import Files

@testable import Datasets
@testable import Readers

/// IDX, plain or packed. The first byte chooses: bit 0 labels for images; bit 1 a packed file, the bytes themselves or, by
/// bit 2, packed here.
func tryIDX(_ bytes: [UInt8]) {
  guard let choice = bytes.first else { return }
  let isPacked = choice & 2 != 0
  let content = isPacked && choice & 4 != 0 ? Deflated.gzip(bytes.dropFirst()) : Array(bytes.dropFirst())
  let path = InputFile.write(content, ending: isPacked ? ".gz" : "")
  do throws(FileError) {
    let kind: IDXFile.Kind = choice & 1 == 0 ? .images : .labels
    let file = try IDXFile(path, kind)
    if kind == .labels {
      let labels = try file.labels()
      precondition(labels.count == file.count, "a label for each that the header promises")
    } else {
      let rows = try file.rows()
      precondition(rows.rows == file.count && rows.width == file.width, "rows as the header says")
      // Every byte is there to be read, and is the file's own.
      guard case .bytes(let bytes) = rows else { return }
      let end = UnsafeBufferPointer(start: bytes.pointer, count: bytes.rows * bytes.width)
      precondition(
        isPacked || content.starts(with: [0x1F, 0x8B]) || end.elementsEqual(content.suffix(end.count)),
        "rows are the file's bytes")
    }
  } catch { checkMessage(error) }
}
