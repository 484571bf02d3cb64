extension Samples {
  /// Returns the features of one sample, scaled and standardized in Double, without the rounding of the training's Floats.
  ///
  /// - Parameter position: the index of the sample, in `0..<count`.
  /// - Returns: `width` numbers.
  public func features(at position: Int) -> [Double] {
    func number(_ numbers: [Float], _ feature: Int) -> Double { Double(numbers[numbers.count == 1 ? 0 : feature]) }
    return storage.numbers(ofRow: Int(rows[position])).enumerated().map { feature, value in
      Double(value) * number(transform.multiplier, feature) + number(transform.shift, feature)
    }
  }
}
