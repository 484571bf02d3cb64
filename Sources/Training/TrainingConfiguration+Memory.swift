import Kernels
import Networks

extension TrainingConfiguration {
  /// The bytes that the steps of a run take, as `Trainer` checks them before it begins; without the copies of the parameters that
  /// `keepsBest` and `snapshots` keep, and without the samples.
  package func stepBytes(_ choices: TrainingChoices, topology: Topology, samples: Int) -> Double {
    let plan = StepPlan(self, choices, samples: samples, cores: availableCores(nil))
    let layout = ParameterLayout(
      topology, shape: Kernels(choices.instructionSet).shape, dropout: dropout(for: topology))
    return StepDecision.bytes(layout, plan)
  }
}
