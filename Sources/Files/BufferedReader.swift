/// A reader whose first bytes have been read ahead and can be looked at; reading begins with them all the same.
package final class BufferedReader: ByteReader {
  /// The requested number of bytes, or all if there are fewer.
  package let beginning: [UInt8]
  private let source: any ByteReader
  private var position = 0

  /// Reads ahead.
  /// - Parameter count: bytes to look at.
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
