import KernelInterface
import Kernels
import Networks
import Random
import Testing

@Suite("Parameter layout")
struct FastLayoutTests {
  @Test(
    "Parameters come back from the kernels' order to the bit, and padding is never written",
    arguments: InstructionSet.available)
  func roundTrip(_ set: InstructionSet) throws {
    for index in 0..<60 {
      var source = RandomSource(seed: 1, purpose: .sampling, index: UInt64(index))
      let topology = try source.topology()
      let layout = ParameterLayout(topology, shape: set.shape)
      let parameters = source.parameters(topology)
      let buffer = AlignedBuffer<Float>(count: layout.count)
      buffer.elements.update(repeating: .infinity)
      layout.store(parameters, to: buffer.pointer)
      #expect(layout.load(from: buffer.pointer) == parameters, "seed 1, case \(index), \(topology)")
      #expect(
        buffer.elements.count { $0.isFinite } == topology.parameters, "seed 1, case \(index), \(topology)")
    }
  }

  @Test(
    "Layers lie one after the other on cache lines, and regions are whole vectors of them",
    arguments: InstructionSet.available)
  func offsets(_ set: InstructionSet) throws {
    // Rounded weights of half the bytes lie on cache lines, too.
    let alignment = max(16, set.shape.panelWidth)
    for index in 0..<60 {
      var source = RandomSource(seed: 2, purpose: .sampling, index: UInt64(index))
      let topology = try source.topology()
      let layout = ParameterLayout(topology, shape: set.shape)
      var end = 0
      var isSound = true
      for region in layout.regions {
        isSound = isSound && region.offset % alignment == 0
        isSound = isSound && region.offset >= end && region.offset - end < alignment
        isSound = isSound && region.count % set.shape.vectorWidth == 0
        end = region.offset + region.count
      }
      isSound = isSound && layout.count >= end && layout.count - end < alignment && layout.count % alignment == 0
      #expect(isSound, "seed 2, case \(index), \(topology)")
      let expected = layout.layers.flatMap { layer in
        [[layer.weights, layer.weightCount, 1]] + (topology.hasBiases ? [[layer.biases, layer.biasCount, 0]] : [])
      }
      #expect(layout.regions.map { [$0.offset, $0.count, $0.isWeights ? 1 : 0] } == expected, "case \(index)")
    }
  }
}
