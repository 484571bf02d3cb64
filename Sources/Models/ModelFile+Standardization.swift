import Files
import SampleData

extension ModelFileEncoder {
  /// True if the precision of tensors is enough: no feature is shifted or scaled by more than 1e-5 of its standard deviation. A mean of
  /// 1e9, as of times in seconds, is rounded by up to 32.
  static func isKeptByTensors(_ standardization: Standardization) -> Bool {
    zip(standardization.mean, standardization.deviation).allSatisfy { mean, deviation in
      [mean, deviation].allSatisfy { abs($0 - Double(rounded($0))) <= 1e-5 * deviation }
    }
  }

  /// `input.mean` and `input.deviation`, with a number for each input.
  static func tensors(_ standardization: Standardization) -> [Safetensors.Tensor] {
    [(TensorName.mean, standardization.mean), (TensorName.deviation, standardization.deviation)].map { name, numbers in
      Safetensors.Tensor(name: name, shape: [numbers.count], values: numbers.map(rounded))
    }
  }

  /// The metadata with the full precision: `mean` and `deviation`.
  static func exact(_ standardization: Standardization) -> [Safetensors.Metadatum] {
    [.init("mean", numbers(standardization.mean)), .init("deviation", numbers(standardization.deviation))]
  }

  /// A Double as a finite float, positive if the Double is; the metadata has the full precision.
  static func rounded(_ value: Double) -> Float {
    let float = Float(value)
    if float == 0, value > 0 { return .leastNonzeroMagnitude }
    return max(-.greatestFiniteMagnitude, min(.greatestFiniteMagnitude, float))
  }
}

extension ModelFileDecoder {
  /// The standardization that the tensors have; nil without one.
  func standardization(inputs: Int) throws(FileError) -> Standardization? {
    let names = [TensorName.mean, TensorName.deviation]
    let found = names.compactMap { tensors[$0] }
    guard !found.isEmpty else { return nil }
    guard found.count == 2 else {
      throw error(
        "\(found[0].name) alone", names.joined(separator: " and ") + " together",
        hint: "An input.mean of 0 and an input.deviation of 1 change nothing.")
    }
    for tensor in found where tensor.shape != [inputs] {
      throw error("\(tensor.name) of shape \(tensor.shape)", "[\(inputs)], one for each input")
    }
    guard found[1].values.allSatisfy({ !($0 <= 0) }) else {
      throw error(
        "a number in \(found[1].name) that is not positive", "deviations above 0",
        hint: "A constant feature has 1.")
    }
    var standardization = Standardization(
      mean: found[0].values.map { Double($0) }, deviation: found[1].values.map { Double($0) })
    standardization.isExact = metadata["mean"] != nil
    return standardization
  }

  /// Replaces the numbers of tensors by those that the metadata has in full precision.
  func readExact(into standardization: inout Standardization?, inputs: Int) throws(FileError) {
    guard standardization != nil else { return }
    let mean = try numbers("mean", inputs, "a JSON array of \(inputs) numbers")
    let deviation = try numbers("deviation", inputs, "a JSON array of \(inputs) numbers above 0") { $0 > 0 }
    if let mean { standardization?.mean = mean }
    if let deviation { standardization?.deviation = deviation }
  }
}
