import Kernels
import Networks
import Training

/// An error of the benchmarks.
struct BenchmarkError: Error, CustomStringConvertible {
  var description: String
  /// True for a usage error.
  var isUsage = true

  init(_ description: String, isUsage: Bool = true) {
    self.description = description
    self.isUsage = isUsage
  }
}

/// The command line.
struct BenchmarkOptions {
  var command = "all"
  /// A file for the same figures as JSON.
  var json: String?
  /// Fewer and shorter repetitions, to check that everything runs.
  var isQuick = false
  /// A folder of MNIST's four files, or any source that `descent` takes; nil: MNIST where it is, else drawn digits.
  var data: String?
  /// Interleaved repetitions of whole epochs; nil: nine, with `--quick` three.
  var rounds: Int?
  /// The tables that kernels are measured of; nil: all that the processor has.
  var instructionSets: [InstructionSet]?
  /// Part of a kernel's or a run's name: only those are measured.
  var filter: String?
  /// Of `fixed`.
  var fixed = FixedRun()

  static let help = """
    usage: benchmarks [all|kernels|barriers|step|epochs|choices|ratios|exchange|fixed] [options]

      kernels  each kernel's rate, and its share of the multiply-add peak measured beside it
      barriers what it costs workers to meet, and to wait
      step     where the time of a training step goes
      epochs   networks × batch sizes × optimizers × strategies × workers, in turns
      choices  how far --gradients auto and --workers auto are behind the best of what they choose from
      all      these five (the default)
      ratios   ratios within this run that must hold on any machine; status 1 when one doesn't
      exchange under mpirun -n R: the time of a step's exchanges between ranks, by their bytes
      fixed    a small run that is always the same, to be counted by an instrument

      --json FILE             also write the figures as JSON
      --quick                 fewer and shorter repetitions
      --data SOURCE           default: MNIST in $DESCENT_MNIST or Data/mnist, else drawn digits
      --rounds N              interleaved repetitions of epochs (9)
      --instruction-set LIST  the tables of kernels to measure (all that the processor has)
      --filter TEXT           only what has TEXT in its name
      of fixed: --hidden W,W --batch-size N --optimizer NAME --gradients NAME --input NAME --workers N --steps N

    """

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    if let first = rest.first, !first.hasPrefix("-") {
      command = first
      rest = rest.dropFirst()
    }
    while let name = rest.popFirst() {
      switch name {
      case "--quick": isQuick = true
      case "--help", "-h": command = "help"
      default:
        guard let value = rest.popFirst() else { throw BenchmarkError("\(name): found no value after it") }
        try set(name, value)
      }
    }
    let commands = ["all", "kernels", "barriers", "step", "epochs", "choices", "ratios", "exchange", "fixed", "help"]
    if !commands.contains(command) {
      throw BenchmarkError("found the command '\(command)', expected one of \(commands.joined(separator: ", "))")
    }
  }

  private mutating func set(_ name: String, _ value: String) throws {
    switch name {
    case "--json": json = value
    case "--data": data = value
    case "--rounds": rounds = try Self.count(name, value)
    case "--filter": filter = value
    case "--instruction-set":
      instructionSets = try value.split(separator: ",").map { try Self.choice(name, String($0)) }
    case "--hidden": fixed.hidden = try value.split(separator: ",").map { try Self.count(name, String($0)) }
    case "--batch-size": fixed.batchSize = try Self.count(name, value)
    case "--optimizer": fixed.optimizer = value
    case "--gradients": fixed.gradients = try Self.choice(name, value)
    case "--input": fixed.input = try Self.choice(name, value)
    case "--workers": fixed.workers = try Self.count(name, value)
    case "--steps": fixed.steps = try Self.count(name, value)
    default: throw BenchmarkError("found the option '\(name)'; benchmarks --help lists them")
    }
    if let sets = instructionSets {
      for set in sets where !set.isUsable {
        throw BenchmarkError("--instruction-set: this processor lacks \(set.rawValue)")
      }
    }
  }

  private static func count(_ name: String, _ value: String) throws -> Int {
    guard let count = Int(value), count > 0 else {
      throw BenchmarkError("\(name): found '\(value)', expected a whole number from 1 on")
    }
    return count
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(_ name: String, _ value: String) throws -> Choice
  where Choice.RawValue == String {
    guard let choice = Choice(rawValue: value) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw BenchmarkError("\(name): found '\(value)', expected one of \(known)")
    }
    return choice
  }
}
