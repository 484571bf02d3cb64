import Charts
import Datasets
import Networks
import Testing
import Training

@testable import Pages

@Suite("Pages of models and runs")
struct PageTests {
  // MARK: Data

  private static func images(_ count: Int, classes: Int = 3, side: Int = 4) -> Samples {
    let bytes = (0..<(count * side * side)).map { UInt8($0 * 37 % 251) }
    return Samples(
      storage: .bytes(ByteRows(bytes, width: side * side)), rows: (0..<Int32(count)).map { $0 },
      targets: .classes((0..<count).map { Int32($0 % classes) }, labels: (0..<classes).map { "c\($0)" }),
      transform: .dividing(by: 255), imageShape: ImageShape(height: side, width: side))
  }

  private static func table(_ count: Int, targets: Targets) -> Samples {
    Samples(
      storage: .floats(FloatRows((0..<(count * 3)).map { Float($0 % 17) / 17 }, width: 3)),
      rows: (0..<Int32(count)).map { $0 }, targets: targets, transform: .dividing(by: 1))
  }

  private static func run(
    _ samples: Samples, epochs: Int, output: Activation = .softmax, loss: Loss? = nil
  ) throws -> TrainPage {
    let topology = try Topology(for: samples, hidden: [5], output: output, loss: loss)
    let trainer = try Trainer(
      topology, training: samples, test: samples,
      configuration: TrainingConfiguration {
        $0.epochs = epochs
        $0.workers = 1
      })
    var metrics: [EpochMetrics] = []
    while let epoch = try trainer.nextEpoch() { metrics.append(epoch) }
    let end = try #require(trainer.end())
    return TrainPage(
      epochs: metrics, end: end,
      result: SplitResult(name: "test", samples: samples, network: trainer.network), parameters: trainer.parameters,
      data: "samples of a test", provenance: Provenance(command: "descent train", machine: [("cores", "2")]))
  }

  private static func titles(_ page: Page) -> [String] { page.charts.map(\.title) }

  // MARK: Tests

  @Test("A run on images shows curves, confusion, calibration, errors and weights")
  func pictures() throws {
    let page = try Self.run(Self.images(60), epochs: 3).page
    #expect(
      Self.titles(page) == [
        "Loss", "Accuracy", "Gradient norm", "Throughput", "Confusion matrix", "Calibration",
        "ROC curve", "Precision–recall curve", "Most confident errors", "Weights of the first layer",
      ])
    #expect(page.html.contains("descent train"))
  }

  @Test(
    "Times of the epochs since the resumption are marked, and markers are named where the line has them",
    arguments: [(3, 2, "Outlined points"), (3, 3, nil), (41, 0, "Values marked !")] as [(Int, Int, String?)])
  func marks(epochs: Int, earlier: Int, remark: String?) throws {
    var run = try Self.run(Self.images(6), epochs: epochs)
    run.processorUse = ProcessorUse(available: 10, used: 5, others: 5)
    run.earlierEpochs = earlier
    let chart = try #require(run.page.charts.lazy.compactMap { $0 as? LineChart }.first { $0.title == "Throughput" })
    #expect(chart.series.map(\.marked) == [Set((1...epochs).filter { $0 > earlier }.map { Double($0) })])
    #expect(remark.map { chart.summary.contains($0) } ?? !chart.summary.contains("marked"), "\(chart.summary)")
  }

  @Test("There are at least two charts, for any data and any length of the run", arguments: [0, 1])
  func always(epochs: Int) throws {
    let classes = Targets.classes((0..<20).map { Int32($0 % 2) }, labels: ["no", "yes"])
    let values = Targets.values((0..<40).map { Float($0 % 7) }, width: 2)
    let pages = try [
      Self.run(Self.images(20), epochs: epochs), Self.run(Self.table(20, targets: classes), epochs: epochs),
      Self.run(Self.table(20, targets: classes), epochs: epochs, output: .sigmoid),
      Self.run(Self.table(20, targets: classes), epochs: epochs, output: .identity),
      Self.run(Self.table(20, targets: values), epochs: epochs, output: .identity),
    ].map(\.page)
    #expect(pages.map { Self.titles($0).count >= 2 } == Array(repeating: true, count: 5))
    #expect(Self.titles(pages[3]).contains("F1 by class"), "outputs that are no probabilities have no calibration")
    #expect(
      Self.titles(pages[4]).suffix(4) == [
        "Output against target, output 0", "Errors, output 0", "Output against target, output 1", "Errors, output 1",
      ])
    var named = try Self.run(Self.table(20, targets: values), epochs: epochs, output: .identity)
    named.result.targetNames = ["height", "weight"]
    #expect(Self.titles(named.page).suffix(2) == ["Output against target, weight", "Errors, weight"])
  }

  @Test("Curves are the epochs' figures")
  func curves() throws {
    let run = try Self.run(Self.images(60), epochs: 4)
    let loss = try #require(run.page.charts.first as? LineChart)
    #expect(loss.series.map(\.name) == ["train", "test"])
    #expect(loss.series[0].points == run.epochs.map { Point(Double($0.epoch), $0.trainLoss) })
    #expect(loss.series[1].points == run.epochs.map { Point(Double($0.epoch), $0.testLoss ?? .nan) })
  }

  @Test("A run of one epoch shows the course within it; a constant learning rate is a number")
  func oneEpoch() throws {
    var run = try Self.run(Self.images(60), epochs: 1)
    run.trace = (1...10).map { .init(samples: 6 * $0, loss: 1 / Double($0), accuracy: 0.1 * Double($0)) }
    let titles = Self.titles(run.page)
    #expect(titles.prefix(2) == ["Training loss within the epoch", "Training accuracy within the epoch"])
    #expect(
      run.page.html.contains("<dt>learning rate</dt><dd>0.1</dd>") && run.page.html.contains("<dt>throughput</dt>"))
    #expect(!titles.contains("Gradient norm") && !titles.contains("Throughput"), "a chart of one point shows nothing")
    let loss = try #require(run.page.charts.first as? LineChart)
    #expect(loss.series[0].points.count == 10 && loss.rules.map(\.value) == [run.epochs[0].testLoss])
  }

  @Test("A run that other programs slowed down says so, and its times are marked", arguments: [0, 0.4])
  func disturbed(lost: Double) throws {
    var run = try Self.run(Self.images(60), epochs: 2)
    run.processorUse = ProcessorUse(available: 10, used: 10 * (1 - lost), others: 10 * lost)
    let html = run.page.html.replacing("\u{A0}", with: " ")
    #expect(html.contains("the workers lost 40 % of the time to them") == (lost > 0))
    #expect(html.contains(" !</dd>") == (lost > 0) && html.contains("Times and throughput, marked !,") == (lost > 0))
    #expect(html.contains(" samples/s. Outlined points, marked ! in the table") == (lost > 0))
    // Two epochs, each with its time and throughput in the table and in the chart's data.
    #expect(html.components(separatedBy: " !</td>").count - 1 == (lost > 0 ? 6 : 0))
  }

  @Test("Figures of one column have the same number of decimals, zeros at the end included")
  func decimals() throws {
    var run = try Self.run(Self.images(60), epochs: 2)
    run.epochs[0].trainLoss = 2.5548
    run.epochs[1].trainLoss = 2.382
    run.result.evaluation.loss = 2.5
    #expect(run.page.html.contains(">2.5548<") && run.page.html.contains(">2.3820<"))
    #expect(run.page.html.contains("<dt>test loss</dt><dd>2.5000</dd>"))
  }

  @Test("The first lines say how a run ended only if it did not use its whole budget")
  func ending() throws {
    var run = try Self.run(Self.images(60), epochs: 2)
    #expect(run.page.html.contains("2 epochs, 2 steps.</p>"))
    run.end.reason = .interrupted
    #expect(run.page.html.contains("2 epochs, 2 steps; interrupted before its end.</p>"))
  }

  @Test("A part of an epoch has no gradient norm, and no chart or table says nan")
  func partOfEpoch() throws {
    var run = try Self.run(Self.images(60), epochs: 2)
    run.epochs[1].gradientNorm = .nan
    #expect(!run.page.html.contains("nan") && !run.page.html.contains("NaN"))
  }

  @Test("The sign of a percentage never begins a line of a caption")
  func unbrokenPercent() throws {
    let chart = try #require(ClassificationCharts.pictures(Self.run(Self.images(60), epochs: 1).result) as? ImageGrid)
    #expect(!chart.items.isEmpty && chart.items.allSatisfy { !$0.caption.contains(" %") && $0.caption.contains("%") })
  }

  @Test("Bins of the calibration diagram with few samples are hollow, and bars say how many there are")
  func hollow() throws {
    let run = try Self.run(Self.images(60), epochs: 1)
    let classes = try #require(run.result.classes)
    let chart = try #require(ClassificationCharts.calibration(run.result, classes) as? LineChart)
    let sparse = classes.calibration.filter { (1..<10).contains($0.samples) }.count
    #expect(chart.series.filter(\.isHollow).map(\.points.count) == (sparse > 0 ? [sparse] : []))
    #expect(chart.bars.map(\.value).reduce(0, +) == 60)
  }

  @Test("The most confident errors come first, and none is a correct prediction")
  func mistakes() throws {
    let run = try Self.run(Self.images(60), epochs: 1)
    let worst = run.result.worstMistakes(100)
    let certainties = worst.map { $0.outputs[$0.predicted] }
    #expect(certainties == certainties.sorted(by: >) && Set(certainties).count > 1)
    #expect(worst.allSatisfy { $0.truth != $0.predicted && $0.truth == $0.index % 3 })
    let accuracy = try #require(run.result.evaluation.accuracy)
    #expect(worst.count == 60 - Int((accuracy * 60).rounded()))
  }

  @Test("The calibration diagram's bins make the reported error")
  func calibration() throws {
    let classes = try #require(try Self.run(Self.images(60), epochs: 2).result.classes)
    #expect(classes.calibration.count == 15)
    #expect(classes.calibration.reduce(0) { $0 + $1.samples } == 60)
    let error = classes.calibration.reduce(0) { $0 + Double($1.samples) / 60 * abs($1.accuracy - $1.confidence) }
    #expect(abs(error - (classes.expectedCalibrationError ?? .nan)) < 1e-12)
  }

  @Test("Errors are counted in intervals of a round width, one of them around zero")
  func errors() throws {
    let samples = Self.table(6, targets: .values([0, 0, 0, 0, 0, 0], width: 1))
    let topology = try Topology(for: samples, hidden: [], output: .identity)
    let result = SplitResult(
      name: "test", samples: samples, topology: topology, evaluation: Evaluation(samples: 6, loss: 0, accuracy: nil),
      outputs: [0.01, -0.04, 0.21, 0.55, -0.59, .nan])
    let chart = try #require(RegressionCharts.all(result).last as? BarChart)
    #expect(
      chart.categories == [
        "−0.6", "−0.5", "−0.4", "−0.3", "−0.2", "−0.1", "0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6",
      ])
    #expect(chart.series[0].values == [1, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 1])
  }

  @Test("With very many classes the matrix has those with the most errors")
  func manyClasses() throws {
    let run = try Self.run(Self.images(120, classes: 60), epochs: 1)
    let matrix = try #require(run.page.charts.first { $0.title == "Confusion matrix" } as? HeatMap)
    #expect(matrix.rows.count == 40 && matrix.summary.contains("of 60 classes"))
  }

  @Test("Pictures stored column by column are drawn upright")
  func transposed() {
    let shape = ImageShape(height: 2, width: 3, isTransposed: true)
    #expect(shape.upright([1, 4, 2, 5, 3, 6]) == [1, 2, 3, 4, 5, 6])
    #expect(ImageShape(height: 2, width: 3).upright([1, 2, 3, 4, 5, 6]) == [1, 2, 3, 4, 5, 6])
  }
}
