import Descent

// Exclusive or: four points, each with a label.
let points = try Samples(
  features: [0, 0, 0, 1, 1, 0, 1, 1], width: 2, labels: ["equal", "different", "different", "equal"])
let network = try Topology(for: points, hidden: [8], activations: [.tanh])
let trainer = try Trainer(
  network, training: points,
  configuration: .init {
    $0.optimizer = Adam()
    $0.learningRate = 0.05
    $0.epochs = 1000
  })

// A call after every epoch, which may end the run.
try trainer.run { epoch in epoch.trainLoss < 0.01 ? .stop : .continue }

// The preprocessing of the arrays: none.
try trainer.model(preprocessing: Preprocessing()).write(to: "xor.safetensors")

let answer = try trainer.predictor.predict([1, 0])
print(answer.label ?? "", answer.outputs)
