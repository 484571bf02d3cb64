import Datasets
import Foundation
import Networks
import Testing

@testable import Course

@Suite("The course's figures")
struct CourseFigureTests {
  private static func result(_ name: String, _ files: CourseFiles = CourseFiles()) throws -> ExerciseResult {
    try #require(CourseCatalog.named(name)).compute(files)
  }

  private static func surface(_ figure: CourseFigure?) throws -> CourseFigure.Surface {
    guard case .surface(let surface)? = figure?.content else { throw Missing() }
    return surface
  }

  private static func curves(_ figure: CourseFigure?) throws -> CourseFigure.Curves {
    guard case .curves(let curves)? = figure?.content else { throw Missing() }
    return curves
  }

  /// An error for a missing figure, or one of another kind.
  private struct Missing: Error {}

  @Test("The café's paths are the steps of the figures, and the surface is their E")
  func cafe() throws {
    let result = try Self.result("berzal-batch-online")
    let surface = try Self.surface(result.figures.first)
    let errors = try Self.curves(result.figures.last)
    #expect(
      surface.paths.map(\.name.english) == ["batch", "online"]
        && errors.lines.map(\.name.english) == ["batch", "online"])
    for (path, line) in zip(surface.paths, errors.lines) {
      #expect(path.positions.count == 21 && line.positions.count == 21)
      let wrong = (0...20).filter { step in
        path.positions[step].x != result["\(path.name.english)\(step).coffee"]
          || path.positions[step].y != result["\(path.name.english)\(step).juice"]
          || line.positions[step] != .init(Double(step), result["\(path.name.english)\(step).error"] ?? .nan)
      }
      #expect(wrong == [], "\(path.name.english)")
    }
    // Six weeks at the prices of a crossing, with the toast's that a search finds to be best.
    for (row, column) in [(0, 0), (20, 45), (60, 60)] {
      let (coffee, juice) = (surface.grid.xs[column], surface.grid.ys[row])
      func error(_ toast: Double) -> Double {
        Cafe.weeks.reduce(0) { sum, week in
          let residual = Cafe.total(week) - week[0] * coffee - week[1] * juice - week[2] * toast
          return sum + residual * residual / 2
        }
      }
      let least = stride(from: -2000.0, through: 2000, by: 0.05).map(error).min()!
      #expect(abs(surface.grid.values[row][column] - least) < 0.1, "\(row) \(column)")
    }
    #expect(surface.marks.map(\.positions) == [[.init(50, 150)]])
  }

  @Test("Outputs are the networks' own: ½ everywhere without hidden units, XOR with them")
  func regions() throws {
    let result = try Self.result("berzal-xor")
    var corners: [[Double]] = []
    var crossings: [Int] = []
    for figure in result.figures.prefix(2) {
      guard case .regions(let regions) = figure.content else { throw Missing() }
      let (low, high) = (regions.grid.xs.firstIndex { $0 >= 0 }!, regions.grid.xs.firstIndex { $0 >= 1 }!)
      corners.append([(low, low), (low, high), (high, low), (high, high)].map { regions.grid.values[$0.0][$0.1] })
      #expect(regions.samples.map(\.positions.count) == [2, 2] && regions.samples[1].positions.contains(.init(0, 1)))
      // The number of changes of the answer along the diagonal.
      let diagonal = regions.grid.values.indices.map { regions.grid.values[$0][$0] >= 0.5 }
      crossings.append(zip(diagonal, diagonal.dropFirst()).count { $0 != $1 })
    }
    #expect(zip(corners[1], [0, 1, 1, 0]).allSatisfy { abs($0 - $1) < 0.1 } && crossings[1] == 2)
    #expect(corners[0].allSatisfy { abs($0 - 0.5) < 0.02 } && crossings[0] <= 1)
    #expect(try Self.curves(result.figures[2]).lines[1].positions.count == 2000)
  }

  @Test("Curves begin and end at the figures that are checked")
  func curves() throws {
    let limit = try Self.result("berzal-learning-rate")
    #expect(try Self.curves(limit.figures.first).lines[1].positions[20].y == limit["above.error20"])
    let correlated = try Self.result("berzal-correlated")
    let lines = try Self.curves(correlated.figures.last).lines
    for line in lines {
      #expect(Double(line.positions.count - 1) == correlated["\(line.name.english).steps"], "\(line.name.english)")
    }
    #expect(lines[1].positions[20].y == correlated["correlated.error20"])
    for (figure, name) in zip(correlated.figures, ["usual", "correlated"]) {
      let steps = try Self.surface(figure).paths[0].positions.count - 1
      #expect(
        Double(steps) == correlated["\(name).steps"] && figure.summary.english.contains("the \(steps) steps"),
        "\(name)")
    }
    let neuron = try Self.result("berzal-sigmoid-neuron")
    let surface = try Self.surface(neuron.figures[1])
    #expect(surface.paths[0].positions[5] == .init(neuron["batch.w1"] ?? .nan, neuron["batch.w2"] ?? .nan))
    #expect(surface.paths[1].positions[5] == .init(neuron["online.w1"] ?? .nan, neuron["online.w2"] ?? .nan))
    let wave = try Self.result("arriola-regression")
    let learned = try Self.curves(wave.figures.first)
    let square = learned.lines[0].positions.reduce(0) { $0 + pow($1.y - sin($1.x), 2) } / 64
    #expect(abs(square.squareRoot() - (wave["rmse"] ?? .nan)) < 1e-5)
    let linear = try Self.result("berzal-linear-layers")
    #expect(try Self.curves(linear.figures.last).lines.map { $0.positions.last?.y } == [linear["xor"], linear["one"]])
  }

  @Test("A drawn trace has the numbers that are checked: outputs, error signals and gradients of every layer")
  func trace() throws {
    let result = try Self.result("bunge-trace")
    guard case .network(let network)? = result.figures.first?.content else { throw Missing() }
    #expect(network.layers.map(\.units.count) == [6, 5, 4, 3] && network.connections.map(\.count) == [30, 20, 12])
    for (index, layer) in network.layers.dropFirst().enumerated() {
      for (unit, box) in layer.units.enumerated() {
        #expect(box.symbols.prefix(2) == ["z", "δ"])
        #expect(
          box.numbers.prefix(2).map(Optional.some) == [result["z\(index).\(unit)"], result["delta\(index).\(unit)"]])
      }
    }
    for (index, matrix) in network.connections.enumerated() {
      #expect(matrix.indices.allSatisfy { matrix[$0] == result["gradient\(index).\($0)"] }, "layer \(index + 1)")
    }
    let delta = try Self.result("berzal-delta-rule")
    guard case .network(let neuron)? = delta.figures.first?.content else { throw Missing() }
    #expect(neuron.connections[0].map(Optional.some) == (0..<3).map { delta["dw\($0)"] })
    #expect(neuron.layers[1].units[0].numbers[2] == delta["residual0"])
  }

  @Test("The delta rule's chart shows the slide's remark: one price gets worse by the checked amount")
  func deltaRule() throws {
    let result = try Self.result("berzal-delta-rule")
    let lines = try Self.curves(result.figures.last).lines
    let changes = lines.map { $0.positions[1].y - $0.positions[0].y }
    #expect(changes[0] == result["worse"] && -changes[1] == result["better"] && changes[2] < 0)
  }

  @Test("On MNIST: the one-hot rows are next to their digits", .enabled(if: TestData.mnist != nil))
  func oneHot() throws {
    let files = CourseFiles(source: try DataSource(try #require(TestData.mnist)))
    let digits = try Self.result("practica5-digits", files)
    guard case .digits(let drawn)? = digits.figures.first?.content else { throw Missing() }
    #expect(drawn.map(\.truth) == Array(0..<10) && drawn.allSatisfy { $0.classes[$0.truth] == 1 })
    // Row 0, feature 73 of the page: column 3, row 13 of a picture that the file stores column by column.
    #expect(drawn[0].pixels[13 * 20 + 3] == digits["column"])
  }
}
