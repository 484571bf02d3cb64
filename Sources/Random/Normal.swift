import Platform

extension RandomSource {
  /// A draw from the normal distribution with mean 0 and standard deviation 1, by Marsaglia's polar method.
  ///
  /// The same on machines with the same C library; another library's logarithm may differ in the last bit, and with it the
  /// last bits of the number.
  ///
  /// The pair's second number is discarded: with a buffered half of a pair, the saved state would not be complete.
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
