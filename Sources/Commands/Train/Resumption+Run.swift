import Files
import Models
import Platform
import Training

extension Resumption {
  /// The initial weights of the run, whose properties are those in the checkpoint, so that their file is not needed any more. The parameters
  /// are the checkpoint's.
  ///
  /// - Returns: nil without a checkpoint, for a run without such weights, and if their file is to be read.
  /// - Throws: `FileError` if the file is needed and missing; `UsageError` for options that describe another network.
  func initialWeights(_ options: NetworkOptions) throws -> InitialWeights? {
    guard let path = options.initialWeights, let checkpoint, let file else { return nil }
    if let properties = StoredOptions(json: checkpoint.options).initialProperties {
      let (parameters, widths) = (checkpoint.state.parameters, checkpoint.state.widths)
      var initial = try InitialWeights(
        path, ModelFile(properties: properties, parameters: parameters, widths: widths, file: file), options)
      initial.areOfCheckpoint = true
      return initial
    }
    guard FileManager.default.fileExists(atPath: path) else {
      throw FileError(
        file: path, found: "no such file", expected: "the initial weights that \(file) names",
        hint: "The run needs their layers and preprocessing, which this checkpoint does not have: put the file back.")
    }
    return nil
  }

  /// The limits of a run of which no step is left, and the options that go beyond them, as the end of a sentence:
  /// `(--epochs 5 of the checkpoint): a larger --epochs trains on`; nil if steps are left.
  func limit(_ trainer: Trainer) -> String? {
    guard trainer.isTrained, let checkpoint else { return nil }
    let stored = StoredOptions(json: checkpoint.options)
    let configuration = trainer.configuration
    var reached: [any OptionDeclaration] = []
    if configuration.epochs.map({ $0 <= trainer.epochsDone }) ?? false { reached.append(BudgetOptions.epochsOption) }
    if configuration.steps.map({ $0 <= trainer.stepsDone }) ?? false { reached.append(BudgetOptions.stepsOption) }
    var remedies = reached.isEmpty ? [] : ["a larger " + reached.map { "--\($0.name)" }.joined(separator: " and ")]
    // The reasons have the names of their options.
    if let reason = trainer.endReason, ![.epochs, .steps].contains(reason),
      let option = TrainOptions.declared.first(where: { $0.name == reason.rawValue })
    {
      reached.append(option)
      remedies.append("--\(option.name) \(OptionWord.off)")
    }
    let limits = reached.map { option in
      let isGiven = given.isGiven(option)
      return arguments.spelling(option) + (isGiven ? "" : " of the checkpoint")
    }
    let mayGoOn = reached.allSatisfy(stored.mayDiffer)
    let remedy = mayGoOn ? ": \(remedies.joined(separator: " with ")) trains on" : ""
    return "(\(limits.joined(separator: ", ")))" + remedy
  }
}
