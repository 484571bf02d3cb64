/// The constants of one binary interface of MPI. Handles are addresses or 32-bit integers, depending on the interface; both fit into an
/// `Int`.
struct MPIHandles: Sendable, Equatable {
  let world, float, double, sum, errorsReturn, infoNull: Int
  /// `MPI_STATUS_IGNORE`, an address.
  let ignoredStatus: Int
  /// `MPI_THREAD_SERIALIZED`.
  let serialized: Int32
  /// `MPI_COMM_TYPE_SHARED`.
  let shared: Int32

  /// The 32-bit handles of MPICH, and of Intel MPI, MVAPICH and Cray MPICH, which have its interface.
  static let mpich = MPIHandles(
    world: 0x4400_0000, float: 0x4c00_040a, double: 0x4c00_080b, sum: 0x5800_0003, errorsReturn: 0x5400_0001,
    infoNull: 0x1c00_0000, ignoredStatus: 1, serialized: 2, shared: 1)

  /// The standard binary interface of MPI 5.
  static let standard = MPIHandles(
    world: 0x101, float: 0x210, double: 0x214, sum: 0x21, errorsReturn: 0x143, infoNull: 0x130, ignoredStatus: 0,
    serialized: 2048, shared: 221)

  /// Open MPI's handles: addresses of objects in the library.
  ///
  /// - Parameter address: the address of a symbol of the library; nil if it has none of that name.
  /// - Returns: nil if the library is not Open MPI's.
  static func openMPI(_ address: (String) -> Int?) -> MPIHandles? {
    guard let world = address("ompi_mpi_comm_world"), let float = address("ompi_mpi_float"),
      let double = address("ompi_mpi_double"), let sum = address("ompi_mpi_op_sum"),
      let errorsReturn = address("ompi_mpi_errors_return"), let infoNull = address("ompi_mpi_info_null")
    else { return nil }
    return MPIHandles(
      world: world, float: float, double: double, sum: sum, errorsReturn: errorsReturn, infoNull: infoNull,
      ignoredStatus: 0, serialized: 2, shared: 0)
  }
}
