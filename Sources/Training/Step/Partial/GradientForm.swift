/// The buffers in which the workers' gradients of a data-parallel step are, and the way in which they are reduced.
///
/// | the step | form |
/// | --- | --- |
/// | measures the norm of the gradient before the update | `collected` |
/// | measures the gradient noise, or has threads with several workers that have copies of the parameters | `whole` |
/// | any other, if the reduction leaves out inactive inputs | `activeInputs` |
/// | any other | `slices` |
enum GradientForm {
  /// Each whole in its worker's own buffer; the sum is collected in `ClipAndUpdate.gradient`, and applied later.
  case collected
  /// Each whole in its worker's own buffer; a worker sums and applies its slice, piece by piece.
  case whole
  /// Each slice in the buffer from which the worker that reduces it reads it: with copies of the parameters, slices of
  /// other workers in the copy, that of the worker itself in its own buffer; without copies all in its own buffer.
  case slices
  /// As `slices`, without the first layer's weights of inputs that are not active.
  case activeInputs

  /// - Parameters:
  ///   - isCollected: true if the sum is needed before the update.
  ///   - isWhole: true if each gradient is needed in one buffer.
  ///   - reducesActiveInputs: that of the `StepDecision`.
  @inline(__always)
  init(isCollected: Bool, isWhole: Bool, reducesActiveInputs: Bool) {
    self = isCollected ? .collected : isWhole ? .whole : reducesActiveInputs ? .activeInputs : .slices
  }

  /// True if each gradient is whole in its worker's own buffer.
  @inline(__always)
  var isWhole: Bool { self == .collected || self == .whole }
}
