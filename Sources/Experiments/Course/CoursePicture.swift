/// What an exercise draws: the numbers of its own run. How they look is the reader's affair.
public struct CoursePicture: Sendable, Equatable {
  public var title: String
  /// What there is to see, in a sentence or two.
  public var summary: String
  public var content: Content

  /// The kinds of pictures that the notes have.
  public enum Content: Sendable, Equatable {
    case curves(Curves)
    case surface(Surface)
    case regions(Regions)
    case digits([Digit])
  }

  init(_ title: String, _ summary: String, _ content: Content) {
    self.title = title
    self.summary = summary
    self.content = content
  }

  /// A place in a plane.
  public struct Place: Sendable, Equatable {
    public var x: Double
    public var y: Double

    init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// Places that belong together, in their order.
  public struct Path: Sendable, Equatable {
    public var name: String
    public var places: [Place]

    init(_ name: String, _ places: [Place]) {
      self.name = name
      self.places = places
    }

    /// Values at 0, 1, 2, …: losses by epoch, say.
    init(_ name: String, _ values: [Double], from first: Int = 0) {
      self.init(name, values.enumerated().map { Place(Double($0.offset + first), $0.element) })
    }
  }

  /// Lines over two axes.
  public struct Curves: Sendable, Equatable {
    public var x: String
    public var y: String
    public var lines: [Path]
    /// Points without a line, behind none of them: data that a line is fitted to.
    public var points: [Path] = []
    /// Whether heights are best seen on a logarithmic scale.
    public var isLogarithmic = false
  }

  /// A function of two variables by its contours, and ways down on it.
  public struct Surface: Sendable, Equatable {
    public var x: String
    public var y: String
    /// What the height is.
    public var height: String
    public var grid: Grid
    public var paths: [Path]
    /// Single places with a name: the minimum.
    public var marks: [Path]
  }

  /// Which of two classes a network answers where.
  public struct Regions: Sendable, Equatable {
    public var x: String
    public var y: String
    /// The class at each crossing, 0 or 1.
    public var grid: Grid
    /// The samples of each class.
    public var samples: [Path]
  }

  /// Values at the crossings of a grid, `values[row][column]` at `ys[row]`, `xs[column]`.
  public struct Grid: Sendable, Equatable {
    public var xs: [Double]
    public var ys: [Double]
    public var values: [[Double]]

    /// A function at `count` places each way.
    init(
      x: ClosedRange<Double>, y: ClosedRange<Double>, count: Int = 61,
      _ function: (_ x: Double, _ y: Double) throws -> Double
    ) rethrows {
      func places(_ range: ClosedRange<Double>) -> [Double] {
        (0..<count).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(count - 1) }
      }
      let columns = places(x)
      xs = columns
      ys = places(y)
      values = try ys.map { y in try columns.map { x in try function(x, y) } }
    }
  }

  /// A digit's picture and numbers of its ten classes: the one-hot row, or what a network answers.
  public struct Digit: Sendable, Equatable {
    /// The digit in words.
    public var caption: String
    /// Brightness, row by row.
    public var pixels: [Double]
    public var width: Int
    /// One number a class.
    public var classes: [Double]
    /// Its own class.
    public var truth: Int
  }
}

extension CoursePicture {
  /// A picture of curves.
  static func curves(
    _ title: String, _ summary: String, x: String, y: String, _ lines: [Path], points: [Path] = [],
    isLogarithmic: Bool = false
  ) -> CoursePicture {
    CoursePicture(
      title, summary,
      .curves(Curves(x: x, y: y, lines: lines, points: points, isLogarithmic: isLogarithmic)))
  }
}
