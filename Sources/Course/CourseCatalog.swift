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

  package static func named(_ name: String) -> CourseExercise? { all.first { $0.name == name.lowercased() } }
}
