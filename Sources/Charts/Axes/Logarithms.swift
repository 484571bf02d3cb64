import Platform

extension Double {
  /// The natural logarithm.
  var logarithm: Double { log(self) }
  /// The logarithm to base 10.
  var decadic: Double { log10(self) }
}

/// e to the power of `value`.
func exponential(_ value: Double) -> Double { exp(value) }

/// A digit times an integer power of ten, correctly rounded: `pow` need not give 1e-5 for -5.
func decimal(_ digit: Int, _ exponent: Int) -> Double { Double("\(digit)e\(exponent)") ?? .infinity }
