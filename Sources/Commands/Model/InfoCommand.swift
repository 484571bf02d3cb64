import JSON
import Kernels
import Models
import Reports
import Training

/// `descent info [MODEL]`: describes the program and the machine, or a model file.
struct InfoCommand: Command {
  static let declaration = CommandDeclaration(
    name: "info",
    positionals: [
      .init(
        name: "MODEL", meaning: "a model's file, to describe its layers, classes and preprocessing", isOptional: true)
    ],
    summary: "reports version, cores and instruction set, or the layers of a model",
    groups: [OptionGroup(title: "Output", options: [CommonOptions.jsonOption])])

  /// The model's file.
  let file: String?
  let printsJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    file = arguments.positionals.first
    printsJSON = try arguments.value(CommonOptions.jsonOption)
  }

  func run(_ console: Console) throws -> ExitStatus {
    let model = try file.map { try ModelInfo(file: $0, model: ModelFile.named($0)) }
    model?.model.assumptions(file: model?.file ?? "", nil).map { console.note($0) }
    if !printsJSON, let model {
      try console.output.write(model.text(width: console.terminalWidth))
      return .done
    }
    let machine = MachineInfo.current
    try console.output.write(
      printsJSON ? machine.json(model: model).text + "\n" : machine.text(width: console.terminalWidth))
    return .done
  }
}

/// The machine, as `info` reports it.
struct MachineInfo: Sendable, Equatable {
  var version: String
  var cores: Int
  /// Fastest first; the first one is used. `amx`, for products in bfloat16 alone, is the last.
  var instructionSets: [InstructionSet]
  /// The precisions that the first instruction set supports.
  var precisions: [Precision] = [.float32]
  /// Measured rate of one core in GFLOP/s; a multiplication and an addition are two operations.
  var multiplyAddPeak: Double?

  /// Measures the peak in about 50 ms.
  static var current: MachineInfo {
    MachineInfo(
      version: Version.current, cores: Cores.available,
      instructionSets: InstructionSet.usable,
      precisions: Precision.available(with: InstructionSet.available[0]),
      multiplyAddPeak: MultiplyAddPeak(InstructionSet.available[0]).highestRate() / 1e9)
  }

  func json(model: ModelInfo?) -> JSONValue {
    [
      "version": .string(version), "cores": .number(cores),
      "instruction_set": .string(instructionSets.first?.rawValue),
      "instruction_sets": .array(instructionSets.map { .string($0.rawValue) }),
      "precisions": .array(precisions.map { .string($0.rawValue) }),
      "multiply_add_peak": .number(multiplyAddPeak), "model": model?.json ?? .null,
    ]
  }

  func text(width: Int?) -> String {
    var table = TextTable([.init("", .left), .init("", .left)])
    table.add(["version", version])
    table.add(["cores", String(cores)])
    table.add(["instruction set", instructionSets.first?.rawValue ?? ""])
    table.add(["instruction sets", instructionSets.map(\.rawValue).joined(separator: ", ")])
    table.add(["precisions", precisions.map(\.rawValue).joined(separator: ", ")])
    if let multiplyAddPeak {
      table.add(["multiply-add peak", NumberText.fixed(multiplyAddPeak, 1) + " GFLOP/s on one core"])
    }
    return table.text(width: width)
  }
}
