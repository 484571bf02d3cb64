import Descent

let digits = try DataSource("synthetic:2000,500").load()  // or "Data/mnist"
let network = try Topology(for: digits.training, hidden: [128], activations: [.relu])
let trainer = try Trainer(
  network, training: digits.training, test: digits.test, configuration: .init { $0.epochs = 3 })
while let epoch = try trainer.nextEpoch() {
  print("epoch \(epoch.epoch): loss \(epoch.trainLoss), test accuracy \(epoch.testAccuracy ?? 0)")
}
try trainer.model(preprocessing: digits.preprocessing).write(to: "digits.safetensors")
