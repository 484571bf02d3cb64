import KernelInterface

/// ½r² for |r| ≤ δ, else δ (|r| − ½δ), with r = a − t; slope r clamped to ±δ. NaN for NaN.
struct Huber: ElementwiseLoss {
  let limit: Vector

  @inline(__always)
  init(_ parameter: Float) { limit = Vector(repeating: parameter) }

  /// With c = min(|r|, δ), c (|r| − ½c) is both cases.
  @inline(__always)
  func value(_ a: Vector, _ t: Vector) -> Vector {
    let magnitude = Vector() - negativeMagnitude(a - t)
    let limited = magnitude.replacing(with: limit, where: magnitude .> limit)
    return limited * multiplyAdd(limited, Vector(repeating: -0.5), magnitude)
  }

  @inline(__always)
  func derivative(_ a: Vector, _ t: Vector) -> Vector {
    let r = a - t
    let least = Vector() - limit
    return r.replacing(with: limit, where: r .> limit).replacing(with: least, where: r .< least)
  }
}

/// An `OutputKernel`.
func softmaxHuber(_ operands: UnsafeRawPointer) { outputLayer(Softmax<Huber>.self, operands) }
/// An `OutputKernel`.
func sigmoidHuber(_ operands: UnsafeRawPointer) { outputLayer(SeparateOutputs<Sigmoid, Huber>.self, operands) }
/// An `OutputKernel`.
func tanhHuber(_ operands: UnsafeRawPointer) { outputLayer(SeparateOutputs<HyperbolicTangent, Huber>.self, operands) }
/// An `OutputKernel`.
func identityHuber(_ operands: UnsafeRawPointer) { outputLayer(SeparateOutputs<Identity, Huber>.self, operands) }
