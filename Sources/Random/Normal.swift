import Foundation

extension RandomSource {
  /// A draw from the normal distribution of mean 0 and deviation 1: Marsaglia's polar method, one number a call.
  ///
  /// The pair's second number is dropped: a generator without a hidden half-used pair is one whose saved state says everything.
  public mutating func normal() -> Double {
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let square = x * x + y * y
      if square > 0, square < 1 {
        return x * (-2 * log(square) / square).squareRoot()
      }
    }
  }
}
