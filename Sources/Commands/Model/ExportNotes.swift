import Files
import Models
import Reports

/// Sentences on the use of a model in an export format, for `export` and for `train --save` with its ending.
enum ExportNotes {
  /// A sentence on outputs whose differences are smaller than the format's precision; nil for others.
  static func outputs(_ model: ModelFile) -> String? {
    guard let origin = model.targetOrigins?.first(where: { $0 != 0 }) else { return nil }
    return "outputs near \(NumberText.significant(origin, 3)) are rounded to multiples of "
      + "\(NumberText.significant(Double(Float(origin).ulp), 3)), the precision of 32-bit floats; 'descent predict' adds in Double."
  }

  /// Sentences on inputs that are not the columns of the table, may be missing, or are resampled, and on the threshold of the output.
  static func inputs(_ model: ExportedModel, _ format: any ModelFormat.Type) -> [String] {
    var notes: [String] = []
    if let place = format.place(of: "features"), let columns = model.columns, let choice = model.choices.first,
      let names = model.features
    {
      let examples = names[choice.first..<(choice.first + choice.levels.count)].prefix(2)
      notes.append(
        "\(model.inputs) inputs for \(columns) columns, since a text column has an input for each level "
          + "(\(examples.map { "'\($0.excerpt())'" }.joined(separator: ", "))), 1 or 0; \(place) has their names.")
    }
    if let filling = format.filling, model.fill != nil { notes.append("missing features \(filling).") }
    if let note = resampling(model, format) { notes.append(note) }
    if let threshold = model.threshold, threshold != 0.5, let place = format.place(of: "threshold") {
      notes.append(
        "the second class is predicted for outputs from \(Float(threshold)) on; \(place) has this threshold.")
    }
    // The other formats take features in Double.
    if format == ONNXModel.self, let rounding = model.featureRounding { notes.append(rounding) }
    return notes
  }

  /// A sentence on images that the format does not resample; nil if it does.
  private static func resampling(_ model: ExportedModel, _ format: any ModelFormat.Type) -> String? {
    guard let side = model.preprocessing.resize, format.place(of: "resize") != nil else { return nil }
    guard model.resampling == nil else { return format.resampling.map { "images \($0)." } }
    return
      "inputs are images resampled to \(side) × \(side) pixels, since the model's file lacks the size of the source's images; "
      + "a model that this version trains has it, and its export takes the source's images."
  }

  /// The sentences on a model that training saves; none for safetensors.
  static func saved(_ model: ModelFile, to path: String) throws -> [String] {
    guard let format = ModelFormats.saving(to: path) else { return [] }
    return [outputs(model)].compactMap(\.self)
      + inputs(ExportedModel(model, topology: try model.topology(), scale: 1), format)
  }
}
