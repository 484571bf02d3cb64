import KernelInterface

/// A `ScaleAndAddKernel`.
func scaleAndAdd(_ values: MutableFloats, _ addends: Floats, _ scale: Float, _ factor: Float, _ count: Int) {
  let scale = Vector(repeating: scale)
  let factor = Vector(repeating: factor)
  var index = 0
  while index < count {
    store(multiplyAdd(factor, load(addends + index), load(values + index) * scale), values + index)
    index &+= vectorWidth
  }
}
