/// Names of a checkpoint's tensors and metadata, besides `TensorName`.
enum CheckpointNames {
  static let epochs = "epochs"
  static let order = "order"
  static let checksum = "checksum"
  static let state = "state"
  static let options = "options"
  static let best = "best."
  static let average = "average."
  static func snapshot(_ epoch: Int) -> String { "snapshots.\(epoch)." }
  static func optimizer(_ index: Int) -> String { "optimizer.\(index)." }
}
