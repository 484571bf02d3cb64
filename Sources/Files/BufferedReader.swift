/// A reader with look-ahead: its first bytes are available before they are read.
package final class BufferedReader: ByteReader {
  /// The requested number of bytes, or all if there are fewer.
  package let beginning: [UInt8]
  private let source: any ByteReader
  private var position = 0

  /// Reads ahead.
  /// - Parameter count: the number of bytes in `beginning`.
  package init(_ source: any ByteReader, count: Int) throws(FileError) {
    self.source = source
    var bytes = [UInt8](repeating: 0, count: count)
    let filled = try source.fill(&bytes)
    beginning = Array(bytes.prefix(filled))
  }

  package var path: String { source.path }
  package var progress: (read: Int, total: Int) { source.progress }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    let ahead = beginning[position...].prefix(buffer.count)
    buffer.copyBytes(from: ahead)
    position += ahead.count
    guard ahead.count < buffer.count else { return ahead.count }
    return ahead.count + (try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[ahead.count...])))
  }
}
