import Datasets
import Kernels
import Networks
import Optimizers
import Random
import Testing

@testable import Training

extension ParallelTraining {
  @Suite("Augmented runs")
  struct ParallelAugmentationTests {
    static let side = 13
    static let both = Augmentation(
      "affine:rotation=15,scale=0.175,shear=5,translate=1,elastic:alpha=20,sigma=3,alpha@2=0")

    /// Square images with a dark margin: bytes, or floats that standardization has made inputs.
    static func images(_ count: Int, isBytes: Bool, isTransposed: Bool = false) -> Samples {
      var source = RandomSource(seed: 8, purpose: .sampling)
      let bytes = (0..<count).flatMap { _ in
        (0..<(side * side)).map { index in
          let (x, y) = (index % side, index / side)
          let isInside = (2..<(side - 2)).contains(x) && (2..<(side - 2)).contains(y)
          return isInside && source.below(3) == 0 ? UInt8(1 + source.below(255)) : 0
        }
      }
      let mean = (0..<(side * side)).map { Double($0 % 7) / 8 }
      let deviation = (0..<(side * side)).map { 1 + Double($0 % 3) }
      let preprocessing = Preprocessing(
        scale: 255, standardization: Standardization(mean: mean, deviation: deviation))
      let inputs = bytes.enumerated().map { preprocessing.input(Double($1), feature: $0 % (side * side)) }
      var samples = Samples(
        storage: isBytes
          ? .bytes(ByteRows(bytes, width: side * side)) : .floats(FloatRows(inputs, width: side * side)),
        // Not in the order of the source.
        rows: (0..<Int32(count)).reversed().map { $0 },
        targets: .classes((0..<Int32(count)).map { $0 % 4 }, labels: ["0", "1", "2", "3"]),
        transform: .dividing(by: isBytes ? 255 : 1),
        imageShape: ImageShape(height: side, width: side, isTransposed: isTransposed))
      if !isBytes { samples.preparation = preprocessing }
      return samples
    }

    static func configuration(_ change: (inout TrainingConfiguration) -> Void = { _ in }) -> TrainingConfiguration {
      TrainingConfiguration {
        $0.optimizer = Momentum()
        $0.augmentation = both
        $0.batchSize = .samples(16)
        $0.epochs = 3
        $0.gradients = .owned
        change(&$0)
      }
    }

    static func run(_ samples: Samples, hidden: Int = 19, _ configuration: TrainingConfiguration) throws -> [UInt64] {
      let topology = try Topology(inputs: side * side, hidden: [hidden], outputs: 4)
      return try FinishedRun(
        topology, parameters: .small(topology, seed: 2), training: samples, validation: samples, test: samples,
        configuration
      ).bits
    }

    @Test(
      "Distorted runs have the same bits for 1, 2, 3 and 5 workers, and others for another seed",
      arguments: InputForm.allCases, [true, false])
    func workers(form: InputForm, isBytes: Bool) throws {
      let samples = Self.images(70, isBytes: isBytes)
      // The wider layer is divided by its columns, whose steps read ahead.
      for hidden in [19, 10 * Kernels.fastest.shape.panelWidth] {
        let runs = try [1, 2, 3, 5].map { workers in
          try Self.run(samples, hidden: hidden, Self.configuration { ($0.workers, $0.input) = (workers, form) })
        }
        #expect(runs.allSatisfy { $0 == runs[0] }, "hidden \(hidden)")
        let other = try Self.run(samples, hidden: hidden, Self.configuration { ($0.seed, $0.input) = (2, form) })
        #expect(other != runs[0])
        let plain = try Self.run(
          samples, hidden: hidden, Self.configuration { ($0.augmentation, $0.input) = (nil, form) })
        #expect(plain != runs[0])
      }
    }

    @Test("Distorted runs resume in mid-epoch with the bits of a run that did not stop", arguments: InputForm.allCases)
    func resumes(form: InputForm) throws {
      let samples = Self.images(70, isBytes: true)
      let topology = try Topology(inputs: Self.side * Self.side, hidden: [19], outputs: 4)
      let configuration = Self.configuration {
        ($0.workers, $0.input, $0.cleanEpochs, $0.epochs) = (2, form, 1, 4)
      }
      func trainer(_ state: TrainingState? = nil) throws -> Trainer {
        try Trainer(topology, training: samples, test: samples, configuration: configuration, resuming: state)
      }
      let through = try ParallelResumeTests.bits(trainer())
      for steps in [1, 7, 12, 16] {
        let first = try trainer()
        while first.stepsDone < steps { _ = try first.advance(steps: steps - first.stepsDone) }
        #expect(try ParallelResumeTests.bits(trainer(ParallelResumeTests.stored(first))) == through, "\(steps)")
      }
    }

    @Test(
      "Amplitudes of zero, and epochs that are all clean, are no augmentation, bit for bit",
      arguments: InputForm.allCases, [true, false])
    func identity(form: InputForm, isBytes: Bool) throws {
      let samples = Self.images(50, isBytes: isBytes)
      let plain = try Self.run(samples, Self.configuration { ($0.augmentation, $0.input) = (nil, form) })
      let clean = try Self.run(samples, Self.configuration { ($0.cleanEpochs, $0.input) = (3, form) })
      #expect(clean == plain)
      // Floats go from inputs to the source's units and back, which rounds.
      guard isBytes else { return }
      for text in ["affine:rotation=0", "elastic:alpha=0", "affine:scale=0,elastic:alpha=0"] {
        let still = try Self.run(
          samples, Self.configuration { ($0.augmentation, $0.input) = (Augmentation(text), form) })
        #expect(still == plain, "\(text)")
      }
    }

    @Test("The last epochs are clean: a run's first ones are those of a shorter run")
    func clean() throws {
      let samples = Self.images(50, isBytes: true)
      let topology = try Topology(inputs: Self.side * Self.side, hidden: [9], outputs: 4)
      func losses(_ configuration: TrainingConfiguration) throws -> [Double] {
        try FinishedRun(topology, parameters: .small(topology, seed: 2), training: samples, configuration).epochs
          .map(\.trainLoss)
      }
      let distorted = try losses(Self.configuration())
      let mixed = try losses(Self.configuration { $0.cleanEpochs = 1 })
      #expect(mixed[0..<2] == distorted[0..<2] && mixed[2] != distorted[2])
      // Four steps an epoch: the same last epoch, by steps.
      for epochs in [nil, 3, 20] {
        let bySteps = try losses(Self.configuration { ($0.cleanEpochs, $0.epochs, $0.steps) = (1, epochs, 12) })
        #expect(bySteps == mixed, "\(epochs ?? 0) epochs")
      }
      let truncated = try losses(Self.configuration { ($0.cleanEpochs, $0.epochs, $0.steps) = (1, nil, 9) })
      #expect(truncated.count == 3 && truncated[0..<2] == mixed[0..<2])
      let truncatedDistorted = try losses(Self.configuration { ($0.epochs, $0.steps) = (nil, 9) })
      #expect(truncated[2] != truncatedDistorted[2])
    }

    @Test(
      "A run that is resumed in its clean epoch, or before it, goes on as if it had not been interrupted",
      arguments: [6, 9])
    func resumedCleanEpoch(steps: Int) throws {
      let samples = Self.images(50, isBytes: true)
      let topology = try Topology(inputs: Self.side * Self.side, hidden: [9], outputs: 4)
      let configuration = Self.configuration { $0.cleanEpochs = 1 }
      func trainer(resuming state: TrainingState? = nil) throws -> Trainer {
        try Trainer(
          topology, parameters: .small(topology, seed: 2), training: samples, configuration: configuration,
          resuming: state)
      }
      let through = try trainer()
      _ = try through.run()
      let first = try trainer()
      while first.stepsDone < steps { _ = try first.advance(steps: steps - first.stepsDone) }
      let second = try trainer(resuming: ParallelResumeTests.stored(first))
      _ = try second.run()
      #expect(second.parameters.bits == through.parameters.bits)
      #expect(second.history.map(\.trainLoss) == through.history.map(\.trainLoss))
    }

    @Test(
      "A distorted row depends on seed, epoch and the sample's index in its source alone, in every form",
      arguments: [true, false], [true, false])
    func rows(isBytes: Bool, isTransposed: Bool) throws {
      let samples = Self.images(40, isBytes: isBytes, isTransposed: isTransposed)
      let whole = try Self.distorted(samples, Array(0..<40), epoch: 1)
      #expect(try Self.distorted(samples, Array(0..<40), epoch: 2) != whole)
      let some: [Int32] = [39, 3, 3, 17]
      #expect(try Self.distorted(samples, some, epoch: 1) == some.map { whole[Int($0)] })
      // A part of the samples in another order: the same images in the source.
      let part = samples.selecting([30, 2, 11])
      #expect(try Self.distorted(part, [0, 1, 2], epoch: 1) == [whole[30], whole[2], whole[11]])
      #expect(try Self.distorted(samples, Array(0..<40), epoch: 1, form: .masked) == whole)
    }

    /// Distorted rows as a reader reads them, all inputs of each.
    static func distorted(
      _ samples: Samples, _ order: [Int32], epoch: Int, form: InputForm = .dense
    ) throws -> [[Float]] {
      let masks = MaskLayout.halves(density: [Float](repeating: 0.2, count: samples.width))
      let stage = InputStageMemory(
        samples, both, seed: 5, firstCleanEpoch: .max, words: masks.words, workers: 2, kernels: .fastest)
      switch InputReader(samples, form: form, kernels: .fastest, packsAhead: true, masks: masks, stage: stage) {
      case .dense(let reader):
        let rows = reader.makeRows(capacity: order.count)
        reader.read(order, count: order.count, epoch: epoch, into: rows, first: 0)
        return order.indices.map { row in
          (0..<samples.width).map { rows.values.pointer[row * rows.stride + $0] }
        }
      case .masking(let reader):
        let rows = reader.makeRows(capacity: order.count)
        reader.read(order, count: order.count, epoch: epoch, into: rows, first: 0)
        return order.indices.map { row in unpacked(rows, row, masks) }
      case .packed: return []
      }
    }

    private static func unpacked(_ rows: MaskedRows, _ row: Int, _ masks: MaskLayout) -> [Float] {
      var next = 0
      return (0..<masks.inputs).map { input in
        let bit = input + masks.padding
        guard rows.masks.pointer[row * rows.words + bit / 64] >> UInt64(bit % 64) & 1 == 1 else { return 0 }
        next += 1
        return rows.starts.pointer[row][next - 1]
      }
    }

    @Test(
      "Noise has the same bits for 1, 2, 3 and 5 workers, on bytes and floats, with and without distortion",
      arguments: [true, false], InputForm.allCases)
    func noise(isBytes: Bool, form: InputForm) throws {
      var samples = Self.images(50, isBytes: isBytes)
      for augmentation in [nil, Self.both] {
        if augmentation == nil { samples.imageShape = nil }
        defer { samples.imageShape = Self.images(1, isBytes: true).imageShape }
        let runs = try [1, 2, 3, 5].map { workers in
          try Self.run(
            samples,
            Self.configuration {
              ($0.workers, $0.input, $0.augmentation, $0.noise) = (workers, form, augmentation, 0.3)
            })
        }
        #expect(runs.allSatisfy { $0 == runs[0] })
        let without = try Self.run(samples, Self.configuration { ($0.input, $0.augmentation) = (form, augmentation) })
        #expect(without != runs[0])
      }
    }

    @Test("Under noise the automatic input is dense, since no input is zero")
    func noiseIsDense() throws {
      let topology = try Topology(inputs: Self.side * Self.side, hidden: [9], outputs: 4)
      let samples = Self.images(20, isBytes: true)
      func input(_ noise: Double) -> InputForm {
        TrainingChoices(Self.configuration { $0.noise = noise }, topology: topology, training: samples).input
      }
      #expect(input(0) == .masked && input(0.1) == .dense)
    }

    @Test("Samples that are no square images are refused, and classes that they do not have")
    func refusal() throws {
      let images = Self.images(8, isBytes: true)
      var wide = images
      wide.imageShape = ImageShape(height: 1, width: Self.side * Self.side)
      var table = images
      table.imageShape = nil
      let topology = try Topology(inputs: Self.side * Self.side, hidden: [3], outputs: 4)
      for (samples, found) in [
        (wide, "images of 1 × 169 pixels"), (table, "samples of 169 features, which are not images"),
      ] {
        #expect(throws: TrainingError.augmentation(found: found, expected: "square images")) {
          try Trainer(topology, training: samples, configuration: Self.configuration())
        }
      }
      #expect(
        throws: TrainingError.augmentation(found: "a value for class 9", expected: "one of the classes 0, 1, 2, 3")
      ) {
        try Trainer(
          topology, training: images,
          configuration: Self.configuration { $0.augmentation = Augmentation("elastic:alpha@9=1") })
      }
    }
  }
}
