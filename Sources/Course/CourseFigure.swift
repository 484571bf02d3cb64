/// A figure of an exercise, as data; `Pages` draws it.
package struct CourseFigure: Sendable, Equatable {
  package var title: LocalizedText
  /// The caption, a sentence or two.
  package var summary: LocalizedText
  package var content: Content

  /// The kinds of figures.
  package enum Content: Sendable, Equatable {
    case curves(Curves)
    case surface(Surface)
    case regions(Regions)
    case digits([Digit])
    case network(Network)
  }

  init(_ title: LocalizedText, _ summary: LocalizedText, _ content: Content) {
    self.title = title
    self.summary = summary
    self.content = content
  }

  /// A point in a plane.
  package struct Position: Sendable, Equatable {
    package var x: Double
    package var y: Double

    init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A named sequence of points.
  package struct Path: Sendable, Equatable {
    package var name: LocalizedText
    package var positions: [Position]

    init(_ name: LocalizedText, _ positions: [Position]) {
      self.name = name
      self.positions = positions
    }

    /// Values at `first`, `first` + 1, …, such as losses by epoch.
    init(_ name: LocalizedText, _ values: [Double], from first: Int = 0) {
      self.init(name, values.enumerated().map { Position(Double($0.offset + first), $0.element) })
    }
  }

  /// Lines over two axes.
  package struct Curves: Sendable, Equatable {
    package var x: LocalizedText
    package var y: LocalizedText
    package var lines: [Path]
    /// Points without a line, drawn behind the lines: the data of a fit.
    package var points: [Path] = []
    /// True if the vertical axis is logarithmic.
    package var isLogarithmic = false
  }

  /// The contours of a function of two variables, with descent paths.
  package struct Surface: Sendable, Equatable {
    package var x: LocalizedText
    package var y: LocalizedText
    /// The name of the function.
    package var height: LocalizedText
    package var grid: Grid
    package var paths: [Path]
    /// Named points, such as the minimum.
    package var marks: [Path]
  }

  /// The output of a network for two classes over two inputs.
  package struct Regions: Sendable, Equatable {
    package var x: LocalizedText
    package var y: LocalizedText
    /// The output at each grid point; the decision boundary is at ½.
    package var grid: Grid
    /// The samples of each class.
    package var samples: [Path]
  }

  /// Values at grid points, `values[row][column]` at `ys[row]`, `xs[column]`.
  package struct Grid: Sendable, Equatable {
    package var xs: [Double]
    package var ys: [Double]
    package var values: [[Double]]

    /// Samples a function at `count` positions in each direction.
    init(
      x: ClosedRange<Double>, y: ClosedRange<Double>, count: Int = 61,
      _ function: (_ x: Double, _ y: Double) throws -> Double
    ) rethrows {
      func positions(_ range: ClosedRange<Double>) -> [Double] {
        (0..<count).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(count - 1) }
      }
      let columns = positions(x)
      xs = columns
      ys = positions(y)
      values = try ys.map { y in try columns.map { x in try function(x, y) } }
    }
  }

  /// A digit's image with a number for each of ten classes: the one-hot row, or a network's output.
  package struct Digit: Sendable, Equatable {
    /// The digit in words.
    package var caption: LocalizedText
    /// The brightness of the pixels, row by row, each of `width` pixels.
    package var pixels: [Double]
    package var width: Int
    /// One number per class.
    package var classes: [Double]
    /// The true class.
    package var truth: Int
  }
}

extension CourseFigure {
  /// Creates a figure of curves.
  static func curves(
    _ title: LocalizedText, _ summary: LocalizedText, x: LocalizedText, y: LocalizedText, _ lines: [Path],
    points: [Path] = [],
    isLogarithmic: Bool = false
  ) -> CourseFigure {
    CourseFigure(
      title, summary,
      .curves(Curves(x: x, y: y, lines: lines, points: points, isLogarithmic: isLogarithmic)))
  }
}
