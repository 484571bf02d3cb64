/// All exercises.
package enum CourseCatalog {
  /// The exercises, by document. To add one, define a value and list it here.
  package static let all: [CourseExercise] = [
    RiveraBase.exercise,
    RiveraSeeded.exercise,
    RiveraGradient.exercise,
    RiveraExercises.deeper,
    RiveraExercises.activations,
    RiveraExercises.stochastic,
    RiveraExercises.optimizers,
    OptimizerRules.exercise,
    RiveraExercises.tenClasses,
    ArriolaExercises.vectorized,
    ArriolaExercises.crossEntropy,
    ArriolaExercises.regression,
    Practica5Training.digits,
    GivenWeights.cost,
    GivenWeights.gradient,
    Practica5Training.training,
    BungeTrace.exercise,
    BungeRecursion.exercise,
    SoftmaxJacobian.exercise,
    DeltaRule.exercise,
    BatchAndOnline.exercise,
    LearningRateLimit.exercise,
    CorrelatedInputs.exercise,
    SigmoidNeuron.exercise,
    HiddenUnits.xor,
    HiddenUnits.linearLayers,
  ]

  /// The processor time of the longer exercises in seconds, on an AMD EPYC Milan with two virtual cores, of a run of all: an earlier
  /// exercise reads the images and trains what others compare with.
  private static let costs = [
    "rivera-base": 1.4, "rivera-seeded": 0.4, "rivera-deeper": 0.9, "rivera-activations": 2.1, "rivera-stochastic": 0.4,
    "rivera-optimizers": 0.8, "rivera-ten-classes": 1.5, "arriola-regression": 0.1, "practica5-digits": 0.4,
    "practica5-cost": 0.6, "practica5-gradient": 0.9, "practica5-training": 8, "berzal-correlated": 0.2,
  ]

  /// The cost of an exercise relative to that of others, for the progress of several.
  package static func cost(_ name: String) -> Double { costs[name] ?? 0.04 }

  package static func named(_ name: String) -> CourseExercise? { all.first { $0.name == name.lowercased() } }
}
