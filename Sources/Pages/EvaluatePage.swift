import Charts
import Files
import Networks
import Reports

/// The report of `evaluate`.
package struct EvaluatePage: Sendable {
  /// The model's file, or a phrase for a committee.
  package var model: String
  package var result: SplitResult
  package var parameters: Parameters
  /// A description of the data.
  package var data: String
  /// A sentence on the samples, in the first lines; nil for none.
  package var note: String?
  package var provenance: Provenance

  package init(
    model: String, result: SplitResult, parameters: Parameters, data: String, note: String? = nil,
    provenance: Provenance
  ) {
    self.model = model
    self.result = result
    self.parameters = parameters
    self.data = data
    self.note = note
    self.provenance = provenance
  }

  package var page: Page {
    let topology = result.topology
    let activations = topology.layers.map(\.activation.rawValue).joined(separator: ", ")
    var page = Page(
      "Evaluation of \(model)",
      lead: "\(topology), \(activations), \(topology.loss.rawValue), on \(data): "
        + "\(result.samples.count.counted("sample", isGrouped: true)).")
    if let note { page.note(note) }
    var headline = Page.headline(result)
    if let classes = result.classes {
      headline.append(("top-2 accuracy", NumberText.percent(classes.top2Accuracy)))
      headline.append(("macro F1", NumberText.fixed(classes.macro.f1, 4)))
      if let error = classes.expectedCalibrationError {
        headline.append(("calibration error", NumberText.fixed(error, 4)))
      }
    }
    page.headline(headline)
    page.result(result, parameters: parameters)
    page.provenance(provenance)
    return page
  }
}
