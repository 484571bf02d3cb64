import Files

/// The commands whose machinery is being built in other modules: they parse and explain themselves, and say that they can't run.
/// This file goes when they are joined.
protocol PendingCommand {}

extension PendingCommand where Self: Command {
  func run(_ console: Console) throws -> ExitStatus {
    throw FileError(file: Self.declaration.name, found: "a build without its machinery", expected: "a later one")
  }
}

extension TrainCommand: PendingCommand {}
extension EvaluateCommand: PendingCommand {}
extension PredictCommand: PendingCommand {}
