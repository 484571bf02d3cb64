import JSON
import Kernels
import Reports
import Training

/// `descent info`: the program and the machine.
struct InfoCommand: Command {
  static let declaration = CommandDeclaration(
    name: "info", summary: "tells the version, the cores and the instruction set that training uses",
    groups: [OptionGroup(title: "Output", options: [CommonOptions.jsonOption])])

  let printsJSON: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    printsJSON = try arguments.value(CommonOptions.jsonOption)
  }

  func run(_ console: Console) throws -> ExitStatus {
    let machine = MachineInfo.current
    try console.output.write(printsJSON ? machine.json.text + "\n" : machine.text)
    return .done
  }
}

/// What `info` tells.
struct MachineInfo: Sendable, Equatable {
  var version: String
  var cores: Int
  /// The fastest first: the one in use.
  var instructionSets: [InstructionSet]
  /// Measured, of one core, in GFLOP/s; a multiplication and an addition are two.
  var multiplyAddPeak: Double?

  static var current: MachineInfo {
    MachineInfo(version: Version.current, cores: Cores.available, instructionSets: InstructionSet.available)
  }

  var json: JSONValue {
    [
      "version": .string(version), "cores": .number(cores),
      "instruction_set": .string(instructionSets.first?.rawValue),
      "instruction_sets": .array(instructionSets.map { .string($0.rawValue) }),
      "multiply_add_peak": .number(multiplyAddPeak),
    ]
  }

  var text: String {
    var table = TextTable([.init("", .left), .init("", .left)])
    table.add(["version", version])
    table.add(["cores", String(cores)])
    table.add(["instruction set", instructionSets.first?.rawValue ?? ""])
    table.add(["instruction sets", instructionSets.map(\.rawValue).joined(separator: ", ")])
    if let multiplyAddPeak {
      table.add(["multiply-add peak", NumberText.fixed(multiplyAddPeak, 1) + " GFLOP/s on one core"])
    }
    return table.text
  }
}
