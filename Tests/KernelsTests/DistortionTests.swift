import KernelInterface
import Kernels
import Random
import Testing

@Suite("Distortion of images")
struct DistortionTests {
  @Test(
    "Knots are the words of Philox, as numbers in ±1 with mean 0, times the amplitude",
    arguments: InstructionSet.available)
  func knots(_ set: InstructionSet) {
    let kernels = Kernels(set).distortion
    let generator = Philox(seed: 3, purpose: .distortion)
    for count in [1, 16, 63, 64, 65, 400] {
      let blocks = KnotDraw.blocks(count)
      let room = KnotDraw.room(count)
      let (first, second) = (AlignedBuffer<Float>(count: room), AlignedBuffer<Float>(count: room))
      kernels.randomKnots(generator.key.x, generator.key.y, 7, 11, 13, count, 2.5, first.pointer, second.pointer)
      for number in 0..<count {
        let words = generator.block(SIMD4(UInt32(number % blocks), 7, 11, 13))
        let word = words[number / blocks]
        func value(_ half: UInt32) -> Float { (Float(half) - 32767.5) * (2.5 * 0x1p-15) }
        #expect(first.pointer[number] == value(word & 0xFFFF) && second.pointer[number] == value(word >> 16))
      }
    }
  }

  @Test("The undistorted image is the image", arguments: InstructionSet.available)
  func identity(_ set: InstructionSet) {
    for side in [1, 2, 5, 15, 16, 17, 28, 29, 33, 64] {
      let image = TestImage(side: side, seed: 1)
      let map: [Float] = [1, 0, 0, 0, 1, 0]
      #expect(image.bytes(set, map) == image.pixels, "side \(side)")
      #expect(image.floats(set, map) == image.pixels.map(Float.init), "side \(side)")
      // Knots that are all 0, too.
      let still = TestField(knots: 6, side: side, amplitude: 0)
      #expect(image.bytes(set, map, still) == image.pixels, "side \(side)")
    }
  }

  @Test("A map that only moves reads the pixel there, and 0 beyond the edges", arguments: InstructionSet.available)
  func translation(_ set: InstructionSet) {
    let side = 19
    let image = TestImage(side: side, seed: 2)
    for (dx, dy) in [(1, 0), (0, 1), (-3, 2), (18, -18), (19, 0), (-400, 900)] {
      let moved = image.bytes(set, [1, 0, Float(dx), 0, 1, Float(dy)])
      let expected = (0..<(side * side)).map { image.pixel($0 % side + dx, $0 / side + dy) }
      #expect(moved == expected, "by \(dx), \(dy)")
    }
    // Halfway between two pixels lies their mean.
    let between = image.bytes(set, [1, 0, 0.5, 0, 1, 0])
    let means = (0..<(side * side)).map { index in
      let sum = Int(image.pixel(index % side, index / side)) + Int(image.pixel(index % side + 1, index / side))
      return UInt8((sum + 1) / 2)
    }
    #expect(between == means)
  }

  @Test("Distorted images are those of the plain computation, bit for bit", arguments: InstructionSet.available)
  func plain(_ set: InstructionSet) {
    for (index, side) in [1, 3, 16, 28, 28, 28, 29, 40, 65].enumerated() {
      let image = TestImage(side: side, seed: UInt64(index))
      var source = RandomSource(seed: 5, purpose: .sampling, index: UInt64(index))
      let map = [1, 0, 0, 0, 1, 0].map { Float($0) + Float(source.uniform() - 0.5) * 0.4 }
      for field in [
        nil, TestField(side: side, spacing: 6.93, seed: UInt64(index)), TestField(side: side, spacing: 1.7, seed: 9),
      ] {
        let bytes = image.bytes(set, map, field)
        let floats = image.floats(set, map, field)
        let expected = image.plain(map, field)
        #expect(bytes == expected.map { UInt8(($0 * 65536 + 0x8000).rounded(.down) / 65536) }, "side \(side)")
        #expect(floats == expected.map { Float($0) }, "side \(side)")
      }
    }
  }
}

/// The knots of a displacement field.
struct TestField {
  var knots: Int
  var inverseSpacing: Float
  var phases: [Float]
  var x: [Float]
  var y: [Float]

  init(knots: Int, side: Int, amplitude: Float) {
    self.knots = knots
    inverseSpacing = Float(knots - 4) / Float(side + 1)
    phases = [0.25, 0.75]
    (x, y) = (Array(repeating: amplitude, count: knots * knots), Array(repeating: amplitude, count: knots * knots))
  }

  init(side: Int, spacing: Float, seed: UInt64) {
    var source = RandomSource(seed: seed, purpose: .sampling, index: 3)
    inverseSpacing = 1 / spacing
    knots = Int(Float(side - 1) * inverseSpacing + 1) + 4
    phases = [Float(source.uniform()), Float(source.uniform())]
    x = (0..<(knots * knots)).map { _ in Float(source.uniform() * 8 - 4) }
    y = (0..<(knots * knots)).map { _ in Float(source.uniform() * 8 - 4) }
  }

  private func weights(_ pixel: Int, _ phase: Float) -> [Float] {
    let t = Float(pixel) * inverseSpacing + phase
    return (0..<knots).map { knot in
      let s = abs(t - Float(knot - 1))
      let (outer, inner) = (max(2 - s, 0), max(1 - s, 0))
      return (outer * outer * outer - inner * inner * inner * 4) * (1 / 6)
    }
  }

  /// Displacements, by all knots, along x first.
  func displacement(_ column: Int, _ row: Int) -> (Float, Float) {
    let (alongX, alongY) = (weights(column, phases[0]), weights(row, phases[1]))
    func sum(_ values: [Float]) -> Float {
      var total: Float = 0
      for j in 0..<knots {
        var inner: Float = 0
        for k in 0..<knots { inner += alongX[k] * values[j * knots + k] }
        total += alongY[j] * inner
      }
      return total
    }
    return (sum(x), sum(y))
  }
}

/// A square image, whose distortions are computed by kernels and plainly.
struct TestImage {
  let side: Int
  let pixels: [UInt8]

  init(side: Int, seed: UInt64) {
    self.side = side
    var source = RandomSource(seed: seed, purpose: .sampling, index: UInt64(side))
    pixels = (0..<(side * side)).map { _ in UInt8(source.below(2) * source.below(256)) }
  }

  /// 0 beyond the edges.
  func pixel(_ x: Int, _ y: Int) -> UInt8 {
    (0..<side).contains(x) && (0..<side).contains(y) ? pixels[y * side + x] : 0
  }

  func bytes(_ set: InstructionSet, _ map: [Float], _ field: TestField? = nil) -> [UInt8] {
    let padded = [UInt8](repeating: 0xAA, count: 64) + pixels + [UInt8](repeating: 0xAA, count: 64)
    var result = [UInt8](repeating: 0xBB, count: side * side + 64)
    padded.withUnsafeBufferPointer { image in
      call(field) { scratch, knots, inverse, phases, values, stride in
        Kernels(set).distortion.distortBytes(
          image.baseAddress! + 64, side, map, knots, inverse, phases, values, stride, scratch, &result)
      }
    }
    return Array(result.prefix(side * side))
  }

  func floats(_ set: InstructionSet, _ map: [Float], _ field: TestField? = nil) -> [Float] {
    var result = [Float](repeating: .nan, count: side * side + 16)
    call(field) { scratch, knots, inverse, phases, values, stride in
      Kernels(set).distortion.distortFloats(
        pixels.map(Float.init), side, map, knots, inverse, phases, values, stride, scratch, &result)
    }
    return Array(result.prefix(side * side))
  }

  private func call(
    _ field: TestField?,
    _ body: (UnsafeMutableRawPointer, _ knots: Int, _ inverse: Float, Floats, Floats, _ stride: Int) -> Void
  ) {
    let layout = DistortionLayout(side: side, knots: field?.knots ?? 0)
    let scratch = AlignedBuffer<UInt8>(count: layout.bytes)
    // The result must not depend on the earlier content of scratch memory.
    scratch.pointer.update(repeating: 0xCD, count: layout.bytes)
    let values = (field?.x ?? []) + (field?.y ?? [])
    body(
      UnsafeMutableRawPointer(scratch.pointer), field?.knots ?? 0, field?.inverseSpacing ?? 0, field?.phases ?? [0, 0],
      values + [0], field?.x.count ?? 0)
  }

  /// Pixels of the distorted image: exact combinations of four bytes by whole 256ths.
  func plain(_ map: [Float], _ field: TestField?) -> [Double] {
    (0..<(side * side)).map { index in
      let (x, y) = (index % side, index / side)
      let displacement = field?.displacement(x, y) ?? (0, 0)
      let column = Float(x) * map[0] + (map[1] * Float(y) + (map[2] + 1)) + displacement.0
      let row = Float(x) * map[3] + (map[4] * Float(y) + (map[5] + 1)) + displacement.1
      func fixed(_ coordinate: Float) -> Int {
        Int((min(max(coordinate, 0), Float(side + 1)) * 256).rounded(.toNearestOrEven))
      }
      let (fixedX, fixedY) = (fixed(column), fixed(row))
      let (left, top) = (fixedX / 256 - 1, fixedY / 256 - 1)
      let (right, below) = (Double(fixedX % 256) / 256, Double(fixedY % 256) / 256)
      let upper = Double(pixel(left, top)) * (1 - right) + Double(pixel(left + 1, top)) * right
      let lower = Double(pixel(left, top + 1)) * (1 - right) + Double(pixel(left + 1, top + 1)) * right
      return upper * (1 - below) + lower * below
    }
  }
}
