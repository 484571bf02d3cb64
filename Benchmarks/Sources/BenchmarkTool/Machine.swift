import Foundation
import JSON
import Kernels
import Training

/// The conditions under which figures were measured.
struct Machine {
  var processor: String
  var cores: Int
  var instructionSets: [InstructionSet]
  var compiler: String
  var commit: String?
  var loadAverage: Double?
  var date: String

  static var current: Machine {
    Machine(
      processor: processorName(), cores: Cores.available, instructionSets: InstructionSet.available,
      compiler: output(["swift", "--version"])?.split(separator: "\n").first { $0.contains("Swift version") }
        .map(String.init) ?? "Swift, version unknown",
      commit: commitInWork(), loadAverage: loadAverage(),
      date: Date().formatted(.iso8601))
  }

  /// Processes that ran or wanted to, mean of the last minute.
  static func loadAverage() -> Double? {
    var averages = [0.0, 0.0, 0.0]
    return getloadavg(&averages, 3) >= 1 ? averages[0] : nil
  }

  var text: String {
    var lines = [
      "\(processor), \(cores) cores, \(instructionSets.map(\.rawValue).joined(separator: ", "))",
      compiler, "commit \(commit ?? "unknown"), \(date)",
    ]
    if let loadAverage {
      lines.append("load average \((loadAverage * 100).rounded() / 100)")
      if loadAverage > 0.5 {
        lines.append("WARNING: others use this machine: the figures below are too low and scatter.")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  var json: JSONValue {
    [
      "processor": .string(processor), "cores": .number(cores),
      "instruction_sets": .array(instructionSets.map { .string($0.rawValue) }), "compiler": .string(compiler),
      "commit": .string(commit), "load_average": .number(loadAverage), "date": .string(date),
    ]
  }

  private static func processorName() -> String {
    #if os(Linux)
      let lines = ((try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "").split(separator: "\n")
      func value(_ key: String) -> String? {
        lines.first { $0.hasPrefix(key) }?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(
          in: .whitespaces)
      }
      let name = value("model name") ?? "processor unknown"
      // A virtual machine's name may hide which it is: family and model do not.
      guard let family = value("cpu family"), let model = value("model\t") else { return name }
      return "\(name) (family \(family), model \(model))"
    #else
      return output(["sysctl", "-n", "machdep.cpu.brand_string"])?.trimmingCharacters(in: .newlines)
        ?? "processor unknown"
    #endif
  }

  /// The sources' commit, with a mark where they were changed since.
  private static func commitInWork() -> String? {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
    return output(["git", "-C", folder, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"])?
      .trimmingCharacters(in: .newlines)
  }

  /// The output of a command; nil if it is missing or fails.
  private static func output(_ command: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }
}
