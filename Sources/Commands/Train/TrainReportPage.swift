import JSON
import Networks
import Pages
import Training

/// Makes the page of a run: evaluates the model that was kept, and puts options and machine into words.
enum TrainReportPage {
  static func make(_ plan: TrainPlan, _ trainer: Trainer, end: RunEnd) -> TrainPage {
    let parameters = trainer.keptParameters
    let network = FastNetwork(plan.topology, parameters, kernels: trainer.network.kernels)
    let (name, samples) =
      plan.data.test.map { ("test", $0) } ?? plan.validation.map { ("validation", $0) }
      ?? ("training", plan.data.training)
    return TrainPage(
      epochs: Array(trainer.history), end: end,
      result: SplitResult(name: name, samples: samples, network: network), parameters: parameters,
      data: plan.data.description,
      provenance: Provenance(
        command: CommandText.current,
        machine: MachineDescription.facts(
          instructionSet: trainer.choices.instructionSet, workers: trainer.choices.workers),
        options: options(plan, trainer)))
  }

  /// Every option that has a value, as a user would write it.
  private static func options(_ plan: TrainPlan, _ trainer: Trainer) -> [(name: String, value: String)] {
    let values = EffectiveOptions.values(plan, trainer)
    return TrainOptions.declared.map(\.name).compactMap { name in
      values[name].flatMap(EffectiveOptions.text).map { ("--" + name, $0) }
    }
  }
}
