import Datasets
import Foundation
import Networks
import Testing

@testable import Course

@Suite("The course's pictures")
struct CoursePictureTests {
  private static func figures(_ name: String, _ files: CourseFiles = CourseFiles()) throws -> CourseFigures {
    try #require(CourseCatalogue.named(name)).compute(files)
  }

  private static func surface(_ picture: CoursePicture?) throws -> CoursePicture.Surface {
    guard case .surface(let surface)? = picture?.content else { throw Missing() }
    return surface
  }

  private static func curves(_ picture: CoursePicture?) throws -> CoursePicture.Curves {
    guard case .curves(let curves)? = picture?.content else { throw Missing() }
    return curves
  }

  /// An error for a missing figure, or one of another kind.
  private struct Missing: Error {}

  @Test("The café's paths are the steps of the figures, and the surface is their E")
  func cafe() throws {
    let figures = try Self.figures("berzal-batch-online")
    let surface = try Self.surface(figures.pictures.first)
    let errors = try Self.curves(figures.pictures.last)
    #expect(
      surface.paths.map(\.name.english) == ["batch", "online"]
        && errors.lines.map(\.name.english) == ["batch", "online"])
    for (path, line) in zip(surface.paths, errors.lines) {
      #expect(path.positions.count == 21 && line.positions.count == 21)
      let wrong = (0...20).filter { step in
        path.positions[step].x != figures["\(path.name.english)\(step).coffee"]
          || path.positions[step].y != figures["\(path.name.english)\(step).juice"]
          || line.positions[step] != .init(Double(step), figures["\(path.name.english)\(step).error"] ?? .nan)
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
    let figures = try Self.figures("berzal-xor")
    var corners: [[Double]] = []
    var crossings: [Int] = []
    for picture in figures.pictures.prefix(2) {
      guard case .regions(let regions) = picture.content else { throw Missing() }
      let (low, high) = (regions.grid.xs.firstIndex { $0 >= 0 }!, regions.grid.xs.firstIndex { $0 >= 1 }!)
      corners.append([(low, low), (low, high), (high, low), (high, high)].map { regions.grid.values[$0.0][$0.1] })
      #expect(regions.samples.map(\.positions.count) == [2, 2] && regions.samples[1].positions.contains(.init(0, 1)))
      // How often the answer changes along the diagonal.
      let diagonal = regions.grid.values.indices.map { regions.grid.values[$0][$0] >= 0.5 }
      crossings.append(zip(diagonal, diagonal.dropFirst()).count { $0 != $1 })
    }
    #expect(zip(corners[1], [0, 1, 1, 0]).allSatisfy { abs($0 - $1) < 0.1 } && crossings[1] == 2)
    #expect(corners[0].allSatisfy { abs($0 - 0.5) < 0.02 } && crossings[0] <= 1)
    #expect(try Self.curves(figures.pictures[2]).lines[1].positions.count == 2000)
  }

  @Test("Curves begin and end at the figures that are checked")
  func curves() throws {
    let limit = try Self.figures("berzal-learning-rate")
    #expect(try Self.curves(limit.pictures.first).lines[1].positions[20].y == limit["above.error20"])
    let correlated = try Self.figures("berzal-correlated")
    let lines = try Self.curves(correlated.pictures.last).lines
    for line in lines {
      #expect(Double(line.positions.count - 1) == correlated["\(line.name.english).steps"], "\(line.name.english)")
    }
    #expect(lines[1].positions[20].y == correlated["correlated.error20"])
    for (picture, name) in zip(correlated.pictures, ["usual", "correlated"]) {
      let steps = try Self.surface(picture).paths[0].positions.count - 1
      #expect(
        Double(steps) == correlated["\(name).steps"] && picture.summary.english.contains("the \(steps) steps"),
        "\(name)")
    }
    let neuron = try Self.figures("berzal-sigmoid-neuron")
    let surface = try Self.surface(neuron.pictures[1])
    #expect(surface.paths[0].positions[5] == .init(neuron["batch.w1"] ?? .nan, neuron["batch.w2"] ?? .nan))
    #expect(surface.paths[1].positions[5] == .init(neuron["online.w1"] ?? .nan, neuron["online.w2"] ?? .nan))
    let wave = try Self.figures("arriola-regression")
    let learned = try Self.curves(wave.pictures.first)
    let square = learned.lines[0].positions.reduce(0) { $0 + pow($1.y - sin($1.x), 2) } / 64
    #expect(abs(square.squareRoot() - (wave["rmse"] ?? .nan)) < 1e-5)
    let linear = try Self.figures("berzal-linear-layers")
    #expect(try Self.curves(linear.pictures.last).lines.map { $0.positions.last?.y } == [linear["xor"], linear["one"]])
  }

  @Test("A drawn trace has the numbers that are checked: outputs, error signals and gradients of every layer")
  func trace() throws {
    let figures = try Self.figures("bunge-trace")
    guard case .network(let network)? = figures.pictures.first?.content else { throw Missing() }
    #expect(network.layers.map(\.units.count) == [6, 5, 4, 3] && network.connections.map(\.count) == [30, 20, 12])
    for (index, layer) in network.layers.dropFirst().enumerated() {
      for (unit, box) in layer.units.enumerated() {
        #expect(box.symbols.prefix(2) == ["z", "δ"])
        #expect(
          box.numbers.prefix(2).map(Optional.some) == [figures["z\(index).\(unit)"], figures["delta\(index).\(unit)"]])
      }
    }
    for (index, matrix) in network.connections.enumerated() {
      #expect(matrix.indices.allSatisfy { matrix[$0] == figures["gradient\(index).\($0)"] }, "layer \(index + 1)")
    }
    let delta = try Self.figures("berzal-delta-rule")
    guard case .network(let neuron)? = delta.pictures.first?.content else { throw Missing() }
    #expect(neuron.connections[0].map(Optional.some) == (0..<3).map { delta["dw\($0)"] })
    #expect(neuron.layers[1].units[0].numbers[2] == delta["residual0"])
  }

  @Test("The delta rule's chart shows the slide's remark: one price gets worse by the checked amount")
  func deltaRule() throws {
    let figures = try Self.figures("berzal-delta-rule")
    let lines = try Self.curves(figures.pictures.last).lines
    let changes = lines.map { $0.positions[1].y - $0.positions[0].y }
    #expect(changes[0] == figures["worse"] && -changes[1] == figures["better"] && changes[2] < 0)
  }

  @Test("On MNIST: the one-hot rows are next to their digits", .enabled(if: TestData.mnist != nil))
  func oneHot() throws {
    let files = CourseFiles(source: try DataSource(try #require(TestData.mnist)))
    let digits = try Self.figures("practica5-digits", files)
    guard case .digits(let drawn)? = digits.pictures.first?.content else { throw Missing() }
    #expect(drawn.map(\.truth) == Array(0..<10) && drawn.allSatisfy { $0.classes[$0.truth] == 1 })
    // Row 0, feature 73 of the page: column 3, row 13 of a picture that the file stores column by column.
    #expect(drawn[0].pixels[13 * 20 + 3] == digits["column"])
  }
}
