import Datasets
import Files
import Kernels
import Networks
import Optimizers
import Platform
import Random
import Testing

@testable import Training

extension ParallelTraining {
  @Suite("Parallel input: dense, masked, packed")
  struct ParallelInputTests {
    static let topology = try? Topology(inputs: 131, hidden: [20], outputs: 3)

    /// Bytes of which one in `oneIn` is not zero.
    static func bytes(samples: Int, width: Int, transform: InputTransform, oneIn: UInt64 = 5) -> Samples {
      var source = RandomSource(seed: 1, purpose: .sampling)
      let bytes = (0..<(samples * width)).map { _ in
        source.below(oneIn) == 0 ? UInt8(truncatingIfNeeded: source.next()) : 0
      }
      // The split takes only some rows of the storage, in an order of its own.
      let rows = (0..<Int32(samples)).reversed().filter { $0 % 7 != 3 }
      return Samples(
        storage: .bytes(ByteRows(bytes, width: width)), rows: rows,
        targets: .classes(rows.map { _ in Int32(source.below(3)) }, labels: ["a", "b", "c"]), transform: transform)
    }

    /// The same numbers as floats, already transformed.
    static func asFloats(_ samples: Samples) -> Samples {
      guard case .bytes(let bytes) = samples.storage else { return samples }
      let transform = samples.transform
      var values: [Float] = []
      for row in samples.rows {
        for feature in 0..<samples.width {
          let stored = Float(bytes.pointer[Int(row) * samples.width + feature])
          let multiplier = transform.multiplier[transform.multiplier.count == 1 ? 0 : feature]
          let shift = transform.shift[transform.shift.count == 1 ? 0 : feature]
          values.append(stored * multiplier + shift)
        }
      }
      return Samples(
        storage: .floats(FloatRows(values, width: samples.width)), rows: (0..<Int32(samples.count)).map { $0 },
        targets: samples.targets, transform: InputTransform(multiplier: [1], shift: [0]))
    }

    static let transforms: [String: InputTransform] = [
      "scaled": .dividing(by: 255),
      "scaled feature by feature": InputTransform(
        multiplier: (0..<131).map { Float($0 + 1) / 65536 }, shift: [Float](repeating: 0, count: 131)),
      "standardized": InputTransform(
        multiplier: (0..<131).map { Float($0 % 5 + 1) / 256 }, shift: (0..<131).map { Float($0 % 3) / 4 - 0.25 }),
    ]

    @Test(
      "Bytes and floats, dense and masked, give the same training under any transform; masked floats have the bits of masked bytes",
      arguments: transforms.keys.sorted())
    func forms(name: String) throws {
      let topology = try #require(Self.topology)
      let samples = Self.bytes(samples: 90, width: 131, transform: try #require(Self.transforms[name]))
      let start = Parameters.small(topology, seed: 2)
      for strategy in GradientStrategy.allCases {
        func run(_ samples: Samples, _ form: InputForm) throws -> FinishedRun {
          try FinishedRun(
            topology, parameters: start, training: samples, test: samples,
            TrainingConfiguration {
              $0.optimizer = Nesterov()
              $0.batchSize = .samples(16)
              $0.epochs = 2
              $0.workers = 3
              $0.gradients = strategy
              $0.input = form
            })
        }
        let dense = try run(samples, .dense)
        let others = try [
          run(samples, .masked), run(Self.asFloats(samples), .dense), run(Self.asFloats(samples), .masked),
        ]
        let moved = zip(dense.parameters.flat, start.flat).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        for (index, other) in others.enumerated() {
          let apart = zip(dense.parameters.flat, other.parameters.flat).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
          #expect(moved > 0.01 && apart < 1e-4 * moved, "\(name), \(strategy), way \(index)")
        }
        if name == "scaled" { #expect(others[0].bits == others[2].bits, "\(strategy)") }
      }
    }

    @Test("Rows that hold the samples already are not read again; rows that hold others are")
    func heldRows() throws {
      let samples = Self.asFloats(Self.bytes(samples: 30, width: 9, transform: .dividing(by: 255), oneIn: 1))
      let reader = DenseReader(samples, kernels: .fastest)
      let rows = reader.makeRows(capacity: 6)
      func read(_ order: [Int32], first: Int = 0) -> [Float] {
        reader.read(order, count: order.count, epoch: 0, into: rows, first: first)
        return (0..<6).flatMap { row in (0..<9).map { rows.values.pointer[row * rows.stride + $0] } }
      }
      let (order, changed): ([Int32], [Int32]) = ([3, 1, 4, 0, 5, 9], [3, 1, 4, 2, 5, 9])
      let expected = read(order)
      rows.values.pointer[2 * rows.stride] = 7
      #expect(read(order)[18] == 7, "the same samples")
      #expect(read([5, 9], first: 4)[18] == 7, "the same samples of some rows")
      let other = read(changed)
      #expect(other[18] == expected[18] && other[27..<36] != expected[27..<36], "one other sample")
      #expect(read(order) == expected, "the first samples again")
      rows.values.pointer[2 * rows.stride] = 7
      rows.held.clear(count: 1, first: 3)
      #expect(read(order) == expected, "a row that no longer holds its sample")
    }

    @Test(
      "Partial gradients without inactive inputs give the same steps as whole ones",
      arguments: InstructionSet.available)
    func inactiveInputs(_ set: InstructionSet) throws {
      let samples = Self.bytes(samples: 90, width: 131, transform: .dividing(by: 255), oneIn: 20)
      let optimizers: [(any Optimizer, l2: Double)] = [(SGD(), 0), (SGD(), 0.5), (Adam(), 0)]
      // Four panels and more, two and a narrow one, and one vector of them.
      for (index, hidden) in [150, 70, 5].enumerated() {
        let topology = try Topology(inputs: 131, hidden: [hidden], outputs: 3)
        let start = Parameters.small(topology, seed: UInt64(index))
        // With five samples a step some of eight workers have none.
        for (workers, batchSize) in [(1, 1), (1, 16), (2, 5), (3, 16), (8, 5), (8, 33)].thinned(2) {
          let (optimizer, l2) = optimizers[(index + workers + batchSize) % optimizers.count]
          let runs = try InputForm.allCases.map { form in
            try FinishedRun(
              topology, parameters: start, training: samples, test: samples,
              TrainingConfiguration {
                $0.optimizer = optimizer
                $0.learningRate = optimizer is Adam ? 0.003 : 0.1
                $0.l2 = l2
                $0.batchSize = .samples(batchSize)
                $0.epochs = 3
                $0.workers = workers
                $0.gradients = .partial
                $0.input = form
                $0.instructionSet = set
              })
          }
          let (dense, masked) = (runs[0].parameters.flat, runs[1].parameters.flat)
          let moved = zip(dense, start.flat).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
          let apart = zip(dense, masked).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
          let which = "\(hidden) units, \(workers) workers, \(type(of: optimizer).name), l2 \(l2)"
          #expect(moved > 0.01 && apart < 1e-4 * moved, "\(which): \(apart) of \(moved)")
        }
      }
    }

    @Test(
      "Rows packed in advance and rows packed batch by batch are read bit-identically",
      arguments: InstructionSet.available
    )
    func packing(_ set: InstructionSet) throws {
      let kernels = Kernels(set)
      for width in [1, 63, 64, 65, 131] {
        let samples = Self.bytes(samples: 1200, width: width, transform: .dividing(by: 255))
        guard case .bytes(let bytes) = samples.storage else { continue }
        let order = (0..<40).map { Int32($0 * 25) } + [0, 0, Int32(samples.count - 1)]
        let masks = MaskLayout.plain(width)
        func rows(_ reader: some SampleReader<MaskedInput>) -> MaskedRows {
          let rows = reader.makeRows(capacity: 50)
          reader.read(order, count: order.count, epoch: 0, into: rows, first: 3)
          reader.prefetch(order, count: order.count)
          return rows
        }
        let packed = try #require(PackedReader(samples, bytes, masks: masks, kernels: kernels))
        let read = [
          rows(packed),
          rows(MaskingReader(samples, masks: masks, kernels: kernels)),
        ]
        var isSame = true
        for row in 3..<(3 + order.count) {
          for word in 0..<read[0].words {
            let index = row * read[0].words + word
            isSame = isSame && read[0].masks.pointer[index] == read[1].masks.pointer[index]
            isSame = isSame && read[0].offsets.pointer[index] == read[1].offsets.pointer[index]
          }
          let count = (0..<read[0].words).reduce(0) {
            $0 + read[0].masks.pointer[row * read[0].words + $1].nonzeroBitCount
          }
          for value in 0..<count {
            isSame =
              isSame
              && read[0].starts.pointer[row][value].bitPattern == read[1].starts.pointer[row][value].bitPattern
          }
        }
        #expect(isSame, "width \(width)")
      }
    }

    @Test("Runs on the same samples share their packed rows, others have their own, and none outlives its runs")
    func sharing() {
      let samples = Self.bytes(samples: 90, width: 131, transform: .dividing(by: 255))
      var fewer = samples
      fewer.rows.removeLast()
      let equal = Self.bytes(samples: 90, width: 131, transform: .dividing(by: 255))
      @Sendable func packed(_ samples: Samples) -> PackedRows? {
        let reader = InputReader(samples, form: .masked, kernels: .fastest, packsAhead: true)
        return if case .packed(let reader) = reader { reader.packed } else { nil }
      }
      let rows = [samples, samples, fewer, equal].map(packed)
      #expect(rows[0] != nil && rows[0] === rows[1])
      #expect(rows[2] !== rows[0] && rows[3] !== rows[0])
      // Networks that begin side by side.
      let others = (0..<20).map { _ in
        let samples = Self.bytes(samples: 2000, width: 131, transform: .dividing(by: 255))
        let found = Guarded<[PackedRows?]>([])
        ParallelLoop.onThreads(4) {
          let rows = packed(samples)
          found.withLock { $0.append(rows) }
        }
        return found.withLock { $0 }
      }
      #expect(others.allSatisfy { rows in rows[0] != nil && rows.allSatisfy { $0 === rows[0] } })
      weak var gone: PackedRows?
      do {
        let other = Self.bytes(samples: 90, width: 131, transform: .dividing(by: 255))
        gone = packed(other)
      }
      #expect(gone == nil)
    }

    @Test("The automatic input is masked where few inputs are nonzero, and dense where a shift leaves none zero")
    func automatic() throws {
      let topology = try #require(Self.topology)
      for (name, form) in [("scaled", InputForm.masked), ("standardized", .dense)] {
        let transform = try #require(Self.transforms[name])
        let trainer = try Trainer(
          topology, training: Self.bytes(samples: 90, width: 131, transform: transform))
        #expect(trainer.choices.input == form, "\(name)")
      }
    }
  }
}
