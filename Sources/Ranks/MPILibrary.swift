import Platform

/// The functions of a loaded MPI library. Handles are passed as 64-bit integers: a function with 32-bit handles reads the low half.
struct MPILibrary: @unchecked Sendable {
  // Unchecked: pointers to functions, and constants.
  /// The name or path that was loaded.
  let file: String
  let handles: MPIHandles

  let initialize:
    @convention(c) (UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<Int32>)
      -> Int32
  let size: @convention(c) (_ group: Int, UnsafeMutablePointer<Int32>) -> Int32
  let rank: @convention(c) (_ group: Int, UnsafeMutablePointer<Int32>) -> Int32
  let split: @convention(c) (_ group: Int, _ kind: Int32, _ key: Int32, _ info: Int, UnsafeMutablePointer<Int>) -> Int32
  let setErrorHandler: @convention(c) (_ group: Int, _ handler: Int) -> Int32
  let errorText: @convention(c) (Int32, UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
  let version: @convention(c) (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
  let processorName: @convention(c) (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
  let allReduce:
    @convention(c) (UnsafeRawPointer, UnsafeMutableRawPointer, Int32, _ type: Int, _ sum: Int, _ group: Int)
      -> Int32
  let send:
    @convention(c) (
      UnsafeRawPointer, Int32, _ type: Int, _ rank: Int32, _ tag: Int32, _ group: Int, UnsafeMutablePointer<Int>
    ) -> Int32
  let receive:
    @convention(c) (
      UnsafeMutableRawPointer, Int32, _ type: Int, _ rank: Int32, _ tag: Int32, _ group: Int, UnsafeMutablePointer<Int>
    ) -> Int32
  let test: @convention(c) (UnsafeMutablePointer<Int>, UnsafeMutablePointer<Int32>, _ status: Int) -> Int32
  let abort: @convention(c) (_ group: Int, _ status: Int32) -> Int32
  let finalize: @convention(c) () -> Int32

  /// Loads the first library that the system finds.
  /// - Throws: `RankError` if there is none, or it is not usable.
  init(_ names: [String]) throws(RankError) {
    let (file, handle) = try LibrarySearch.open(names)
    self.file = file
    func find<Function>(_ name: String) throws(RankError) -> Function {
      guard let address = dlsym(handle, name) else {
        throw .unusableLibrary(file: file, reason: "it has no \(name)")
      }
      return unsafeBitCast(address, to: Function.self)
    }
    initialize = try find("MPI_Init_thread")
    size = try find("MPI_Comm_size")
    rank = try find("MPI_Comm_rank")
    split = try find("MPI_Comm_split_type")
    setErrorHandler = try find("MPI_Comm_set_errhandler")
    errorText = try find("MPI_Error_string")
    version = try find("MPI_Get_library_version")
    processorName = try find("MPI_Get_processor_name")
    allReduce = try find("MPI_Allreduce")
    send = try find("MPI_Isend")
    receive = try find("MPI_Irecv")
    test = try find("MPI_Test")
    abort = try find("MPI_Abort")
    finalize = try find("MPI_Finalize")
    // Every library of MPI 5 has this function; the version is positive only in the standard interface.
    if let address = dlsym(handle, "MPI_Abi_get_version") {
      typealias AskVersion = @convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Int32
      var (major, minor): (Int32, Int32) = (-1, -1)
      if unsafeBitCast(address, to: AskVersion.self)(&major, &minor) == 0, major >= 1 {
        handles = .standard
        return
      }
    }
    handles = MPIHandles.openMPI { name in dlsym(handle, name).map { Int(bitPattern: $0) } } ?? .mpich
  }

  /// The product and its version: `Open MPI 4.1.4`.
  var product: String { Self.product(from: text(version)) }

  /// The name of this host.
  var host: String { text(processorName) }

  /// Reads the short form of `MPI_Get_library_version`: product and version, from texts of several lines.
  static func product(from text: String) -> String {
    let words = text.split { $0.isWhitespace || $0 == "," }.map(String.init)
    func number(after word: String) -> String? {
      guard let index = words.firstIndex(of: word) else { return nil }
      return words[(index + 1)...].first { $0.drop { $0 == "v" }.first?.isNumber == true }
        .map { String($0.drop { $0 == "v" }) }
    }
    if text.hasPrefix("Open MPI"), let version = number(after: "MPI") { return "Open MPI \(version)" }
    if text.hasPrefix("MPICH"), let version = number(after: "Version:") { return "MPICH \(version)" }
    if text.hasPrefix("Intel"), let version = number(after: "Library") { return "Intel MPI \(version)" }
    return text.split(whereSeparator: \.isNewline).first.map { String($0.prefix(60)) } ?? "an unknown MPI library"
  }

  private func text(
    _ call: @convention(c) (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
  ) -> String {
    // MPI_MAX_LIBRARY_VERSION_STRING is 8192 at most in the known interfaces.
    var bytes = [CChar](repeating: 0, count: 8193)
    var length: Int32 = 0
    guard call(&bytes, &length) == 0 else { return "" }
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// - Throws: `RankError.failedCall` for a code other than success.
  func check(_ code: Int32, _ name: String) throws(RankError) {
    guard code != 0 else { return }
    var bytes = [CChar](repeating: 0, count: 1025)
    var length: Int32 = 0
    _ = errorText(code, &bytes, &length)
    let text = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    throw .failedCall(name: name, reason: text.isEmpty ? "code \(code)" : text)
  }
}
