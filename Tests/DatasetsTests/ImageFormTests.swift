import Testing

@testable import Datasets
@testable import Pictures

@Suite("Resizing and transposing")
struct ImageFormTests {
  @Test(
    "Weights of a row sum to one, and resizing to the same size changes nothing", arguments: [1, 2, 5, 28, 100],
    [1, 3, 20, 28])
  func weights(old: Int, new: Int) {
    let resampling = CubicResampling(from: old, to: new)
    let matrix = resampling.matrix()
    for pixel in 0..<new {
      let (start, weights) = (resampling.starts[pixel], resampling.weights[pixel])
      let zeros = [Double](repeating: 0, count: old)
      let row = zeros[..<start] + weights + zeros[(start + weights.count)...]
      #expect(matrix[(pixel * old)..<((pixel + 1) * old)].elementsEqual(row))
      #expect(abs(resampling.weights[pixel].reduce(0, +) - 1) < 1e-14)
      #expect(resampling.starts[pixel] >= 0 && resampling.starts[pixel] + resampling.weights[pixel].count <= old)
    }
    let same = CubicResampling(from: old, to: old)
    for pixel in 0..<old { #expect(abs(same.weights[pixel][pixel - same.starts[pixel]] - 1) < 1e-14) }
  }

  @Test("A pixel at a whole distance has no weight at all, and other pixels have some")
  func wholeDistances() {
    var wrong: [String] = []
    for old in 1...64 {
      for new in 1...64 {
        let resampling = CubicResampling(from: old, to: new)
        for pixel in 0..<new {
          for (offset, weight) in resampling.weights[pixel].enumerated() {
            let position = resampling.starts[pixel] + offset
            // Pixels of the edge also have the weights of their repetitions.
            guard position > 0, position < old - 1 else { continue }
            let numerator = (2 * position + 1) * new - (2 * pixel + 1) * old
            let isWhole = numerator != 0 && numerator.isMultiple(of: 2 * max(old, new))
            if (weight == 0) != isWhole { wrong.append("\(old) to \(new), \(pixel) of \(position): \(weight)") }
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(3))")
  }

  @Test("Pixels that are empty in all images stay constant, and keep the deviation 1")
  func constantPixels() throws {
    let data = try load("synthetic:200,10") {
      $0.resize = 20; $0.standardize = true
    }
    let deviation = try #require(data.preprocessing.standardization?.deviation)
    #expect(deviation.contains(1) && deviation.allSatisfy { $0 == 1 || $0 > 1e-6 }, "\(deviation.min() ?? 0)")
  }

  @Test("A table of pixels for a model of resampled images may have labels in front, or none")
  func pixelsAlone() throws {
    let folder = try ScratchFolder()
    var model = ModelInput(labels: ["0", "1"], width: 2)
    model.preprocessing.resize = 2
    for text in ["9,1,2,3,4,5,6,7,8\n8,7,6,5,4,3,2,1,9\n", "1,9,1,2,3,4,5,6,7,8\n0,8,7,6,5,4,3,2,1,9\n"] {
      let path = try folder.write("t.csv", Array(text.utf8))
      #expect(try part(path, .prediction(model)).samples.width == 4, "\(text)")
    }
  }

  @Test("28 pixels become 20 by the course's weights")
  func courseWeights() {
    let resampling = CubicResampling(from: 28, to: 20)
    let expected: [(Int, Int, Double)] = [
      (0, 0, 0.7208333333333332), (0, 1, 0.3312499999999999), (0, 2, -0.05208333333333318),
      (9, 11, -0.05208333333333323),
      (9, 12, 0.331250000000001), (9, 13, 0.6812500000000002), (9, 14, 0.07708333333333267),
      (9, 15, -0.037500000000000026),
    ]
    for (row, index, weight) in expected {
      #expect(abs(resampling.weights[row][index - resampling.starts[row]] - weight) < 1e-14, "\(row) \(index)")
    }
  }

  @Test("Transposed images come column by column, of any shape")
  func transposes() throws {
    let folder = try ScratchFolder()
    try folder.writeSet()
    let plain = stored(try load(folder.path).training)
    let data = try load(folder.path) { $0.transpose = true }
    let transposed = stored(data.training)
    for (sample, y, x) in [(0, 0, 1), (0, 1, 0), (5, 1, 2), (3, 0, 2)] {
      #expect(transposed[sample * 6 + x * 2 + y] == plain[sample * 6 + y * 3 + x])
    }
    #expect(data.training.imageShape == ImageShape(height: 2, width: 3, isTransposed: true))
    #expect(data.preprocessing.transpose && classes(data.training) == [2, 0, 1, 2, 0, 2])
  }

  @Test("A table's square rows are pictures too; others are refused")
  func tables() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("t.csv", Array("a,1,2,3,4\nb,5,6,7,8\n".utf8))
    let data = try load(path) {
      $0.transpose = true; $0.testFraction = 0; $0.standardize = false
    }
    #expect(stored(data.training) == [1, 3, 2, 4, 5, 7, 6, 8] && data.preprocessing.sourceSide == nil)
    let one = try load(path) {
      $0.resize = 1; $0.testFraction = 0; $0.standardize = false
    }
    #expect(stored(one.training) == [2.5, 6.5])
    #expect(one.preprocessing.resize == 1 && one.preprocessing.sourceSide == 2)
    try folder.write("odd.csv", Array("a,1,2,3\nb,5,6,7\n".utf8))
    #expect(throws: DataOptionError.self) { try load(folder.file("odd.csv")) { $0.resize = 2 } }
  }

  @Test(
    "The course's 5000 digits of 20 × 20 are rebuilt from MNIST",
    .enabled(if: TestData.mnist != nil, "needs MNIST in Data/mnist or in DESCENT_MNIST"))
  func courseSet() throws {
    let data = try load(TestData.mnist!) {
      $0.limitPerClass = 500; $0.resize = 20; $0.transpose = true; $0.testLimit = 1
    }
    let pixels = stored(data.training).map { Double($0) / 255 }
    #expect(data.training.count == 5000 && pixels.count == 2_000_000)
    // Sums over two million floats, each rounded once: errors of 2⁻²⁵ of a pixel add up at random.
    #expect(abs(pixels.reduce(0, +) - 262678.26015968184) < 1e-3)
    #expect(abs(pixels.reduce(0) { $0 + $1 * $1 } - 208610.8319844904) < 1e-3)
    #expect(abs(pixels.min()! - -0.13196323019852385) < 1e-7 && abs(pixels.max()! - 1.1276882991588881) < 1e-7)
    // The first of each digit, whose rows are compared one by one.
    let classes = classes(data.training)!
    let sums = [
      62.22731187080514, 34.28012032229292, 59.2248875751861, 71.7746515129752, 38.90388451947448, 55.078555216520336,
      56.91147512755983, 50.64762123130245, 54.23953347888545, 46.49702712384652,
    ]
    for digit in 0..<10 {
      let first = classes.firstIndex(of: Int32(digit))!
      #expect(abs(pixels[(first * 400)..<(first * 400 + 400)].reduce(0, +) - sums[digit]) < 1e-5, "\(digit)")
    }
    let zero = classes.firstIndex(of: 0)! * 400
    let row = [
      8.560596795891281e-06, 1.9403594771227943e-06, -0.0007374387254902286, -0.00813403799019627, -0.01861044730392187,
      -0.018741286535404494, -0.01875725081699378, -0.019096354166666978, -0.016403901143791144, -0.0037819138071896537,
    ]
    #expect(row.indices.allSatisfy { abs(pixels[zero + 67 + $0] - row[$0]) < 1e-8 })
  }
}
