import Platform

/// Messages by an MPI library. One thread at a time uses a transport.
final class MPITransport: RankTransport {
  let library: MPILibrary
  let rank: Int
  let size: Int
  /// The rank among those of its host, and their number.
  let local: (rank: Int, size: Int)

  /// Initializes the library and checks that it works.
  ///
  /// - Parameter launcher: the launcher, whose number of ranks is compared with the library's.
  /// - Throws: `RankError` if a call fails, the numbers differ, or a sum over the ranks is wrong.
  init(_ library: MPILibrary, launcher: Launcher) throws(RankError) {
    self.library = library
    let handles = library.handles
    var (provided, count, number): (Int32, Int32, Int32) = (0, 0, 0)
    // Over one connection, Open MPI sends large messages of both directions in turns, with half of the bandwidth. Its users' own
    // setting is kept, and other libraries do not read it.
    setenv("OMPI_MCA_btl_tcp_links", "2", 0)
    try library.check(library.initialize(nil, nil, handles.serialized, &provided), "MPI_Init_thread")
    try library.check(library.size(handles.world, &count), "MPI_Comm_size")
    try library.check(library.rank(handles.world, &number), "MPI_Comm_rank")
    if let expected = launcher.size, expected != Int(count) {
      let (product, file) = (library.product, library.file)
      _ = library.finalize()
      throw .otherSize(
        launcher: launcher.name, size: expected, library: "\(product) (\(file))", found: Int(count))
    }
    guard provided >= handles.serialized else {
      throw .unusableLibrary(file: library.file, reason: "it allows calls from the main thread only")
    }
    // A failed call then returns its code, instead of ending the process.
    try library.check(library.setErrorHandler(handles.world, handles.errorsReturn), "MPI_Comm_set_errhandler")
    var group = 0
    try library.check(
      library.split(handles.world, handles.shared, number, handles.infoNull, &group), "MPI_Comm_split_type")
    var (localCount, localNumber): (Int32, Int32) = (0, 0)
    try library.check(library.size(group, &localCount), "MPI_Comm_size")
    try library.check(library.rank(group, &localNumber), "MPI_Comm_rank")
    (size, rank, local) = (Int(count), Int(number), (Int(localNumber), Int(localCount)))
    try checkSum()
  }

  /// Checks a sum over ranks in both types: with wrong constants, the library would compute something else without an error.
  private func checkSum() throws(RankError) {
    let handles = library.handles
    var (one, sum) = (Double(rank + 1), 0.0)
    try library.check(
      library.allReduce(&one, &sum, 1, handles.double, handles.sum, handles.world), "MPI_Allreduce")
    var (half, halves): (Float, Float) = (Float(rank) + 0.5, 0)
    try library.check(
      library.allReduce(&half, &halves, 1, handles.float, handles.sum, handles.world), "MPI_Allreduce")
    guard sum == Double(size * (size + 1) / 2), halves == Float(size * size) / 2 else {
      throw .wrongSum(library: library.product)
    }
  }

  func send(
    _ numbers: UnsafeRawPointer, words: Int, to peer: Int, request: UnsafeMutablePointer<Int>
  ) throws(RankError) {
    let handles = library.handles
    let code = library.send(
      numbers, Int32(words), handles.float, Int32(peer), Self.tag, handles.world, request)
    if code != 0 { try library.check(code, "MPI_Isend") }
  }

  func receive(
    _ numbers: UnsafeMutableRawPointer, words: Int, from peer: Int, request: UnsafeMutablePointer<Int>
  ) throws(RankError) {
    let handles = library.handles
    let code = library.receive(
      numbers, Int32(words), handles.float, Int32(peer), Self.tag, handles.world, request)
    if code != 0 { try library.check(code, "MPI_Irecv") }
  }

  func isDone(_ request: UnsafeMutablePointer<Int>) throws(RankError) -> Bool {
    var flag: Int32 = 0
    let code = library.test(request, &flag, library.handles.ignoredStatus)
    if code != 0 { try library.check(code, "MPI_Test") }
    return flag != 0
  }

  func abort(_ status: Int32) { _ = library.abort(library.handles.world, status) }

  func finalize() { _ = library.finalize() }

  /// The tag of all messages, which are matched by their order.
  private static let tag: Int32 = 19
}
