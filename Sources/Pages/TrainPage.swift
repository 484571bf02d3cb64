import Charts
import Networks
import Reports
import Training

/// The page of a run of `train`.
public struct TrainPage: Sendable {
  /// All epochs of the run.
  public var epochs: [EpochMetrics]
  /// How the run ended.
  public var end: RunEnd
  /// The model that was kept, on the test split or whatever there is in its place.
  public var result: SplitResult
  public var parameters: Parameters
  /// The data in words.
  public var data: String
  public var provenance: Provenance

  public init(
    epochs: [EpochMetrics], end: RunEnd, result: SplitResult, parameters: Parameters, data: String,
    provenance: Provenance
  ) {
    self.epochs = epochs
    self.end = end
    self.result = result
    self.parameters = parameters
    self.data = data
    self.provenance = provenance
  }

  /// At least two charts, whatever the data: those of the split are there without any epoch.
  public var page: Page {
    let topology = result.topology
    var page = Page("Training \(topology.widths)", lead: lead)
    page.headline(headline)
    if epochs.isEmpty {
      page.note("The run has no epoch: what follows is the network as it began.")
    } else {
      let curves = TrainingCurves(epochs: epochs, bestEpoch: end.saved?.epoch)
      page.section("How it learned")
      page.figures(curves.main)
      page.figures(curves.others)
    }
    if let epoch = end.saved?.epoch {
      page.note("What follows is the model that was saved: that of epoch \(epoch), the best by validation loss.")
    }
    if result.name != "test" {
      page.note("There is no test split. What follows is measured on the \(result.name) split.")
    }
    page.result(result, parameters: parameters)
    if !epochs.isEmpty {
      page.section("Epoch by epoch")
      page.table(EpochTable.table(epochs))
    }
    page.provenance(provenance)
    return page
  }

  private var lead: String {
    let activations = result.topology.layers.map(\.activation.rawValue).joined(separator: ", ")
    return "\(data). Activations \(activations); loss \(result.topology.loss.rawValue); "
      + "\(NumberText.grouped(result.topology.parameters)) parameters. "
      + "\(NumberText.count(end.epochs, "epoch", isGrouped: true)), "
      + "\(NumberText.count(end.steps, "step", isGrouped: true)); \(ending)."
  }

  private var ending: String {
    switch end.reason {
    case .epochs, .steps: "the whole run"
    case .interrupted: "interrupted before its end"
    case .diverged: "then it diverged"
    default: "stopped early (\(end.reason.rawValue))"
    }
  }

  private var headline: [(name: String, value: String)] {
    var figures = Page.headline(result)
    if !epochs.isEmpty { figures.append(("training time", NumberText.duration(end.seconds))) }
    if let epoch = end.saved?.epoch { figures.append(("saved: best epoch", "\(epoch) of \(end.epochs)")) }
    return figures
  }
}

/// The figures of epochs as a table: the columns that have a value anywhere.
enum EpochTable {
  static func table(_ epochs: [EpochMetrics]) -> DataTable {
    let figure = { (value: Double) in NumberText.significant(value, 5) }
    let columns: [(title: String, text: (EpochMetrics) -> String?)] = [
      ("epoch", { String($0.epoch) }), ("steps", { NumberText.grouped($0.steps) }),
      ("time", { NumberText.duration($0.seconds) }), ("train loss", { figure($0.trainLoss) }),
      ("train accuracy", { $0.trainAccuracy.map { NumberText.percent($0) } }),
      ("validation loss", { $0.validationLoss.map(figure) }),
      ("validation accuracy", { $0.validationAccuracy.map { NumberText.percent($0) } }),
      ("test loss", { $0.testLoss.map(figure) }),
      ("test accuracy", { $0.testAccuracy.map { NumberText.percent($0) } }),
      ("train RMSE", { $0.regression?.trainRMSE.map(figure) }),
      ("test RMSE", { $0.regression?.testRMSE.map(figure) }), ("test R²", { $0.regression?.testR2.map(figure) }),
      ("samples/s", { NumberText.scaled($0.samplesPerSecond) }), ("learning rate", { figure($0.learningRate) }),
      ("gradient norm", { figure($0.gradientNorm) }),
    ]
    let kept = columns.filter { column in epochs.isEmpty || epochs.contains { column.text($0) != nil } }
    return DataTable(
      kept.map { .init($0.title) }, rows: epochs.map { epoch in kept.map { $0.text(epoch) ?? "" } })
  }
}
