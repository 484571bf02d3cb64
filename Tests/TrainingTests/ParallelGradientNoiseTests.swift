import Networks
import Testing
import Training

extension ParallelTraining {
  @Suite("Parallel gradient noise")
  struct ParallelGradientNoiseTests {
    let topology: Topology
    let data = SmallData(samples: 24, width: 6, outputs: 3, classes: 3, seed: 21)
    let parameters: Parameters

    init() throws {
      topology = try Topology(inputs: 6, hidden: [5], outputs: 3)
      parameters = Parameters.small(topology, seed: 4)
    }

    private func makeTrainer(_ change: (inout TrainingConfiguration) -> Void) throws -> Trainer {
      var configuration = TrainingConfiguration {
        $0.learningRate = 0.1
        $0.batchSize = .samples(8)
        $0.epochs = 2
        $0.workers = 2
        $0.gradients = .partial
        $0.seed = 3
      }
      configuration.gradientNoiseInterval = 1
      change(&configuration)
      return try Trainer(
        topology, parameters: parameters, training: data.samples, configuration: configuration)
    }

    private func squaredNorm(_ gradient: PlainGradient) -> Double {
      (gradient.weights + gradient.biases).joined().reduce(0) { $0 + $1 * $1 }
    }

    /// The paper's two equations, from gradients in Double, along the run that plain gradient descent takes.
    private func expectation(batchSize: Int, workers: Int, l2: Double, steps: Int) -> GradientNoise {
      var noise = GradientNoise()
      var network = PlainNetwork(topology: topology, parameters: parameters)
      var first = 0
      for _ in 0..<steps {
        let rows = min(batchSize, data.inputs.count - first)
        let shards = (0..<workers).map { first + rows * $0 / workers..<first + rows * ($0 + 1) / workers }
          .filter { !$0.isEmpty }
        let whole = network.gradient(data.examples(first..<first + rows, for: network))
        if shards.count > 1 {
          let small = shards.map { squaredNorm(network.gradient(data.examples($0, for: network))) }
          let inverse = shards.reduce(0) { $0 + 1 / Double($1.count) } / Double(shards.count)
          let large = squaredNorm(whole)
          let trace =
            (small.reduce(0, +) / Double(small.count) - large) / (inverse - 1 / Double(rows))
          noise.trace += trace
          noise.squaredNorm += large - trace / Double(rows)
          noise.steps += 1
        }
        let moving = network.gradient(
          data.examples(first..<first + rows, for: network), l2: l2, samples: data.inputs.count)
        let gradients = zip(moving.weights, moving.biases).flatMap { [$0, $1] }
        network.tensors = zip(network.tensors, gradients).map { zip($0, $1).map { $0 - 0.1 * $1 } }
        first = first + rows == data.inputs.count ? 0 : first + rows
      }
      return noise
    }

    @Test(
      "Sums are those of gradients in Double: equal and unequal shards, with --l2, in steps that report their norm and others",
      arguments: [(8, 2, 0.0), (8, 3, 0), (7, 2, 0), (5, 4, 1.5), (24, 2, 0), (1, 2, 0), (23, 3, 0)])
    func exact(batchSize: Int, workers: Int, l2: Double) throws {
      let trainer = try makeTrainer {
        $0.batchSize = .samples(batchSize)
        $0.workers = workers
        $0.l2 = l2
        $0.shuffles = false
      }
      while try trainer.nextEpoch() != nil {}
      let noise = try #require(trainer.gradientNoise)
      let expected = expectation(batchSize: batchSize, workers: workers, l2: l2, steps: trainer.stepsDone)
      #expect(noise.steps == expected.steps)
      #expect(abs(noise.trace - expected.trace) <= 1e-4 * abs(expected.trace), "\(noise) \(expected)")
      #expect(
        abs(noise.squaredNorm - expected.squaredNorm) <= 1e-4 * (abs(expected.squaredNorm) + abs(expected.trace)),
        "\(noise) \(expected)")
    }

    @Test("Both estimates are unbiased: over many random batches they meet the samples' own covariance, seed 3")
    func unbiased() throws {
      // Steps too small to move a weight, so that all batches are drawn at one point.
      let trainer = try makeTrainer {
        $0.learningRate = 1e-30
        $0.epochs = 2000
      }
      while try trainer.nextEpoch() != nil {}
      let noise = try #require(trainer.gradientNoise)
      let network = PlainNetwork(topology: topology, parameters: parameters)
      let count = Double(data.inputs.count)
      let single = data.inputs.indices.map { sample in
        squaredNorm(network.gradient(data.examples(sample..<sample + 1, for: network)))
      }
      let mean = squaredNorm(network.gradient(data.examples(0..<data.inputs.count, for: network)))
      // Σ |g − G|² / (N − 1), and |G|² without what the samples' own number adds.
      let trace = (single.reduce(0, +) - count * mean) / (count - 1)
      let expected = mean - trace / count
      #expect(abs(noise.trace / Double(noise.steps) / trace - 1) < 0.02)
      #expect(abs(noise.squaredNorm / Double(noise.steps) / expected - 1) < 0.05)
    }

    @Test("It changes no bit, and an interval leaves steps out", arguments: [nil, 1.0])
    func bits(clipNorm: Double?) throws {
      let runs = try [nil, 1, 4].map { interval in
        let trainer = try makeTrainer {
          $0.gradientNoiseInterval = interval
          $0.clipNorm = clipNorm
          $0.l2 = 0.5
        }
        // Pauses inside epochs lose no step.
        while try trainer.advance(steps: 2) != .ended {}
        return trainer
      }
      #expect(runs[0].parameters.bits == runs[1].parameters.bits)
      #expect(runs[0].parameters.bits == runs[2].parameters.bits)
      #expect(runs.map { $0.gradientNoise?.steps } == [nil, 6, 2])
    }

    @Test("One shard has no noise", arguments: [(1, GradientStrategy.partial), (2, .owned)])
    func oneShard(workers: Int, strategy: GradientStrategy) throws {
      let trainer = try makeTrainer {
        $0.workers = workers
        $0.gradients = strategy
      }
      _ = try trainer.nextEpoch()
      #expect(trainer.gradientNoise == nil)
    }
  }
}
