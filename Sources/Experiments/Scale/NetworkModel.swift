/// A cost model of the exchanges between ranks, fitted to measured steps:
///
///     seconds per step = 2 · latency + bytes / bandwidth
///
/// A step has two exchanges, of gradients and of parameters. Both coefficients are nonnegative and minimize the relative
/// error. The latency includes all that does not depend on the bytes, such as waiting for the slowest rank.
package struct NetworkModel: Sendable, Equatable {
  /// A measured number of bytes that rank 0 sends in a step, and the seconds of its exchanges.
  package struct Cell: Sendable, Equatable {
    package var bytes: Double
    package var seconds: Double

    package init(bytes: Double, seconds: Double) { (self.bytes, self.seconds) = (bytes, seconds) }
  }

  /// The seconds of an exchange without bytes.
  package let latency: Double
  /// 0 if the measurements do not depend on the bytes.
  package let secondsPerByte: Double
  /// The number of cells of the fit.
  package let cells: Int
  /// The root mean square of the relative errors.
  package let relativeError: Double
  /// The largest relative error.
  package let largestError: Double

  /// The number of exchanges in a step.
  package static let exchanges = 2.0
  package static let formula = "seconds per step = 2 · latency + bytes / bandwidth"

  /// - Returns: nil for cells of fewer than two different numbers of bytes.
  package init?(_ measured: [Cell]) {
    let measured = measured.filter { $0.seconds > 0 && $0.bytes > 0 }
    guard Set(measured.map(\.bytes)).count > 1 else { return nil }
    let fit = RelativeFit(measured.map { [Self.exchanges, $0.bytes] }, seconds: measured.map(\.seconds))
    (latency, secondsPerByte) = (fit.coefficients[0], fit.coefficients[1])
    cells = measured.count
    (relativeError, largestError) = (fit.error, fit.largestError)
  }

  /// The seconds of a step's exchanges.
  package func seconds(bytes: Double) -> Double { Self.exchanges * latency + bytes * secondsPerByte }

  /// Bytes per second; nil if the measurements do not depend on the bytes.
  package var bandwidth: Double? { secondsPerByte > 0 ? 1 / secondsPerByte : nil }
}
