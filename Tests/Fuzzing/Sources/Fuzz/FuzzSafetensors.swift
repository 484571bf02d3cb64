import Files
import Models

@testable import Training

/// Model files: by bit 1 of the first byte put together from lines (`SpelledTensors`); where it is odd, the header up to a zero byte,
/// whose length is made right, and then the numbers; else bytes as they are.
func trySafetensors(_ bytes: [UInt8]) {
  guard let choice = bytes.first else { return }
  var content = Array(bytes.dropFirst())
  if choice & 2 != 0 {
    content = SpelledTensors(content[...]).safetensors()
  } else if choice & 1 != 0 {
    let header = Array(content.prefix { $0 != 0 })
    content = SpelledTensors.headed(header) + content.dropFirst(header.count + 1)
  }
  // In memory and from a file: each has a way of its own to bound what it takes.
  let path = InputFile.write(content, ending: ".safetensors")
  let parsed = outcome { () throws(FileError) in try Safetensors.parse(content, file: path) }
  let read = outcome { () throws(FileError) in try Safetensors.read(path) }
  switch (parsed, read) {
  case (.success(let first), .success(let second)):
    precondition(first.bytes() == second.bytes(), "a file's tensors are its bytes'")
    let again = outcome { () throws(FileError) in try Safetensors.parse(first.bytes(), file: path) }
    precondition((try? again.get())?.bytes() == first.bytes(), "what was read can be written and read again")
  case (.failure, .failure): break
  default: preconditionFailure("a file and its bytes come to different ends")
  }
  let model = outcome { () throws(FileError) in try ModelFile.parse(content, file: path) }
  guard case .success(let model) = model else { return }
  do {
    let topology = try model.topology()
    precondition(model.parameters.fit(topology), "the numbers fit the network")
  } catch { checkLength("\(error)") }
}
