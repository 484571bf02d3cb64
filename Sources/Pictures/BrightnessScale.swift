/// A linear map of pixel values to brightness: the smallest of some values to 0, the largest to 1.
package struct BrightnessScale {
  /// The smallest value, which becomes 0.
  package let darkest: Float
  // In Double: the difference of two floats may exceed the largest float.
  private let range: Double

  /// The scale of the finite values; all of them become 0 if they are equal.
  package init(_ values: some Sequence<Float>) {
    var (least, largest) = (Float.infinity, -Float.infinity)
    for value in values where value.isFinite {
      least = min(least, value)
      largest = max(largest, value)
    }
    darkest = least.isFinite ? least : 0
    range = least.isFinite ? Double(largest) - Double(least) : 0
  }

  /// Brightness in 0...1; 0 for values that are not finite.
  package func brightness(_ values: [Float]) -> [Float] {
    values.map { $0.isFinite && range > 0 ? Float((Double($0) - Double(darkest)) / range) : 0 }
  }
}
