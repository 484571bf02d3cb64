import Datasets
import Foundation
import Kernels
import Random
import Testing

@testable import Training

@Suite("Augmentation")
struct AugmentationTests {
  @Test(
    "Texts are read, with defaults, and values for single classes",
    arguments: [
      ("affine:rotation=15,scale=0.175,shear=5,translate=1", [15, 0.175, 5, 1, 34, 4], false),
      ("elastic:alpha=36,sigma=5", [0, 0, 0, 0, 36, 5], true), ("elastic", [0, 0, 0, 0, 34, 4], true),
      ("elastic:sigma=6,affine:rotation=2", [2, 0, 0, 0, 34, 6], true),
      ("affine:rotation=0", [0, 0, 0, 0, 34, 4], false),
    ] as [(String, [Double], Bool)])
  func reads(text: String, values: [Double], isElastic: Bool) throws {
    let augmentation = try #require(Augmentation(text))
    #expect(Augmentation.Quantity.allCases.map { augmentation.value($0) } == values)
    #expect(augmentation.isElastic == isElastic)
  }

  @Test("The value of a class replaces that of all classes")
  func classes() throws {
    let augmentation = try #require(Augmentation("affine:rotation@7=7.5,rotation=15,scale@a@b=0.1,elastic:alpha@7=0"))
    #expect(augmentation.value(.rotation) == 15 && augmentation.value(.rotation, label: "7") == 7.5)
    #expect(augmentation.value(.scale, label: "a@b") == 0.1 && augmentation.value(.scale, label: "7") == 0)
    #expect(augmentation.labels.sorted() == ["7", "a@b"])
    #expect(Distortion(augmentation, label: "7", side: 28).knots == 0)
    #expect(Distortion(augmentation, label: nil, side: 28).knots == 8)
    #expect(augmentation == Augmentation("elastic:alpha@7=0,affine:scale@a@b=0.1,rotation=15,rotation@7=7.5"))
  }

  @Test(
    "Other texts are refused",
    arguments: [
      "", "affine", "affine:", "affine:rotation", "affine:rotation=", "affine:rotation=181", "affine:rotation=-1",
      "affine:scale=1", "affine:shear=90", "affine:rotation=nan", "affine:rotation=1,rotation=2", "rotation=1",
      "affine:alpha=1", "elastic:rotation=1", "elastic:sigma=0.4", "elastic:alpha=inf", "flip", "affine:rotation@=1",
      "affine:rotation=1,", "affine:rotation@7=1,rotation@7=2",
    ])
  func refuses(text: String) { #expect(Augmentation(text) == nil) }

  @Test("Sine and cosine are those of the C library to 1e-9")
  func angles() {
    for step in -100...100 {
      let angle = Double(step) / 100 * .pi
      let (sine, cosine) = Distortion.sineAndCosine(angle)
      #expect(abs(sine - sin(angle)) < 1e-9 && abs(cosine - cos(angle)) < 1e-9)
    }
  }

  @Test("Maps have the amplitudes asked for, uniformly, and turn about the middle of the image")
  func maps() throws {
    let distortion = Distortion(
      try #require(Augmentation("affine:rotation=15,scale=0.2,shear=5,translate=2")), label: nil, side: 28)
    let generator = Philox(seed: 4, purpose: .distortion)
    var (angles, areas, moves): ([Double], [Double], [Double]) = ([], [], [])
    for sample in 0..<4000 {
      let map = distortion.draw(generator, sample: UInt32(sample), epoch: 2, side: 28, isTransposed: false)
      let m = (0..<8).map { Double(map[$0]) }
      // The second row is (−sin, cos) by the scale along y; the determinant the inverse of both scales.
      angles.append(atan2(-m[3], m[4]) * 180 / .pi)
      areas.append(1 / (m[0] * m[4] - m[1] * m[3]))
      let middle = [m[0] * 13.5 + m[1] * 13.5 + m[2] - 13.5, m[3] * 13.5 + m[4] * 13.5 + m[5] - 13.5]
      // The distance from the middle to the point that is moved there, transformed by the inverse of the map's linear part.
      let determinant = m[0] * m[4] - m[1] * m[3]
      moves.append((m[4] * middle[0] - m[1] * middle[1]) / determinant)
      #expect((0..<1).contains(m[6]) && (0..<1).contains(m[7]))
    }
    func check(_ values: [Double], within bound: Double, deviation: Double) {
      let mean = values.reduce(0, +) / Double(values.count)
      let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      #expect(values.allSatisfy { abs($0) <= bound * 1.001 })
      #expect(abs(mean) < 0.05 * bound && abs(square.squareRoot() / deviation - 1) < 0.03)
    }
    check(angles, within: 15, deviation: 15 / 3.0.squareRoot())
    check(moves, within: 2, deviation: 2 / 3.0.squareRoot())
    #expect(areas.allSatisfy { (0.64...1.44001).contains($0) })
  }

  @Test(
    "The fast field has the standard deviation and the correlation of smoothed uniform noise",
    arguments: [(34.0, 4.0), (36, 5), (8, 2)])
  func field(alpha: Double, sigma: Double) throws {
    let statistics = try FieldStatistics(alpha: alpha, sigma: sigma, samples: 3000)
    let expected = alpha / (2 * sigma * (3 * Double.pi).squareRoot())
    for deviation in statistics.deviations {
      #expect(abs(deviation / expected - 1) < 0.02, "\(deviation), \(expected)")
    }
    #expect(statistics.means.allSatisfy { abs($0) < 0.05 * expected })
    for (lag, correlation) in statistics.correlations.enumerated() {
      let exact = exp(-Double(lag * lag) / (4 * sigma * sigma))
      #expect(abs(correlation - exact) < 0.03, "lag \(lag): \(correlation), \(exact)")
    }
    // The two axes are independent.
    #expect(abs(statistics.crossCorrelation) < 0.03)
  }

  @Test("Simard's field itself has that standard deviation and correlation")
  func exactField() {
    // One line of a field, smoothed in both directions: the other direction only scales it.
    let sigma = 4.0
    let radius = 20
    let kernel = (-radius...radius).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
    let total = kernel.reduce(0, +)
    let weights = kernel.map { $0 / total }
    func overlap(_ lag: Int) -> Double {
      (0..<(weights.count - lag)).reduce(0) { $0 + weights[$1] * weights[$1 + lag] }
    }
    // Uniform noise in ±1 has variance 1/3.
    let deviation = 34 * (overlap(0) * overlap(0) / 3).squareRoot()
    #expect(abs(deviation - 34 / (2 * sigma * (3 * Double.pi).squareRoot())) < 1e-3)
    for lag in 0...8 { #expect(abs(overlap(lag) / overlap(0) - exp(-Double(lag * lag) / 64)) < 1e-3) }
  }
}

/// Statistics of displacement fields over many samples, on an image of 28 × 28.
struct FieldStatistics {
  var deviations: [Double] = []
  var means: [Double] = []
  /// Along x, by lag in pixels.
  var correlations: [Double] = []
  var crossCorrelation = 0.0

  init(alpha: Double, sigma: Double, samples: Int) throws {
    let side = 28
    let distortion = Distortion(
      try #require(Augmentation("elastic:alpha=\(alpha),sigma=\(sigma)")), label: nil, side: side)
    let generator = Philox(seed: 9, purpose: .distortion)
    let knots = distortion.knots
    let lags = Int(2 * sigma)
    var (sums, squares, cross) = ([0.0, 0.0], [0.0, 0.0], 0.0)
    var products = [Double](repeating: 0, count: lags + 1)
    // Pixels at some distance of each other, so that the test need not look at all.
    let columns = [0, 9, 18], row = 13
    for sample in 0..<samples {
      let draw = distortion.draw(generator, sample: UInt32(sample), epoch: 0, side: side, isTransposed: false)
      let (x, y) = Self.knots(distortion, generator, sample: sample)
      func weights(_ pixel: Int, _ phase: Float) -> [Double] {
        let t = Double(pixel) * Double(distortion.inverseSpacing) + Double(phase)
        return (0..<knots).map { knot -> Double in
          let s = abs(t - Double(knot - 1))
          let (outer, inner) = (max(2 - s, 0), max(1 - s, 0))
          return (outer * outer * outer - 4 * inner * inner * inner) / 6
        }
      }
      let alongY = weights(row, draw[7])
      func displacement(_ values: [Double], _ column: Int) -> Double {
        let alongX = weights(column, draw[6])
        var sum = 0.0
        for j in 0..<knots {
          for k in 0..<knots { sum += alongY[j] * alongX[k] * values[j * knots + k] }
        }
        return sum
      }
      for column in columns {
        let (dx, dy) = (displacement(x, column), displacement(y, column))
        sums[0] += dx
        sums[1] += dy
        squares[0] += dx * dx
        squares[1] += dy * dy
        cross += dx * dy
        for lag in 0...lags where column + lag < side { products[lag] += dx * displacement(x, column + lag) }
      }
    }
    let count = Double(samples * columns.count)
    means = sums.map { $0 / count }
    deviations = squares.map { ($0 / count).squareRoot() }
    correlations = products.enumerated().map { lag, sum in
      sum / Double(samples * columns.filter { $0 + lag < side }.count) / (squares[0] / count)
    }
    crossCorrelation = cross / count / (deviations[0] * deviations[1])
  }

  private static func knots(_ distortion: Distortion, _ generator: Philox, sample: Int) -> ([Double], [Double]) {
    let count = distortion.knots * distortion.knots
    let (x, y) = (AlignedBuffer<Float>(count: 2048), AlignedBuffer<Float>(count: 2048))
    Kernels.fastest.distortion.randomKnots(
      generator.key.x, generator.key.y, UInt32(sample), 0, Distortion.knotStream, count, distortion.knotAmplitude,
      x.pointer, y.pointer)
    return ((0..<count).map { Double(x.pointer[$0]) }, (0..<count).map { Double(y.pointer[$0]) })
  }
}
