import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A small HTTP server on 127.0.0.1 for the tests of fetching: answers GET by a table of paths, one connection at a time.
final class FetchServer: @unchecked Sendable {
  // Unchecked: the table never changes; the log is behind a lock.

  /// The answer to one path.
  enum Answer {
    /// 200 with these bytes.
    case bytes([UInt8])
    /// 200 and the length of all of these bytes, but only the first `sent` of them; then the connection is closed.
    case cut([UInt8], sent: Int)
    /// 200 without a length, the connection's end being the body's.
    case unannounced([UInt8])
    /// These bytes over and over until the other side hangs up.
    case endless([UInt8])
    /// An error status.
    case status(Int)
  }

  let port: UInt16
  private let listener: Int32
  private let answers: [String: Answer]
  private let lock = NSLock()
  private var log: [String] = []
  private let ended = DispatchSemaphore(value: 0)

  /// Serves until `stop`. What the table does not name is 404.
  init(_ answers: [String: Answer]) throws {
    self.answers = answers
    (listener, port) = try FetchServer.listen()
    let server = self
    Thread.detachNewThread { server.serve() }
  }

  var url: String { "http://127.0.0.1:\(port)/" }

  /// The paths asked for, in order.
  var requests: [String] { lock.withLock { log } }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    ended.wait()
  }

  /// A port of 127.0.0.1 without a listener.
  static func deadPort() throws -> UInt16 {
    let (listener, port) = try listen()
    close(listener)
    return port
  }

  private static func listen() throws -> (Int32, UInt16) {
    #if canImport(Darwin)
      let listener = socket(AF_INET, SOCK_STREAM, 0)
    #else
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && systemListen(listener) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return (listener, UInt16(bigEndian: address.sin_port))
  }

  private func serve() {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { break }
      let path = Self.request(connection)
      lock.withLock { log.append(path) }
      answer(connection, answers[path] ?? .status(404))
      shutdown(connection, Int32(SHUT_RDWR))
      close(connection)
    }
    ended.signal()
  }

  /// The path of the request on this connection.
  private static func request(_ connection: Int32) -> String {
    var text = ""
    var bytes = [UInt8](repeating: 0, count: 4096)
    while !text.contains("\r\n\r\n") {
      let count = recv(connection, &bytes, bytes.count, 0)
      guard count > 0 else { break }
      text += String(decoding: bytes[..<count], as: UTF8.self)
    }
    let words = text.split(separator: " ")
    return words.count > 1 ? String(words[1]) : ""
  }

  private func answer(_ connection: Int32, _ answer: Answer) {
    func head(_ status: String, _ length: Int?) -> [UInt8] {
      let announced = length.map { "Content-Length: \($0)\r\n" } ?? ""
      return Array("HTTP/1.1 \(status)\r\n\(announced)Connection: close\r\n\r\n".utf8)
    }
    switch answer {
    case .bytes(let bytes): send(connection, head("200 OK", bytes.count) + bytes)
    case .cut(let bytes, let sent): send(connection, head("200 OK", bytes.count) + bytes[..<sent])
    case .unannounced(let bytes): send(connection, head("200 OK", nil) + bytes)
    case .endless(let bytes):
      guard send(connection, head("200 OK", nil)) else { return }
      while send(connection, bytes) {}
    case .status(let status): send(connection, head("\(status) No", 4) + Array("gone".utf8))
    }
  }

  @discardableResult
  private func send(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { systemSend(connection, $0.baseAddress! + sent, bytes.count - sent) }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }
}

private func systemListen(_ listener: Int32) -> Int32 { listen(listener, 8) }

/// A connection that the other side has closed is an answer here, not a signal.
private func systemSend(_ connection: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  #if canImport(Darwin)
    var on: Int32 = 1
    setsockopt(connection, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
    return send(connection, bytes, count, 0)
  #else
    return send(connection, bytes, count, Int32(MSG_NOSIGNAL))
  #endif
}
