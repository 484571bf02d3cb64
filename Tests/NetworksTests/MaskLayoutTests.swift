import Networks
import Random
import Testing

@Suite("Layout of masked inputs")
struct MaskLayoutTests {
  @Test("Two parts have all inputs between them, meet where a word ends, and about as many nonzero inputs each")
  func halves() {
    var source = RandomSource(seed: 61, purpose: .sampling)
    for count in [2, 3, 63, 64, 65, 128, 129, 300, 784] {
      for _ in 0..<20 {
        let density = (0..<count).map { _ in source.below(3) == 0 ? 0 : Float(source.uniform()) }
        let layout = MaskLayout.halves(density: density)
        let (first, second) = (layout.inputs(ofPart: 0), layout.inputs(ofPart: 1))
        #expect(layout.partCount == 2 && first.lowerBound == 0 && first.upperBound == second.lowerBound)
        #expect(second.upperBound == count && !first.isEmpty && !second.isEmpty)
        #expect(layout.words(ofPart: 0).upperBound * 64 == layout.padding + first.upperBound)
        #expect(layout.words(ofPart: 1).upperBound == layout.words && (0..<64).contains(layout.padding))
        #expect(layout.words <= (count + 63) / 64 + 1)
        // No more apart than the input in the middle weighs.
        let parts = [first, second].map { $0.reduce(Float(0)) { $0 + density[$1] + 0.01 } }
        #expect(abs(parts[0] - parts[1]) <= 1.02, "\(count) inputs: \(parts)")
      }
    }
  }

  @Test("If only inputs at one end are nonzero, each part still has an input")
  func extremes() {
    for nonzero in [0, 199] {
      let layout = MaskLayout.halves(density: (0..<200).map { $0 == nonzero ? 1 : 0 })
      #expect((0..<2).allSatisfy { !layout.inputs(ofPart: $0).isEmpty })
    }
  }

  @Test("A single block has all words, with or without padding bits")
  func whole() {
    let plain = MaskLayout.plain(130)
    #expect(plain.partCount == 1 && plain.words == 3 && plain.inputs(ofPart: 0) == 0..<130)
    let padded = MaskLayout.halves(density: Array(repeating: 0.5, count: 130)).whole
    #expect(padded.partCount == 1 && padded.padding == 63 && padded.words == 4 && padded.inputs(ofPart: 0) == 0..<130)
    #expect(padded.inputsInPaddedWord == 1 && plain.inputsInPaddedWord == 0)
  }
}
