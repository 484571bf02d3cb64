@_exported import TestSupport

@testable import Charts

/// Charts of every kind with data that are hard to draw.
enum SampleCharts {
  private static let epochs = (1...20).map(Double.init)
  static let hostile = "a <b> & \"c\" 'd' \u{1B}[31m]]> é 数"

  static let loss = LineChart(
    "Loss", summary: "Three lines that end close together.", x: Axis("epoch", .count),
    y: Axis("loss", includesZero: true),
    series: [
      Series("train", x: epochs, y: epochs.map { 0.4 / $0 }),
      Series("validation", x: epochs, y: epochs.map { 0.3 / $0 + 0.01 }),
      Series("test", x: epochs, y: epochs.map { $0 == 7 ? nil : 0.29 / $0 + 0.012 }),
    ], rules: [Rule(.x, at: 13, "best epoch 13"), Rule(.y, at: 0.2, "target")])

  static let speedup = LineChart(
    "Speed-up", summary: "Logarithmic both ways.",
    x: Axis("workers", .count, scale: .logarithmic, ticks: [1, 2, 4, 8, 16, 32, 64]),
    y: Axis("speed-up", .factor, scale: .logarithmic),
    series: [
      Series("ideal", [Point(1, 1), Point(64, 64)], style: .reference),
      Series(
        "measured", [Point(1, 1), Point(2, 1.9), Point(4, 1.8)],
        band: [.init(1, 0.9, 1.1), .init(2, 1.7, 2), .init(4, 0, 2)]),
      Series("predicted", [Point(4, 3.5), Point(16, 11), Point(64, 30)], style: .prediction, color: 0),
    ])

  /// Rules close together, and where data are.
  static let ruled = LineChart(
    "Rules", summary: "Labels of lines across.", x: Axis("x"), y: Axis("y"),
    series: [Series("", (0...100).map { Point(Double($0), Double($0 % 10)) })],
    rules: [
      Rule(.x, at: 50, "the first of two lines"), Rule(.x, at: 52, "the second, close to it"),
      Rule(.x, at: 0, "at the left end"),
      Rule(.x, at: 100, "at the right end"), Rule(.y, at: 10, "at the top"), Rule(.y, at: 0, "at the bottom"),
      Rule(.x, at: 1000, "far out"),
    ])

  static let crowded = LineChart(
    "Many lines", summary: "Names too long for the lines' ends.", x: Axis("time", .seconds),
    y: Axis("loss", scale: .logarithmic),
    series: (0..<12).map { k in
      Series("optimizer number \(k) with a long name", [Point(0, 2.3), Point(1, 2.3 / Double(k + 1))])
    })

  static let odd: [LineChart] = [
    LineChart("Nothing", summary: "No point.", x: Axis("x"), y: Axis("y"), series: [Series("a", []), Series("b", [])]),
    LineChart(
      "One point", summary: "One.", x: Axis("epoch", .count), y: Axis("y"), series: [Series("a", [Point(1, 0.3)])]),
    LineChart(
      "Not finite", summary: "Gaps.", x: Axis("x"), y: Axis("y", scale: .logarithmic),
      series: [
        Series("a", [Point(0, .nan), Point(1, .infinity), Point(2, 0), Point(3, -1), Point(4, 5), Point(.nan, 1)])
      ]),
    LineChart(
      "Extremes", summary: "Large and small.", x: Axis("x"), y: Axis("y"),
      series: [
        Series("a", [Point(-1e300, 1e300), Point(0, 0), Point(1e300, -1e300)]), Series("b", [Point(1e-300, 1e-300)]),
      ]),
    LineChart(
      hostile, summary: hostile, x: Axis(hostile), y: Axis(hostile),
      series: [Series(hostile, [Point(0, 1), Point(1, 2)]), Series("x", [Point(0, 2), Point(1, 1)])],
      rules: [Rule(.x, at: 1, hostile)]),
    LineChart(
      "Scatter", summary: "Points.", x: Axis("target"), y: Axis("output"),
      series: [Series("samples", (0..<50).map { Point(Double($0), Double($0 * 7 % 50)) }, style: .scatter)]),
  ]

  static let bars: [BarChart] = [
    BarChart(
      "Phases", summary: "Stacked.", categories: ["1 worker", "2 workers"],
      axis: Axis("share", .fraction, domain: 0...1),
      series: [.init("gather", [0.1, 0.2]), .init("forward", [0.3, 0.3]), .init("backward", [0.6, 0.5])]),
    BarChart(
      "Long names", summary: "Grouped.",
      categories: ["a name that is much too long for the side of a narrow picture, and goes on", "short"],
      axis: Axis("time of an epoch", .seconds),
      series: [.init("a", [0.012, .nan]), .init("b", [0.034, -0.01])], arrangement: .grouped),
    BarChart("No bar", summary: "Empty.", categories: [], axis: Axis("x"), series: []),
  ]

  static func heatMap(_ classes: Int) -> HeatMap {
    HeatMap(
      "Confusion", summary: "Counts.",
      confusion: (0..<classes).map { row in (0..<classes).map { $0 == row ? 950 : (row * $0) % 7 == 1 ? 12 : 0 } },
      labels: (0..<classes).map { classes > 20 ? "class \($0)" : "\($0)" })
  }

  /// Names wider than their cells.
  static let species = HeatMap(
    "Species", summary: "Long names.", confusion: [[20, 1, 0], [2, 15, 3], [0, 4, 18]],
    labels: ["setosa", "versicolor", "a virginica of a kind never seen"])

  /// Many names that are wider than several cells together.
  static func longNames(_ classes: Int) -> HeatMap {
    let labels = (0..<classes).map { "class_\($0)_with_a_long_name" }
    return HeatMap(
      "\(classes) long names", summary: "", confusion: labels.map { _ in labels.map { _ in 1 } }, labels: labels)
  }

  /// Fewer pictures than a row takes.
  static let fewImages = ImageGrid("One unit", summary: "", items: Array(images.items.prefix(1)), size: 60)

  static let bowl = GridFunction(x: -2...2, y: -1...1, count: 41) { (x: Double, y: Double) -> Double in
    x * x + 4 * y * y
  }
  static let surfaces: [SurfaceChart] = [
    SurfaceChart(
      "Surface", summary: "Contours.", x: Axis("w₁"), y: Axis("w₂"),
      ground: .contours(bowl, levels: SurfaceChart.contourLevels(bowl), name: "equal error"),
      series: [Series("batch", [Point(-1.5, 0.8), Point(-1, 0.2), Point(0, 0)])]),
    SurfaceChart(
      "Regions", summary: "Two classes.", x: Axis("x₁"), y: Axis("x₂"),
      ground: .output(GridFunction(x: 0...1, y: 0...1, count: 20) { x, y in x - y + 0.5 }),
      series: [Series("0", [Point(0, 1)], style: .scatter), Series("1", [Point(1, 0)], style: .scatter)]),
  ]

  static let images = ImageGrid(
    "Digits", summary: "With probabilities.",
    items: (0..<7).map { (k: Int) -> ImageGrid.Item in
      let ink: [Float] = (0..<12).map { (pixel: Int) in Float(pixel * k % 5) / 4 }
      let bars: [Double] = (0..<10).map { $0 == k ? 0.9 : 0.01 }
      return ImageGrid.Item(
        Picture(ink: ink, width: 4), caption: "\(k) taken for 3\nwith 99.9 %", bars: bars, truth: 3)
    }, labels: (0..<10).map(String.init))

  /// Settings of a search: a logarithmic axis, lists of words, and a line that ends early.
  static let settings = ParallelCoordinates(
    "Settings", summary: "Axes of every kind.",
    variables: [
      .init("learning-rate", .numbers(Axis("", scale: .logarithmic))),
      .init("hidden", .categories(["64", "128", "256,128,64"])),
      .init("optimizer", .categories(["sgd", hostile])), .init("weight-decay", .numbers(Axis(""))),
      .init("validation loss", .numbers(Axis(""))),
    ],
    lines: (0..<30).map { k in
      let loss = k == 7 ? Double.nan : 2.3 / Double(k + 1)
      return .init(
        "trial \(k)", [0.001 * Double(1 + k * k), Double(k % 3), Double(k % 2), Double(k) / 1e4, loss],
        k == 29 ? .high : k > 20 ? .medium : .low)
    }, legend: [.high: "best", .medium: "whole length", .low: "dropped"])

  static let all: [any Chart] =
    [loss, speedup, ruled, crowded] + odd + bars + [
      heatMap(2), heatMap(10), heatMap(26), species, longNames(12), longNames(13), longNames(40),
    ] + surfaces + [images, fewImages, settings]
}
