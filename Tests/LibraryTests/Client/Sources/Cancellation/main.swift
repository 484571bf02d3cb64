import Descent

let points = try Samples(features: [1, 2, 3, 4], width: 1, targets: [2, 4, 6, 8])
let network = try Topology(for: points, hidden: [], output: .identity)
let training = Task.detached {
  // Without a number of epochs it runs until it is stopped.
  try Trainer(
    network, training: points,
    configuration: .init {
      $0.learningRate = 0.01
      $0.epochs = nil
    }
  ).run()
}
try await Task.sleep(for: .milliseconds(50))
training.cancel()
do {
  _ = try await training.value
} catch is CancellationError {
  print("canceled")
}
