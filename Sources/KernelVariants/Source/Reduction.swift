/// Sums the workers' gradients in a fixed tree of pairs, independent of the order in which they finished; see
/// `AddSourcesKernel`.
func addSources(
  _ sources: UnsafePointer<UnsafePointer<Float>>, _ sourceCount: Int, _ offset: Int, _ count: Int,
  _ result: UnsafeMutablePointer<Float>
) {
  if sourceCount > 3 { return addPairs(sources, sourceCount, offset, count, result) }
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

/// The sum of four or more sources.
@inline(never)
private func addPairs(
  _ sources: UnsafePointer<UnsafePointer<Float>>, _ sourceCount: Int, _ offset: Int, _ count: Int,
  _ result: UnsafeMutablePointer<Float>
) {
  var sum = PairwiseSum()
  var i = 0
  while i < count {
    sum.clear()
    var source = 0
    while source < sourceCount {
      sum.add(load(sources[source] + offset + i))
      source += 1
    }
    store(sum.total, result + i)
    i += vectorWidth
  }
}
