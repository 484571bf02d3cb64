import KernelInterface

/// ½ (a − t)².
struct SquaredError: ElementwiseLoss {
  @inline(__always)
  init(_ parameter: Float) {}

  @inline(__always)
  func value(_ a: Vector, _ t: Vector) -> Vector {
    let error = a - t
    return error * error * Vector(repeating: 0.5)
  }

  @inline(__always)
  func derivative(_ a: Vector, _ t: Vector) -> Vector { a - t }

  /// Σ (a − t)², by fused multiply-adds if the instruction set has them.
  @inline(__always)
  func add(_ a: Vector, _ t: Vector, to sum: Vector) -> Vector {
    let error = a - t
    return multiplyAdd(error, error, sum)
  }

  @inline(__always)
  static func total(_ sum: Float) -> Float { 0.5 * sum }
}

/// An `OutputKernel`.
func softmaxSquaredError(_ operands: UnsafeRawPointer) { outputLayer(Softmax<SquaredError>.self, operands) }
/// An `OutputKernel`.
func sigmoidSquaredError(_ operands: UnsafeRawPointer) {
  outputLayer(SeparateOutputs<Sigmoid, SquaredError>.self, operands)
}
/// An `OutputKernel`.
func tanhSquaredError(_ operands: UnsafeRawPointer) {
  outputLayer(SeparateOutputs<HyperbolicTangent, SquaredError>.self, operands)
}
/// An `OutputKernel`.
func identitySquaredError(_ operands: UnsafeRawPointer) {
  outputLayer(SeparateOutputs<Identity, SquaredError>.self, operands)
}
