import Charts
import Files
import Networks
import Reports
import Training

/// The report of `train`.
package struct TrainPage: Sendable {
  /// All epochs of the run.
  package var epochs: [EpochMetrics]
  /// The reason for the end of the run, and its totals.
  package var end: RunEnd
  /// The saved model on the test split, or on another split if there is none.
  package var result: SplitResult
  package var parameters: Parameters
  /// A description of the data.
  package var data: String
  package var provenance: Provenance
  /// Training images with their distortions; empty without augmentation.
  package var distortions: [DistortedExample] = []
  /// The processor time of the run in this process, and that of other programs in the same time.
  package var processorUse = ProcessorUse()
  /// The number of first epochs that `processorUse` does not cover: those finished before the run was resumed.
  package var earlierEpochs = 0
  /// Loss and accuracy within the first epoch, shown for a run of one epoch; may be empty.
  package var trace: [TracePoint] = []

  /// Means over the samples since the previous point.
  package struct TracePoint: Sendable, Equatable {
    /// Training samples of the epoch so far.
    package var samples: Int
    package var loss: Double
    /// nil if the outputs are not classes.
    package var accuracy: Double?

    package init(samples: Int, loss: Double, accuracy: Double?) {
      self.samples = samples
      self.loss = loss
      self.accuracy = accuracy
    }
  }

  package init(
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

  /// The page, with at least two charts: those of the split exist even without an epoch.
  package var page: Page {
    let topology = result.topology
    var page = Page("Training \(topology)", lead: lead)
    if let disturbance { page.note(disturbance) }
    page.headline(headline)
    if epochs.isEmpty {
      page.note("The run has no complete step: the results are those of the initial weights.")
    } else {
      let curves = TrainingCurves(
        epochs: epochs, bestEpoch: end.saved?.epoch, trace: trace,
        disturbed: Set(epochs.filter { !mark($0).isEmpty }.map { Double($0.epoch) }))
      page.section("Training curves")
      page.figures(curves.main)
      if !curves.others.isEmpty { page.figures(curves.others) }
    }
    if let epoch = end.saved?.epoch {
      page.note("The results below are those of the saved model, of epoch \(epoch), the best by validation loss.")
    }
    if result.name != "test" {
      page.note("There is no test split: the results are those of the \(result.name) split.")
    }
    page.result(result, parameters: parameters)
    if !distortions.isEmpty {
      page.section("Augmentation")
      page.figures([DistortedExample.grid(distortions)])
    }
    if !epochs.isEmpty {
      page.section("Epochs")
      page.table(epochTable)
    }
    page.provenance(provenance)
    return page
  }

  private var lead: String {
    let activations = result.topology.layers.map(\.activation.rawValue).joined(separator: ", ")
    return "\(data). Activations \(activations); loss \(result.topology.loss.rawValue); "
      + "\(result.topology.parameters.grouped) parameters. "
      + "\(end.epochs.counted("epoch", isGrouped: true)), "
      + "\(end.steps.counted("step", isGrouped: true))" + (ending.map { "; \($0)." } ?? ".")
  }

  /// A warning if other programs slowed down the run; else nil.
  private var disturbance: String? {
    Disturbance([processorUse]).map { disturbance in
      "Other programs used the processors: the workers lost \(disturbance.shares) of the time to them. Times and throughput, marked !, do "
        + "not describe the machine alone; other figures are not affected."
    }
  }

  /// The mark of an epoch's time if other programs slowed down the run since it was resumed: ` !`, or empty.
  private func mark(_ epoch: EpochMetrics) -> String { epoch.epoch > earlierEpochs ? processorUse.mark : "" }

  /// The reason for the end of a run that did not use its whole budget; else nil.
  private var ending: String? {
    switch end.reason {
    case .epochs, .steps: nil
    case .interrupted: "interrupted before its end"
    case .diverged: "then it diverged"
    default: "stopped early (\(end.reason.rawValue))"
    }
  }

  private var headline: [(name: String, value: String)] {
    var figures = Page.headline(result)
    if let last = epochs.last { figures.append(("training time", NumberText.duration(end.seconds) + mark(last))) }
    if let rate = TrainingCurves(epochs: epochs, bestEpoch: nil).constantRate {
      figures.append(("learning rate", NumberText.significant(rate, 4)))
    }
    if epochs.count == 1 {
      figures.append(("throughput", NumberText.scaled(epochs[0].samplesPerSecond) + " samples/s" + mark(epochs[0])))
    }
    if let epoch = end.saved?.epoch { figures.append(("saved: best epoch", "\(epoch) of \(end.epochs)")) }
    return figures
  }

  /// A table of the epochs, with the columns that have at least one value.
  private var epochTable: DataTable {
    typealias Column = (title: String, text: (EpochMetrics) -> String?)
    let measures = (EpochMeasure.general + EpochMeasure.ofRegression).map { measure -> Column in
      (
        measure.title,
        { measure.value($0).map { measure.quantity == .accuracy ? NumberText.percent($0) : NumberText.loss($0) } }
      )
    }
    let columns: [Column] =
      [
        ("epoch", { String($0.epoch) }), ("steps", { $0.steps.grouped }),
        ("time", { NumberText.duration($0.seconds) + mark($0) }),
      ] + measures + [
        ("samples/s", { NumberText.scaled($0.samplesPerSecond) + mark($0) }),
        ("learning rate", { NumberText.significant($0.learningRate, 5) }),
        ("gradient norm", { $0.gradientNorm.isFinite ? NumberText.loss($0.gradientNorm) : nil }),
      ]
    let kept = columns.filter { column in epochs.isEmpty || epochs.contains { column.text($0) != nil } }
    return DataTable(
      kept.map { .init($0.title) }, rows: epochs.map { epoch in kept.map { $0.text(epoch) ?? "" } })
  }
}
