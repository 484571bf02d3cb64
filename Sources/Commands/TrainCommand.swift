/// `descent train`: trains a network.
struct TrainCommand: Command {
  static let declaration = CommandDeclaration(
    name: "train",
    summary: "trains a network, prints one line an epoch, evaluates on the test split, can save the model",
    notes: [
      "Without --data it trains on MNIST in Data/mnist ('descent data fetch' brings it), else on built-in digits.",
      "A class is the output that is largest; for a single sigmoid output, the second from 0.5 on.",
      "Ctrl-C ends the run after the step in hand, with status 130; a second one ends it at once.",
    ],
    groups: TrainOptions.groups)

  let options: TrainOptions

  init(_ arguments: Arguments) throws(UsageError) {
    options = try TrainOptions(arguments)
  }

  var isQuiet: Bool { options.isQuiet }
}
