import Descent

let points = try Samples(features: [1, 2, 3, 4], width: 1, targets: [2, 4, 6, 8])
let network = try Topology(for: points, hidden: [], output: .identity)
let (epochs, ends) = AsyncStream.makeStream(of: Void.self)
let training = Task.detached {
  defer { ends.finish() }
  // Without a number of epochs it runs until it is stopped.
  try Trainer(
    network, training: points,
    configuration: .init {
      $0.learningRate = 0.01
      $0.epochs = nil
    }
  ).run { _ in
    ends.yield()
    return .continue
  }
}
// It is under way once its first epoch has ended.
for await _ in epochs { break }
training.cancel()
do {
  _ = try await training.value
} catch is CancellationError {
  print("canceled")
}
