/// A glyph of a digit: strokes as control points, with x to the right and y downward.
///
/// A digit is about 0.7 wide and 1 high. A stroke is a smooth curve through its points. Two strokes with the same point
/// are joined there in a corner, also after the point is moved.
struct Glyph: Sendable {
  /// The relative frequency among the digit's glyphs.
  let weight: Double
  /// The distinct points.
  let points: [SIMD2<Float>]
  /// The strokes, as indices in `points`.
  let strokes: [[Int]]
  /// True for the first and last points of strokes, which vary more than others.
  let isEnd: [Bool]

  /// - Parameter strokes: lists of points `x,y`, in hundredths.
  init(_ weight: Double, _ strokes: String...) {
    var points: [SIMD2<Float>] = []
    var positions: [[Int]] = []
    for stroke in strokes {
      positions.append(
        stroke.split(separator: " ").map { text in
          let numbers = text.split(separator: ",").compactMap { Int($0) }
          precondition(numbers.count == 2, "a point must be two integers")
          let point = SIMD2(Float(numbers[0]), Float(numbers[1])) / 100
          if let known = points.firstIndex(of: point) { return known }
          points.append(point)
          return points.count - 1
        })
    }
    var visits = [Int](repeating: 0, count: points.count)
    for position in positions.joined() { visits[position] += 1 }
    var isEnd = [Bool](repeating: false, count: points.count)
    for stroke in positions {
      for position in [stroke[0], stroke[stroke.count - 1]] where visits[position] == 1 { isEnd[position] = true }
    }
    self.weight = weight
    self.points = points
    self.strokes = positions
    self.isEnd = isEnd
  }
}

extension Glyph {
  /// The glyphs of each digit, designed for this project after European and American handwriting.
  static let alphabet: [[Glyph]] = [zero, one, two, three, four, five, six, seven, eight, nine]

  private static let zero = [
    // Closed, started at the top.
    Glyph(4, "38,0 13,15 3,50 14,86 38,100 62,85 72,50 61,14 38,0"),
    // Started at the upper right, the end crossing the start.
    Glyph(3, "50,7 26,5 6,32 5,70 25,98 52,92 68,62 64,25 44,4 30,10"),
    // Open at the top.
    Glyph(1, "34,2 10,20 3,55 18,92 42,99 64,78 68,40 58,12 46,6"),
    // Round and small.
    Glyph(1, "42,10 16,16 2,46 14,82 44,90 72,74 80,42 64,14 40,11"),
  ]

  private static let one = [
    // A bare stem.
    Glyph(6, "35,0 35,50 35,100"),
    // With a flag.
    Glyph(2, "12,24 24,14 36,0", "36,0 36,50 36,100"),
    // A short flag.
    Glyph(1, "24,12 36,0", "36,0 36,50 36,100"),
    // Flag and base.
    Glyph(1.5, "14,20 36,0", "36,0 36,50 36,100", "10,100 36,99 64,99"),
  ]

  private static let two = [
    // A round head, a corner, a flat foot.
    Glyph(3, "5,22 18,4 44,0 62,18 55,45 30,75 2,98", "2,98 34,96 70,97"),
    // A small loop at the foot.
    Glyph(3, "6,20 22,3 46,2 60,20 52,48 32,76 12,96 0,92 6,80 26,84 48,97 74,92"),
    // A wide loop.
    Glyph(2, "10,16 30,0 54,10 56,36 42,64 20,92 0,98 -4,82 14,70 36,80 58,96 80,98"),
    // Shallow head and rising foot, written in one sweep.
    Glyph(1.5, "2,14 24,2 52,6 60,26 44,54 18,82 4,97", "4,97 24,88 48,92 76,86"),
    // Angular, nearly a Z.
    Glyph(0.7, "2,8 30,2 58,5", "58,5 50,36 26,70 0,98", "0,98 34,97 70,95"),
  ]

  private static let three = [
    // Two bowls that meet at a point.
    Glyph(3, "6,12 28,0 55,8 58,28 42,42 24,47", "24,47 50,50 65,70 55,92 28,100 2,90"),
    // A small loop where they meet.
    Glyph(2, "6,10 30,0 56,10 55,32 36,46 22,50 24,42 44,46 64,62 62,86 36,100 2,92"),
    // A flat top.
    Glyph(1, "5,3 32,2 60,2", "60,2 44,22 26,40", "26,40 54,46 66,70 50,94 24,100 0,90"),
    // A shallow waist, in one line.
    Glyph(2, "10,8 36,0 60,12 56,34 40,46 52,56 62,76 46,96 20,100 0,92"),
    // A small head over a wide belly.
    Glyph(1, "14,6 32,0 50,8 48,26 26,38", "26,38 54,40 70,62 60,88 30,100 -4,92"),
  ]

  private static let four = [
    // Open, square.
    Glyph(3, "10,0 6,26 2,52", "2,52 32,53 66,50", "58,2 56,50 54,100"),
    // Open, a rounded cup.
    Glyph(3, "8,4 2,30 14,50 38,48 60,36", "64,0 60,36 54,70 50,100"),
    // Closed, printed.
    Glyph(1.5, "48,0 24,34 0,64", "0,64 36,64 74,63", "48,0 48,50 48,100"),
    // Long bar, the stem starting low.
    Glyph(1.5, "26,0 14,28 2,56", "2,56 40,54 82,50", "56,26 50,62 44,100"),
    // The cup closed by a stem that leans over it.
    Glyph(1.5, "40,2 14,22 2,44 20,52 44,46 62,36", "60,6 60,40 54,72 50,100"),
    // Deep cup, short stem to the right.
    Glyph(1, "6,6 6,34 10,56", "10,56 36,56 60,50", "62,14 60,50 62,100"),
  ]

  private static let five = [
    // Stem, belly, and a bar set on top.
    Glyph(3, "16,3 40,2 66,0", "16,3 13,22 10,42", "10,42 34,38 58,52 62,76 42,97 18,99 0,88"),
    // The bar apart from the stem.
    Glyph(1, "24,5 46,2 72,-2", "16,7 14,24 12,44", "12,44 36,42 58,58 56,82 34,99 2,94"),
    // Written like an S.
    Glyph(2.5, "70,3 46,2 24,8 14,28 30,42 52,54 58,76 40,96 16,100 0,90"),
    // A shallow belly close to the line.
    Glyph(2, "76,0 50,3 26,6", "26,6 20,26 16,42", "16,42 36,46 52,62 46,86 22,100 -4,94"),
    // Wide and low, belly curved inward.
    Glyph(1, "20,2 44,3 70,3", "20,2 14,24 8,46", "8,46 34,34 64,46 70,74 48,98 18,96 4,82"),
  ]

  private static let six = [
    // A curved stem, a full loop.
    Glyph(3, "50,0 22,22 5,56 8,88 34,100 60,86 60,64 40,53 18,62 7,78"),
    // A straight stem, a small loop.
    Glyph(2.5, "38,0 22,28 8,58 6,86 26,100 48,92 52,72 36,62 18,70 10,86"),
    // Hooked at the top.
    Glyph(1, "66,10 46,0 20,18 4,52 8,86 34,100 60,88 62,66 40,54 14,66"),
    // Loop as a spiral that does not close.
    Glyph(1.5, "32,0 12,30 3,64 14,94 40,99 60,82 54,62 34,62 24,76"),
    // Long and flat: the loop lies down.
    Glyph(1, "18,0 6,34 4,70 20,98 50,100 72,84 64,66 40,64 12,82"),
  ]

  private static let seven = [
    // Bar and stem.
    Glyph(3, "2,5 34,4 66,2", "66,2 50,36 36,68 26,100"),
    // With a crossbar.
    Glyph(1.5, "2,5 34,4 66,2", "66,2 48,40 34,72 24,100", "16,52 38,50 62,48"),
    // A hook before the bar.
    Glyph(2, "2,20 6,4 26,6 64,3", "64,3 52,32 42,64 38,100"),
    // A wavy bar turning smoothly into the stem.
    Glyph(2, "0,14 16,4 42,6 62,6 62,22 48,50 38,76 32,100"),
    // An upright stem.
    Glyph(1.5, "0,8 28,6 58,3", "58,3 56,34 54,66 52,100"),
  ]

  private static let eight = [
    // One line, an S and back.
    Glyph(4, "58,12 36,0 12,12 16,34 38,50 60,70 54,93 30,100 8,88 12,68 34,50 56,30 58,12"),
    // Two circles.
    Glyph(1.5, "34,48 12,34 14,10 36,0 58,12 56,36 34,48", "34,48 8,64 8,88 34,100 60,88 62,64 34,48"),
    // Open at the upper right, as left by a fast pen.
    Glyph(2, "62,6 36,2 14,16 24,38 46,54 54,78 36,98 14,90 16,70 38,48 58,28 70,10"),
    // Narrow, with almost closed loops.
    Glyph(1.5, "52,10 38,0 24,14 28,36 42,54 48,76 36,98 20,88 24,66 40,46 54,26 52,10"),
    // Started in the middle.
    Glyph(1, "40,46 16,30 20,6 46,0 60,16 44,40 18,60 6,82 26,100 52,92 56,68 40,46"),
  ]

  private static let nine = [
    // A round head and a straight stem.
    Glyph(3, "58,14 36,0 10,12 5,34 24,48 48,38 58,14", "58,14 57,50 54,100"),
    // A curved tail.
    Glyph(1.5, "60,16 38,0 12,12 8,36 28,48 52,38 60,16", "60,16 62,50 50,86 26,100 6,92"),
    // A tail that leans in.
    Glyph(2, "56,10 32,2 8,20 10,42 32,46 56,26", "58,8 56,26 44,62 32,100"),
    // One line from the head into the stem, the head not quite closed.
    Glyph(2, "54,6 28,4 6,24 14,46 38,42 58,20 58,44 50,72 44,100"),
    // A small head on a long stem.
    Glyph(1.5, "52,16 34,2 12,12 12,32 32,38 52,26", "52,16 52,26 50,60 46,100"),
  ]
}
