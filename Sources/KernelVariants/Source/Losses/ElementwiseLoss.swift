import KernelInterface

/// An elementwise loss l(a, t), summed over the outputs. Each loss has a separate file; `SeparateOutputs` and `Softmax`
/// combine it with the activations of the output layer.
protocol ElementwiseLoss {
  /// - Parameter parameter: the loss function's number, such as Huber's δ.
  init(_ parameter: Float)
  /// l(a, t); must be 0 if both are 0, as in padding.
  func value(_ a: Vector, _ t: Vector) -> Vector
  /// ∂l/∂a.
  func derivative(_ a: Vector, _ t: Vector) -> Vector
  /// Adds l(a, t) to a partial sum, in a form that `total` converts to the loss.
  func add(_ a: Vector, _ t: Vector, to sum: Vector) -> Vector
  /// The loss from a sum of `add`.
  static func total(_ sum: Float) -> Float
}

extension ElementwiseLoss {
  @inline(__always)
  func add(_ a: Vector, _ t: Vector, to sum: Vector) -> Vector { sum + value(a, t) }
  @inline(__always)
  static func total(_ sum: Float) -> Float { sum }
}
