import Datasets
import Files
import Models
import Training

/// The outputs of one model on a data source, or the mean outputs of several, a committee.
struct EvaluatedModels {
  /// One model, with the evaluation of its own outputs.
  struct Member: Sendable {
    let file: String
    let evaluation: Evaluation
  }

  let models: [Member]
  let evaluation: Evaluation
  /// The activations of the output layer, or their means, `[samples × outputs]`, row-major.
  let outputs: [Float]

  /// Evaluates all models of the command one after another; at most two are in memory, the first and the current one.
  ///
  /// - Throws: `FileError` for a model that does not fit the first, and the errors of `ModelUse`.
  init(_ first: ModelUse, command: EvaluateCommand, _ console: Console) throws {
    var committee = Committee()
    var models: [Member] = []
    var outputs: [Float] = []
    for (index, file) in command.files.enumerated() {
      let use =
        try index == 0
        ? first
        : ModelUse.shared(
          command.model.of(file), command.data, command.execution, for: SampleUse.evaluation, after: first,
          isQuiet: command.isQuiet, console)
      try console.together { try Self.check(use, file, fits: first, command.files[0]) }
      let evaluation: Evaluation
      (evaluation, outputs) = use.evaluator.evaluateWithOutputs()
      try console.together {
        try use.part.samples.storage.checkFile()
        try ModelOutputs.check(outputs, width: use.network.topology.outputs, file: file)
      }
      models.append(Member(file: file, evaluation: evaluation))
      if command.files.count > 1 { committee.add(outputs) }
    }
    self.models = models
    if models.count > 1 {
      evaluation = committee.evaluation(first.part.samples, topology: first.network.topology)
      self.outputs = committee.outputs
    } else {
      (evaluation, self.outputs) = (models[0].evaluation, outputs)
    }
  }

  /// - Throws: `FileError` if the samples or thresholds of two models differ: the rest has been compared before loading.
  private static func check(_ use: ModelUse, _ file: String, fits first: ModelUse, _ firstFile: String) throws {
    let labels = [use, first].map { $0.part.labels?.excerpt ?? "none" }
    guard use.part.labels == first.part.labels else {
      throw CommitteeMember.difference(file, "the classes \(labels[0])", expected: labels[1], of: firstFile)
    }
    let thresholds = [use, first].map { $0.part.samples.threshold ?? 0.5 }
    guard thresholds[0] == thresholds[1] else {
      throw CommitteeMember.difference(
        file, "the threshold \(thresholds[0])", expected: "\(thresholds[1])", of: firstFile,
        hint: "--threshold T sets that of the committee.")
    }
    guard use.part.samples.targets == first.part.samples.targets else {
      throw CommitteeMember.difference(file, "other samples of the source", expected: "the same ones", of: firstFile)
    }
  }
}
