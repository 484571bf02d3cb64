/// Sums the workers' gradients in the order of the workers, independent of the order in which they finished; see
/// `AddSourcesKernel`.
func addSources(
  _ sources: UnsafePointer<UnsafePointer<Float>>, _ sourceCount: Int, _ offset: Int, _ count: Int,
  _ result: UnsafeMutablePointer<Float>
) {
  var i = 0
  while i < count {
    var sum = load(sources[0] + offset + i)
    var source = 1
    while source < sourceCount {
      sum += load(sources[source] + offset + i)
      source += 1
    }
    store(sum, result + i)
    i += vectorWidth
  }
}
