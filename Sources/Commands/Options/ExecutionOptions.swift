import Kernels
import Networks
import Training

/// Execution options. They change results by rounding only, except for `averageEvery`, which changes the algorithm.
struct ExecutionOptions: Sendable, Equatable {
  /// The number of threads; `nil` for automatic.
  var workers: Int?
  var gradients: GradientChoice
  var input: InputChoice
  /// The instruction set of the kernels; nil for the fastest of this processor.
  var instructionSet: InstructionSet?
  /// The precision of dense products in training; nil for `bfloat16` where it is faster.
  var precision: Precision? = .float32
  /// The time in seconds after which the run ends if a rank does not answer.
  var rankTimeout = 600.0
  /// The number of steps after which the parameters of ranks become their mean; `nil` sums gradients in every step.
  var averageEvery: Int?

  /// The float32 kernels.
  var kernels: Kernels { instructionSet.map { Kernels($0) } ?? .fastest }

  /// The kernels of a gradient in `precision`, by default on the matrix unit if there is one, as in training.
  var kernelsInPrecision: Kernels {
    guard precision == .bfloat16, let set = instructionSet ?? Precision.bfloat16Sets.last else { return kernels }
    return Kernels(set, precision: .bfloat16)
  }

  /// The names of `--gradients`.
  enum GradientChoice: String, CaseIterable, Sendable {
    case auto
    case partial
    case owned

    /// nil for `auto`.
    var strategy: GradientStrategy? { GradientStrategy(rawValue: rawValue) }
  }

  /// The names of `--input`.
  enum InputChoice: String, CaseIterable, Sendable {
    case auto
    case dense
    case masked

    /// nil for `auto`.
    var form: InputForm? { InputForm(rawValue: rawValue) }
  }

  static let workersOption = Option(
    "workers", ValueKind<Int?>.workers, default: "auto",
    "number of workers, each with a thread; auto: as many as the step can use, at most the available cores, and in "
      + "training fewer threads while that is faster",
    traits: [.listAxis, .execution, .automatic],
    otherNames: OtherNames(
      short: "w", synonyms: ["threads"], ["jobs", "n-jobs", "num-workers", "num-threads", "j", "cores", "processes"]))
  static let gradientsOption = Option(
    "gradients", .choice("NAME", of: GradientChoice.allCases), default: "auto",
    "gradient strategy: partial (data parallel: each worker sums its shard's gradient, then all-reduce) or owned (each "
      + "worker computes a slice of the gradient over the whole batch: the same bits for any number of workers)",
    traits: [.listAxis, .execution, .automatic], otherNames: ["gradient", "strategy"])
  static let inputOption = Option(
    "input", .choice("NAME", of: InputChoice.allCases), default: "auto",
    "input form: masked skips zero inputs; auto chooses by the data's density", traits: [.axis, .execution, .automatic])
  static let instructionSetOption = Option(
    "instruction-set", ValueKind<InstructionSet?>.instructionSet, default: "auto",
    "instruction set of the kernels", traits: [.listAxis, .execution, .automatic],
    otherNames: ["isa", "instructions", "simd"])

  static let precisionOption = Option(
    "precision", ValueKind<Precision?>.precision, default: Precision.float32.rawValue,
    "operands of dense matrix products in training: bfloat16 rounds them; sums, weights and optimizer state stay "
      + "float32, and so do evaluation and a masked first layer",
    traits: [.axis, .execution, .automatic], otherNames: ["dtype", "amp"])

  /// The same option for a check of the gradient of training.
  static let checkedPrecisionOption = Option(
    precisionOption.name, ValueKind<Precision?>.precision, default: Precision.float32.rawValue,
    "operands of dense matrix products of the checked gradient: bfloat16 rounds them as 'train' does, with bounds by this "
      + "rounding; auto: float32", traits: precisionOption.traits, otherNames: precisionOption.otherNames)

  static let averageEveryOption = Option(
    "average-every", orOff: .wholeNumber(1...BudgetOptions.maximumSteps).described("K"),
    "local SGD under mpirun or srun: each rank trains alone on its part of every batch, and every K steps and at the "
      + "epoch's end the parameters become the mean over ranks",
    traits: [.trainOnly], otherNames: ["local-steps", "sync-every", "local-sgd"])

  static let rankTimeoutOption = Option(
    "rank-timeout",
    .number(.positive).described("SECONDS"), default: "600",
    "under mpirun or srun: seconds after which the run ends because a rank does not answer",
    traits: [.trainOnly, .mayChangeOnResume])

  /// The options for training.
  static let group = OptionGroup(
    title: title,
    options: [
      workersOption, gradientsOption, inputOption, instructionSetOption, precisionOption, averageEveryOption,
      rankTimeoutOption,
    ])
  static let title = "Execution"
  /// The options for the use of a model on samples.
  static let inferenceGroup = OptionGroup(
    title: title, options: [workersOption, instructionSetOption, rankTimeoutOption])
}

extension ExecutionOptions {
  init(_ arguments: Arguments) throws(UsageError) {
    self.init(
      workers: try arguments.value(Self.workersOption),
      gradients: try arguments.valueIfDeclared(Self.gradientsOption) ?? .auto,
      input: try arguments.valueIfDeclared(Self.inputOption) ?? .auto,
      instructionSet: try arguments.value(Self.instructionSetOption),
      precision: try arguments.valueIfDeclared(Self.precisionOption) ?? .float32,
      rankTimeout: try arguments.valueIfDeclared(Self.rankTimeoutOption) ?? Self.rankTimeoutOption.absent,
      averageEvery: try arguments.valueIfDeclared(Self.averageEveryOption) ?? nil)
    if let instructionSet, !instructionSet.isUsable {
      throw .value(
        option: Self.instructionSetOption.name, found: instructionSet.rawValue,
        allowed: "another: the operating system does not permit this process to use the matrix unit", nearest: nil)
    }
    try Self.checkTiles(
      instructionSet, precision, isTraining: arguments.declares(Self.precisionOption),
      isPrecisionGiven: arguments.isGiven(Self.precisionOption))
    if let precision, let instructionSet, !Precision.available(with: instructionSet).contains(precision) {
      throw .combination(
        options: [arguments.spelling(Self.precisionOption), arguments.spelling(Self.instructionSetOption)],
        reason: "\(instructionSet.rawValue) has no products in \(precision.rawValue)",
        expected: "--precision float32, or --instruction-set auto")
    }
  }
}

extension ExecutionOptions {
  /// Refuses the matrix unit for work in float32, which would run on vectors.
  ///
  /// - Parameters:
  ///   - precision: nil for an automatic choice, which may be either.
  ///   - isPrecisionGiven: false if the precision is the default, which the message does not name as an option.
  static func checkTiles(
    _ instructionSet: InstructionSet?, _ precision: Precision?, isTraining: Bool, isPrecisionGiven: Bool
  ) throws(UsageError) {
    guard instructionSet == .amx, precision == .float32 else { return }
    guard isTraining else {
      throw .value(
        option: instructionSetOption.name, found: InstructionSet.amx.rawValue,
        allowed: "another: outside of training all products are in float32, which the matrix unit does not have",
        nearest: nil)
    }
    guard isPrecisionGiven else {
      throw .value(
        option: instructionSetOption.name, found: InstructionSet.amx.rawValue,
        allowed:
          "another, or \(InstructionSet.amx.rawValue) with --\(precisionOption.name) bfloat16, the only products "
          + "of the matrix unit", nearest: nil)
    }
    throw .combination(
      options: ["--\(instructionSetOption.name) amx", "--\(precisionOption.name) float32"],
      reason: "the matrix unit has no products in float32",
      expected: "--\(precisionOption.name) bfloat16, or --\(instructionSetOption.name) avx512")
  }
}

extension ExecutionOptions {
  /// A line on products in bfloat16 that are asked for and run on vectors with half the rate of float32; nil elsewhere.
  ///
  /// - Parameter ranks: the number of ranks; several use the matrix unit only if it is named.
  static func slownessLine(_ arguments: Arguments, ranks: Int) -> String? {
    guard arguments.texts(precisionOption).contains(Precision.bfloat16.rawValue), Precision.isBFloat16SlowOnVectors
    else {
      return nil
    }
    return slownessLine(arguments.texts(instructionSetOption)) { ranks == 1 && InstructionSet.amx.isUsable }
  }

  /// The line for products in bfloat16 with these texts of `--instruction-set`; nil if all run on a matrix unit.
  ///
  /// - Parameter usesTiles: asked if the choice is automatic: true if it is the matrix unit.
  static func slownessLine(_ instructionSets: [String], usesTiles: () -> Bool) -> String? {
    let sets =
      instructionSets.isEmpty ? ["auto"] : instructionSets.flatMap { $0.split(separator: ",").map(String.init) }
    guard sets.contains(InstructionSet.avx512.rawValue) || sets.contains("auto") && !usesTiles() else { return nil }
    return "descent: bfloat16 runs on vectors, on which processors of Intel have half the rate of float32. Faster are "
      + "their matrix unit, where the system permits it (--\(instructionSetOption.name) amx), and AMD's processors "
      + "since Zen 4."
  }
}

extension ValueKind where Value == Int? {
  /// Up to the largest team, or `auto`.
  fileprivate static var workers: ValueKind {
    ValueKind<Int>.wholeNumber(1...WorkerTeam.largest).map { Int?.some($0) }.or("auto", meaning: nil)
  }
}

extension ValueKind where Value == InstructionSet? {
  /// One that this processor supports, or `auto`.
  fileprivate static var instructionSet: ValueKind {
    let names = ["auto"] + InstructionSet.supportedByProcessor.map(\.rawValue)
    return ValueKind(
      placeholder: "NAME", allowed: "one of \(names.joined(separator: ", ")) on this processor",
      explanation: "auto, or one that 'descent info' lists", words: names,
      read: { text in
        if text == "auto" { return .some(nil) }
        return InstructionSet.supportedByProcessor.first { $0.rawValue == text }.map { .some($0) }
      })
  }
}

extension ValueKind where Value == Precision? {
  /// One that this processor supports, or `auto`.
  fileprivate static var precision: ValueKind {
    let available = Precision.available(with: InstructionSet.available[0])
    let names = ["auto"] + available.map(\.rawValue)
    let processors = "a processor with AVX512_BF16: AMD since Zen 4, Intel Xeon since Sapphire Rapids"
    let synonyms = ["bf16": Precision.bfloat16, "fp32": .float32, "float": .float32].mapValues(\.rawValue)
    let others =
      (available.contains(.bfloat16) ? "" : "; bfloat16 needs \(processors)")
      + "; bfloat16x2 is not available: there are no kernels for it"
    return ValueKind(
      placeholder: "NAME", allowed: "one of \(names.joined(separator: ", ")) on this processor\(others)",
      explanation: "auto, or one that 'descent info' lists", words: names,
      read: { text in
        if text == "auto" { return .some(nil) }
        return available.first { $0.rawValue == text }.map { .some($0) }
      }
    ).accepting(synonyms).remarking { text in
      guard let meant = synonyms[text.lowercased()] else { return nil }
      return "\(text) means \(meant), which this processor lacks"
    }
  }
}
