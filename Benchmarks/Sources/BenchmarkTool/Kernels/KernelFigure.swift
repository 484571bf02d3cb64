import JSON
import Kernels
import Reports

/// One kernel's time at one shape, and what it did in that time.
struct KernelFigure {
  /// Type and shape included: `GEMM Float 64×784×128 forward`.
  var name: String
  var instructionSet: InstructionSet
  var timings: Timings
  /// Floating-point operations that the result needs; a multiplication and an addition are two. 0 where bytes are what counts.
  var operations = 0.0
  /// Of a masked product, those of the same product without leaving out zeros.
  var denseOperations: Double?
  /// Bytes read and written; nil where operations are what counts.
  var bytes: Double?
  /// The number of elements or rows, for figures whose time per element is of interest.
  var elements: Double?

  /// GFLOP/s of the best repetition.
  var rate: Double? { operations > 0 ? operations / timings.best * 1e-9 : nil }

  static let columns: [TextTable.Column] = [
    .init("kernel", .left), .init("tables", .left), .init("best µs"), .init("median µs"), .init("GFLOP/s"),
    .init("of peak"), .init("as dense"), .init("GB/s"), .init("ns each"),
  ]

  /// - Parameter peak: GFLOP/s.
  func cells(peak: Double) -> [String] {
    func rate(_ work: Double?) -> String { work.map { NumberText.fixed($0 / timings.best * 1e-9, 1) } ?? "" }
    return [
      name, instructionSet.rawValue, NumberText.fixed(timings.best * 1e6, 2), NumberText.fixed(timings.median * 1e6, 2),
      operations > 0 ? rate(operations) : "", operations > 0 ? NumberText.percent(share(of: peak) ?? 0, digits: 0) : "",
      rate(denseOperations), rate(bytes),
      elements.map { NumberText.significant(timings.best * 1e9 / $0, 3) } ?? "",
    ]
  }

  /// - Parameter peak: GFLOP/s.
  func json(peak: Double) -> JSONValue {
    [
      "name": .string(name), "instruction_set": .string(instructionSet.rawValue),
      "seconds_best": .number(timings.best), "seconds_median": .number(timings.median),
      "repetitions": .number(timings.seconds.count), "gflops": .number(rate), "share_of_peak": .number(share(of: peak)),
      "gflops_as_dense": .number(denseOperations.map { $0 / timings.best * 1e-9 }),
      "bytes_per_second": .number(bytes.map { $0 / timings.best }),
      "nanoseconds_each": .number(elements.map { timings.best * 1e9 / $0 }),
    ]
  }

  private func share(of peak: Double) -> Double? { rate.map { $0 / peak } }
}
