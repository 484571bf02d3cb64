import Datasets
import JSON
import Networks
import Pages
import Training

/// The report page of a run: evaluates the kept model, and describes options and machine.
enum TrainReportPage {
  static func make(_ plan: TrainPlan, _ trainer: Trainer, end: RunEnd, trace: EpochTrace?) -> TrainPage {
    let (name, samples) = plan.evaluated
    var result = SplitResult(
      name: name, samples: samples, network: trainer.keptNetwork, workers: plan.evaluationWorkers(samples))
    result.targetNames = plan.data.preprocessing.columns?.targetNames
    var page = TrainPage(
      epochs: Array(trainer.history) + (trainer.unfinished.map { [$0] } ?? []), end: end,
      result: result, parameters: trainer.keptParameters,
      data: plan.data.description,
      provenance: Provenance(
        command: CommandText.current,
        machine: MachineDescription.facts(
          instructionSet: trainer.choices.instructionSet, workers: trainer.choices.workers),
        options: options(plan, trainer)))
    page.distortions = distortions(plan, epochs: distortedEpochs(plan, trainer, end))
    page.processorUse = trainer.processorUse
    page.earlierEpochs = trainer.earlierEpochs
    page.trace = trace?.points ?? []
    if plan.data.labels == nil { for index in page.trace.indices { page.trace[index].accuracy = nil } }
    return page
  }

  /// The number of the first epochs, at most two, in which the run distorted samples.
  private static func distortedEpochs(_ plan: TrainPlan, _ trainer: Trainer, _ end: RunEnd) -> Int {
    // An epoch in which the run diverged is not counted in `epochs`.
    let begun = end.steps == 0 ? 0 : max(1, end.epochs)
    return min(2, begun, plan.configuration.firstCleanEpoch(stepsPerEpoch: trainer.choices.stepsPerEpoch))
  }

  /// Twelve images as the first epochs distort them: the first of each class, then others in their order; none without a distorted epoch.
  private static func distortions(_ plan: TrainPlan, epochs: Int) -> [DistortedExample] {
    let samples = plan.data.training
    guard epochs > 0, let augmentation = plan.options.augmentation.augmentation, let shape = samples.imageShape,
      let images = try? DistortedImages(samples, augmentation, seed: plan.options.seed)
    else { return [] }
    var positions: [Int] = []
    var labels: [String]?
    if case .classes(let classes, let names) = samples.targets {
      labels = classes.prefix(1 << 16).map { names[Int($0)] }
      positions = names.indices.compactMap { name in classes.firstIndex(of: Int32(name)) }
    }
    positions += (0..<min(samples.count, 12)).filter { [positions] in !positions.contains($0) }
    return positions.prefix(12).map { position in
      DistortedExample(
        images: [samples.stored(position)] + (0..<epochs).map { images.image(position, epoch: $0) }, shape: shape,
        caption: labels.flatMap { position < $0.count ? $0[position] : nil } ?? "")
    }
  }

  /// Every option with a value, as text.
  private static func options(_ plan: TrainPlan, _ trainer: Trainer) -> [(name: String, value: String)] {
    let values = EffectiveOptions.shown(plan, trainer.choices)
    return TrainOptions.declared.map(\.name).compactMap { name in
      values[name].flatMap(EffectiveOptions.text).map { ("--" + name, $0) }
    }
  }
}
