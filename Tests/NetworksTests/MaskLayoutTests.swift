import Networks
import Random
import Testing

@Suite("Layout of masked inputs")
struct MaskLayoutTests {
  @Test("Two blocks have all inputs between them, meet where a word ends, and about as many nonzero inputs each")
  func halves() {
    var source = RandomSource(seed: 61, purpose: .sampling)
    for count in [2, 3, 63, 64, 65, 128, 129, 300, 784] {
      for _ in 0..<20 {
        let density = (0..<count).map { _ in source.below(3) == 0 ? 0 : Float(source.uniform()) }
        let layout = MaskLayout.halves(density: density)
        let (first, second) = (layout.inputs(ofBlock: 0), layout.inputs(ofBlock: 1))
        #expect(layout.blockCount == 2 && first.lowerBound == 0 && first.upperBound == second.lowerBound)
        #expect(second.upperBound == count && !first.isEmpty && !second.isEmpty)
        #expect(layout.words(ofBlock: 0).upperBound * 64 == layout.padding + first.upperBound)
        #expect(layout.words(ofBlock: 1).upperBound == layout.words && (0..<64).contains(layout.padding))
        #expect(layout.words <= (count + 63) / 64 + 1)
        // No more apart than the input in the middle weighs.
        let costs = [first, second].map { $0.reduce(Float(0)) { $0 + density[$1] + 0.01 } }
        #expect(abs(costs[0] - costs[1]) <= 1.02, "\(count) inputs: \(costs)")
      }
    }
  }

  @Test("If only inputs at one end are nonzero, each block still has an input")
  func extremes() {
    for nonzero in [0, 199] {
      let layout = MaskLayout.halves(density: (0..<200).map { $0 == nonzero ? 1 : 0 })
      #expect((0..<2).allSatisfy { !layout.inputs(ofBlock: $0).isEmpty })
    }
  }

  @Test("A single block has all words, with or without padding bits")
  func whole() {
    let plain = MaskLayout.plain(130)
    #expect(plain.blockCount == 1 && plain.words == 3 && plain.inputs(ofBlock: 0) == 0..<130)
    let padded = MaskLayout.halves(density: Array(repeating: 0.5, count: 130)).whole
    #expect(padded.blockCount == 1 && padded.padding == 63 && padded.words == 4 && padded.inputs(ofBlock: 0) == 0..<130)
    #expect(padded.inputsInPaddedWord == 1 && plain.inputsInPaddedWord == 0)
  }
}
