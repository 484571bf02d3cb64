import KernelInterface

/// A `RegularizeKernel`.
func regularize(_ gradient: MutableFloats, _ weights: Floats, _ scale: Float, _ l2: Float, _ count: Int) {
  let scale = Vector(repeating: scale)
  let l2 = Vector(repeating: l2)
  var index = 0
  while index < count {
    store(multiplyAdd(l2, load(weights + index), load(gradient + index) * scale), gradient + index)
    index &+= vectorWidth
  }
}
