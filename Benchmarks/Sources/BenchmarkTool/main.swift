import Foundation
import JSON

// One command for everything that is timed on this machine alone; `peers/` compares with other programs.

do {
  #if DEBUG
    print("This is a debug build: the figures below say nothing. Use swift run -c release.")
  #endif
  let options = try BenchmarkOptions(Array(CommandLine.arguments.dropFirst()))
  if options.command == "help" {
    print(BenchmarkOptions.help, terminator: "")
  } else {
    exit(try BenchmarkProgram(options: options).run())
  }
} catch let error as BenchmarkError {
  FileHandle.standardError.write(Data("benchmarks: \(error)\n".utf8))
  exit(error.isUsage ? 2 : 1)
} catch {
  FileHandle.standardError.write(Data("benchmarks: \(error)\n".utf8))
  exit(1)
}
