import Files

@testable import Training

/// Checkpoints: the header up to a zero byte, then the numbers. Lengths are made right, and so is the checksum unless the first
/// byte is odd.
func tryCheckpoint(_ bytes: [UInt8]) {
  guard let choice = bytes.first else { return }
  let rest = bytes.dropFirst()
  let header = rest.prefix { $0 != 0 }
  var content = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
  content += rest.dropFirst(header.count + 1)
  if choice & 1 == 0 {
    let sum = content.withUnsafeBytes { XXH64.sum($0) }
    content += withUnsafeBytes(of: sum.littleEndian) { Array($0) }
  }
  let path = InputFile.write(content, ending: ".safetensors")
  do throws(CheckpointError) {
    let checkpoint = try Checkpoint.read(path)
    let state = checkpoint.state
    precondition(state.parameters.layers.count == state.widths.count - 1, "parameters for each layer")
    precondition(state.parameters.isFinite, "numbers to go on from")
  } catch {
    switch error {
    case .unusable(let reason), .newer(let reason): checkMessage(reason)
    }
  }
}
