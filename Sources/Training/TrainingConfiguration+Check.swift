import Kernels
import Networks
import Optimizers
import SampleData

extension TrainingConfiguration {
  /// Checks that every number is within its range, that optimizer, batch size, momentum and initializer go together, and
  /// that the processor has the instruction set and the precision. The command checks its options when it reads them; a
  /// program sets properties without a check.
  ///
  /// - Throws: `TrainingError.configuration`.
  func check(for topology: Topology, _ targets: Targets) throws(TrainingError) {
    try checkOptimization()
    try checkInitializer(topology)
    try checkBatches()
    try checkFullBatch(samples: targets.count)
    try checkProcessor()
    if labelSmoothing != 0, !targets.areClasses {
      throw .configuration(property: "labelSmoothing", found: "\(labelSmoothing)", expected: "0 for target values")
    }
    guard dropout.isEmpty || Dropout(dropout, hiddenLayers: topology.layers.count - 1, seed: seed) != nil else {
      throw .configuration(
        property: "dropout", found: "\(dropout)",
        expected: "rates in [0, 1): one for all hidden layers, one for each, or the input's and one for each")
    }
  }

  private func checkOptimization() throws(TrainingError) {
    try Self.check(learningRate, .positive, "learningRate")
    for (hyperparameter, value) in zip(type(of: optimizer).hyperparameters, optimizer.values) {
      try Self.check(value, hyperparameter.bounds, hyperparameter.name)
    }
    try checkMomentum()
    for term in Regularization.terms { try Self.check(regularization[term.name], .nonNegative, term.name) }
    try Self.check(clipNorm, .positive, "clipNorm")
    try Self.check(maxNorm, .positive, "maxNorm")
    try Self.check(noise, .nonNegative, "noise")
    try Self.check(labelSmoothing, .fraction, "labelSmoothing")
    switch average {
    case .none: break
    case .exponential(let decay):
      guard !(0...WeightAveraging.maximumDecay).contains(decay) else { break }
      throw .configuration(
        property: "average", found: "\(decay)", expected: "a decay from 0 to 0.99999994, the largest float below 1")
    case .epochEnds(let start): try Self.check(start, from: 1, "average")
    }
  }

  /// The schedule replaces a coefficient of the kernel; a rule in Double has its own momentum.
  private func checkMomentum() throws(TrainingError) {
    let (optimizer, name) = (type(of: optimizer), Hyperparameter.momentum.name)
    let hasKernel = optimizer.kernelName != nil && optimizer.hyperparameters.contains { $0.name == name }
    guard momentum != nil, !hasKernel else { return }
    throw .configuration(
      property: name, found: "a schedule with \(optimizer.name)", expected: "an optimizer whose kernel has a momentum")
  }

  private func checkInitializer(_ topology: Topology) throws(TrainingError) {
    guard case .layers(let distributions) = initializer.distribution else { return }
    guard distributions.count == topology.layers.count else {
      throw .configuration(
        property: "initializer", found: "a list of \(distributions.count)",
        expected: "\(topology.layers.count) distributions, one for each layer")
    }
    for (layer, distribution) in distributions.enumerated() where !distribution.isOfOneLayer {
      throw .configuration(
        property: "initializer", found: "\(distribution.optionText) for layer \(layer)",
        expected: "the distribution of one layer, such as he or glorot")
    }
  }

  private func checkFullBatch(samples: Int) throws(TrainingError) {
    guard type(of: optimizer).needsFullBatch, batchSize.resolved(samples) < samples else { return }
    throw .configuration(
      property: "batchSize", found: "\(batchSize.resolved(samples)) of \(samples) samples",
      expected: "full: \(type(of: optimizer).name) compares gradients of all samples")
  }

  private func checkBatches() throws(TrainingError) {
    if case .samples(let size) = batchSize { try Self.check(size, from: 1, "batchSize") }
    try Self.check(epochs, from: 0, "epochs")
    try Self.check(steps, from: 0, "steps")
    try Self.check(cleanEpochs, from: 0, "cleanEpochs")
    try Self.check(snapshots, from: 0, "snapshots")
    try Self.check(gradientNoiseInterval, from: 1, "gradientNoiseInterval")
    try Self.check(stop.patience, from: 1, "stop.patience")
  }

  private func checkProcessor() throws(TrainingError) {
    if let workers, !(1...WorkerTeam.largest).contains(workers) {
      throw .configuration(property: "workers", found: "\(workers)", expected: "1 to \(WorkerTeam.largest)")
    }
    if let instructionSet, !instructionSet.isUsable {
      let known = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
      throw .configuration(
        property: "instructionSet", found: instructionSet.rawValue, expected: "one of this processor: \(known)")
    }
    guard let precision, precision != .float32 else { return }
    let sets = instructionSet.map { [$0] } ?? Precision.bfloat16Sets
    if !sets.contains(where: { Precision.available(with: $0).contains(precision) }) {
      throw .configuration(
        property: "precision", found: precision.rawValue,
        expected: "one that the processor has with the instruction set")
    }
  }

  private static func check(_ value: Double?, _ bounds: Hyperparameter.Bounds, _ property: String) throws(TrainingError)
  {
    guard let value, !bounds.contain(value) else { return }
    throw .configuration(property: property, found: "\(value)", expected: bounds.expectation)
  }

  private static func check(_ value: Int?, from least: Int, _ property: String) throws(TrainingError) {
    guard let value, value < least else { return }
    throw .configuration(property: property, found: "\(value)", expected: "a whole number, \(least) or more")
  }
}
