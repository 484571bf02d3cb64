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
  /// A folder of MNIST's four files, or any source that `descent` takes; nil: MNIST if it is available, else synthetic digits.
  var data: String?
  /// Interleaved repetitions of whole epochs; nil: nine, with `--quick` three.
  var rounds: Int?
  /// The tables that kernels are measured of; nil: all that the processor has.
  var instructionSets: [InstructionSet]?
  /// A part of the names of the kernels, runs and ratios that are measured; nil: all of them.
  var filter: String?
  /// Of `fixed`.
  var fixed = FixedRun()

  static let help = """
    usage: benchmarks [all|kernels|barriers|step|epochs|choices|ratios|exchange|fixed] [options]

      kernels  each kernel's rate, and its share of the multiply-add peak measured beside it
      barriers the time of a barrier, of waiting at it, and of exchanging numbers between two workers
      step     the phases of a training step
      epochs   networks × batch sizes × optimizers × strategies × workers, in alternation
      choices  the difference between --gradients auto, --workers auto and the best of all combinations
      all      these five (the default)
      ratios   ratios of times that must hold on any machine; status 1 if one does not
      exchange under mpirun -n R: the time of a step's exchanges between ranks, by their bytes
      fixed    a small, always identical run, for callgrind

      --json FILE             also write the figures as JSON
      --quick                 fewer and shorter repetitions
      --data SOURCE           default: MNIST in $DESCENT_MNIST or Data/mnist, else synthetic digits
      --rounds N              interleaved repetitions of epochs (9)
      --instruction-set LIST  the tables of kernels to measure (all that the processor has)
      --filter TEXT           only kernels, runs and ratios with TEXT in their names
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

  /// True for the name of a kernel, run or ratio that is to be measured.
  func selects(_ name: String) -> Bool { filter.map(name.contains) ?? true }

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
