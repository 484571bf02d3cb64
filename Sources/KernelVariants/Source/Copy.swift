import KernelInterface

/// A `CopyKernel`.
func copy(_ values: Floats, _ result: MutableFloats, _ count: Int) {
  var index = 0
  while index < count {
    store(load(values + index), result + index)
    index &+= vectorWidth
  }
}
