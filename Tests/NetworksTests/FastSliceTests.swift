import KernelInterface
import Kernels
import Networks
import Random
import Testing

@Suite("Shares of the gradient")
struct FastSliceTests {
  /// The number of slices with each offset of the layout, by the contract of panels alone; nil if a slice begins or
  /// ends inside a panel, or mixes wide and narrow ones.
  static func coverage(_ slices: [GradientSlice], _ layout: ParameterLayout) -> [UInt8]? {
    var counts = [UInt8](repeating: 0, count: layout.count)
    let panel = layout.shape.panelWidth
    for slice in slices {
      let layer = layout.layers[slice.layer]
      let end = slice.firstColumn + slice.columns
      let narrow = layer.paddedOutputs % panel
      let isNarrow = narrow > 0 && slice.firstColumn >= layer.paddedOutputs - narrow
      guard slice.inputs > 0, slice.columns > 0, slice.firstColumn % panel == 0, end <= layer.paddedOutputs,
        slice.firstInput + slice.inputs <= layer.inputs, isNarrow || end % panel == 0
      else { return nil }
      for column in slice.firstColumn..<end {
        let first = column / panel * panel
        let width = isNarrow ? narrow : panel
        for input in slice.firstInput..<(slice.firstInput + slice.inputs) {
          counts[layer.weights + first * layer.inputs + input * width + column - first] += 1
        }
        if slice.firstInput == 0, layer.biasCount > 0 { counts[layer.biases + column] += 1 }
      }
    }
    return counts
  }

  static func isCoveredOnce(_ slices: [GradientSlice], _ layout: ParameterLayout) -> Bool {
    guard let counts = coverage(slices, layout) else { return false }
    var expected = [UInt8](repeating: 0, count: layout.count)
    for region in layout.regions {
      for index in region.offset..<(region.offset + region.count) { expected[index] = 1 }
    }
    return counts == expected
  }

  @Test(
    "Shares of any number of workers cover every weight and bias once, masked or not",
    arguments: InstructionSet.available)
  func coverage(_ set: InstructionSet) throws {
    for index in 0..<40 {
      var source = RandomSource(seed: 3, purpose: .sampling, index: UInt64(index))
      let topology = try source.topology()
      let layout = ParameterLayout(topology, shape: set.shape)
      #expect(
        Self.isCoveredOnce(GradientSlice.all(of: layout), layout), "all: seed 3, case \(index), \(topology)")
      let workers = [1, 2, 3, 5, 8, 128][index % 6]
      for density in [nil, (0..<topology.inputs).map { _ in source.below(3) == 0 ? 0 : Float(source.uniform()) }] {
        let shares = GradientSlice.slices(of: layout, count: workers, inputDensity: density)
        #expect(
          shares.count == workers && Self.isCoveredOnce(shares.flatMap(\.self), layout),
          "seed 3, case \(index), \(topology), \(workers) workers, \(density == nil ? "dense" : "masked")")
      }
      let columns = GradientSlice.columnSlices(of: layout, count: workers)
      #expect(
        columns.count == workers && Self.isCoveredOnce(columns.flatMap(\.self), layout),
        "by columns: seed 3, case \(index), \(topology), \(workers) workers")
    }
  }

  @Test(
    "No worker has much more than an equal part of the work: multiply-adds, which take twice the time where they are masked",
    arguments: [2, 3, 4, 8])
  func balance(workers: Int) throws {
    let topology = try Topology(inputs: 784, hidden: [128], outputs: 10)
    let layout = ParameterLayout(topology, shape: InstructionSet.available[0].shape)
    // As MNIST is: nothing at the edges, much in the middle.
    let hill = (0..<28).map { Float(max(0, 12 - abs($0 - 14))) / 12 }
    let middle = (0..<784).map { hill[$0 / 28] * hill[$0 % 28] }
    for density in [nil, middle] {
      let shares = GradientSlice.slices(of: layout, count: workers, inputDensity: density)
      let costs = shares.map { share in
        share.reduce(0.0) { sum, slice in
          let inputs = slice.firstInput..<(slice.firstInput + slice.inputs)
          let nonzero = inputs.reduce(0) { $0 + 2 * Double(density?[$1] ?? 0) }
          let work = slice.layer == 0 && density != nil ? nonzero : Double(slice.inputs)
          return sum + work * Double(slice.columns)
        }
      }
      let busiest = (costs.max() ?? 0) * Double(workers) / costs.reduce(0, +)
      #expect(busiest < 1.15, "\(workers) workers, \(density == nil ? "dense" : "masked")")
    }
  }
}
