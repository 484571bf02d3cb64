import KernelInterface

/// A loss of each output by itself, l(a, t), summed over outputs. A loss is one file: with it every activation of the output layer has its
/// kernel, by `SeparateOutputs` and `Softmax`.
protocol ElementwiseLoss {
  /// - Parameter parameter: the loss function's number, such as Huber's δ.
  init(_ parameter: Float)
  /// l(a, t), 0 where both are 0.
  func value(_ a: Vector, _ t: Vector) -> Vector
  /// ∂l/∂a.
  func derivative(_ a: Vector, _ t: Vector) -> Vector
  /// A sum of losses, in a form of the rule's own that `total` brings to an end.
  func add(_ a: Vector, _ t: Vector, to sum: Vector) -> Vector
  static func total(_ sum: Float) -> Float
}

extension ElementwiseLoss {
  @inline(__always)
  func add(_ a: Vector, _ t: Vector, to sum: Vector) -> Vector { sum + value(a, t) }
  @inline(__always)
  static func total(_ sum: Float) -> Float { sum }
}
