import Random

/// A pen that writes one digit: chooses a glyph, perturbs it, and computes the line on the page, ready for drawing.
///
/// Random numbers are drawn in a fixed order from the digit's own stream, so that a digit depends only on seed and index.
/// The amplitudes of the random variations were chosen by looking at the images.
struct Pen {
  /// A point of the line, and half the line's width there, in pixels.
  struct Dot {
    var position: SIMD2<Float>
    var radius: Float
  }

  /// The line of the last digit, and the start of each stroke: `dots[begins[s]..<begins[s + 1]]` is stroke s.
  private(set) var dots: [Dot] = []
  private(set) var begins: [Int] = []
  private var points: [SIMD2<Float>] = []

  /// The longest side of the ink and the side of the image in pixels, as in MNIST.
  static let box: Float = 20
  static let side = 28

  /// The number of segments between two control points.
  private static let piecesPerSpan = 5

  /// Computes the line of `digit` (0...9), and stores it in `dots`.
  mutating func write(digit: Int, random: inout RandomSource) {
    let glyph = Self.choose(from: Glyph.alphabet[digit], random: &random)
    wander(from: glyph, random: &random)
    trace(glyph.strokes)
    lean(random: &random)
    press(random: &random)
    position(random: &random)
  }

  private static func choose(from glyphs: [Glyph], random: inout RandomSource) -> Glyph {
    var left = random.uniform() * glyphs.reduce(0) { $0 + $1.weight }
    for glyph in glyphs {
      left -= glyph.weight
      if left < 0 { return glyph }
    }
    return glyphs[glyphs.count - 1]
  }

  /// Perturbs the control points: each separately, then all by a smooth deformation of the page.
  private mutating func wander(from glyph: Glyph, random: inout RandomSource) {
    let looseness = 0.014 + 0.030 * Float(random.uniform())
    let waist = 0.07 * random.normalFloat()
    let bulge = 0.05 * random.normalFloat()
    let bow = 0.045 * random.normalFloat()
    let sag = 0.035 * random.normalFloat()
    let taper = 0.16 * random.normalFloat()
    points.removeAll(keepingCapacity: true)
    for (position, point) in glyph.points.enumerated() {
      let reach = looseness * (glyph.isEnd[position] ? 1.7 : 1)
      var moved = point + reach * SIMD2(random.normalFloat(), random.normalFloat())
      let fromMiddle = moved - SIMD2(0.36, 0.5)
      // Parabolas that vanish at the edges of the page: `arch` is 1 at half height, 0 at top and bottom.
      let arch = max(0, 1 - 4 * fromMiddle.y * fromMiddle.y)
      let vault = max(0, 1 - 6 * fromMiddle.x * fromMiddle.x)
      moved.x += bow * arch + fromMiddle.x * (taper * fromMiddle.y * 2 + bulge * arch * 2)
      moved.y += waist * arch + sag * vault
      points.append(moved)
    }
  }

  /// Computes the strokes through the perturbed points as Catmull-Rom curves, in straight segments.
  private mutating func trace(_ strokes: [[Int]]) {
    dots.removeAll(keepingCapacity: true)
    begins.removeAll(keepingCapacity: true)
    for stroke in strokes {
      begins.append(dots.count)
      let last = stroke.count - 1
      dots.append(Dot(position: points[stroke[0]], radius: 0))
      for span in 0..<last {
        let from = points[stroke[span]]
        let to = points[stroke[span + 1]]
        // A closed stroke is smooth at its end; an open one ends with half a span's slope.
        let isClosed = stroke[0] == stroke[last]
        let before = span > 0 ? points[stroke[span - 1]] : isClosed ? points[stroke[last - 1]] : from
        let after = span + 1 < last ? points[stroke[span + 2]] : isClosed ? points[stroke[1]] : to
        for piece in 1...Self.piecesPerSpan {
          let t = Float(piece) / Float(Self.piecesPerSpan)
          dots.append(Dot(position: Self.catmullRom(before, from, to, after, t), radius: 0))
        }
      }
    }
    begins.append(dots.count)
  }

  /// Catmull and Rom's cubic through `from` (t = 0) and `to` (t = 1), with the slopes (to − before)/2 and (after − from)/2.
  private static func catmullRom(
    _ before: SIMD2<Float>, _ from: SIMD2<Float>, _ to: SIMD2<Float>, _ after: SIMD2<Float>, _ t: Float
  ) -> SIMD2<Float> {
    let slopeFrom = 0.5 * (to - before)
    let slopeTo = 0.5 * (after - from)
    let rise = to - from
    let quadratic = 3 * rise - 2 * slopeFrom - slopeTo
    let cubic = slopeFrom + slopeTo - 2 * rise
    return from + t * (slopeFrom + t * (quadratic + t * cubic))
  }

  /// Rotates, slants and stretches the whole digit.
  private mutating func lean(random: inout RandomSource) {
    let breadth = 1 + max(-0.45, min(0.6, 0.20 * random.normalFloat()))
    let slant = 0.10 + 0.22 * random.normalFloat()
    let turn = 0.09 * random.normalFloat()
    let across = SIMD2(breadth, breadth * turn)
    let down = SIMD2(-slant - turn, 1 - turn * slant)
    for index in dots.indices {
      let position = dots[index].position
      dots[index].position = position.x * across + position.y * down
    }
  }

  /// Sets the width of the line: that of the pen, a variation by pressure, and thinner ends.
  private mutating func press(random: inout RandomSource) {
    let spread = random.normalFloat()
    let width = max(0.62, min(2.3, 1.22 + 0.34 * spread + 0.05 * spread * spread))
    let swelling = 0.16 * Float(random.uniform())
    let ending = 0.5 * Float(random.uniform())
    let phase = Float(random.uniform())
    for stroke in 0..<(begins.count - 1) {
      let range = begins[stroke]..<begins[stroke + 1]
      for index in range {
        let along = Float(index - range.lowerBound) / Float(range.count - 1)
        let wave = Self.triangle(phase + 1.3 * along)
        let nearEnd = max(0, 1 - 8 * min(along, 1 - along))
        dots[index].radius = width * (1 + swelling * wave) * (1 - ending * nearEnd * nearEnd)
      }
    }
  }

  /// A triangle wave of period 1 between −1 and 1.
  private static func triangle(_ x: Float) -> Float {
    4 * abs(x - x.rounded(.down) - 0.5) - 1
  }

  /// Fits the digit into the box and centers it in the image, both with small random variations.
  private mutating func position(random: inout RandomSource) {
    var low = dots[0].position
    var high = low
    for dot in dots {
      low = pointwiseMin(low, dot.position)
      high = pointwiseMax(high, dot.position)
    }
    let extent = max((high - low).max(), 0.1)
    let ink = 2 * dots.reduce(0) { max($0, $1.radius) }
    let scale = (Self.box * (1 + 0.035 * random.normalFloat()) - ink) / extent
    var mass: Float = 0
    var moment = SIMD2<Float>()
    for stroke in 0..<(begins.count - 1) {
      for index in begins[stroke]..<(begins[stroke + 1] - 1) {
        let step = dots[index + 1].position - dots[index].position
        let weight = (step * step).sum().squareRoot() * dots[index].radius
        mass += weight
        moment += weight * 0.5 * (dots[index].position + dots[index + 1].position)
      }
    }
    let center = moment / max(mass, .leastNormalMagnitude)
    let play = 0.55 * SIMD2(random.normalFloat(), random.normalFloat())
    let middle = SIMD2(repeating: Float(Self.side) / 2) + play
    for index in dots.indices {
      dots[index].position = (dots[index].position - center) * scale + middle
    }
  }
}

extension RandomSource {
  /// A sample of the normal distribution in single precision.
  fileprivate mutating func normalFloat() -> Float { Float(normal()) }
}
