import Files

@testable import Datasets
@testable import Pictures

/// Pictures, up to what a model gets of them. An odd first byte: the bytes as they are. Else a PNG is put together: each chunk a
/// byte that chooses its name, one for its length, and its contents; lengths and check sums are right, and the pixels packed.
func tryImage(_ bytes: [UInt8]) {
  guard let choice = bytes.first else { return }
  let content = choice & 1 == 1 ? Array(bytes.dropFirst()) : picture(bytes.dropFirst())
  if let orientation = JPEGOrientation(content) {
    precondition((1...8).contains(orientation.value) && orientation.bytes.upperBound <= content.count, "in the file")
  }
  // JPEG is decoded by another program of the system, which is not what is tried here.
  guard !content.starts(with: [0xFF, 0xD8, 0xFF]) else { return }
  let path = InputFile.write(content, ending: ".png")
  let image = outcome { () throws(FileError) in try ImageFile.read(path) }
  guard case .success(let image) = image else { return }
  precondition(image.gray.count == image.width * image.height, "a gray for each pixel")
  precondition(image.opacity.map { $0.count == image.gray.count } ?? true, "an opacity for each pixel")
  let form = outcome { () throws(FileError) in try MNISTForm(file: path) }
  if case .success(let form) = form { precondition(form.pixels.count == 784, "28 × 28 pixels") }
}

private let names = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "tEXt", "ABCD", "IDAT"]

private func picture(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
  var content = PNGFile.signature
  var rest = bytes
  while let choice = rest.popFirst(), let length = rest.popFirst() {
    let part = Array(rest.prefix(Int(length)))
    rest = rest.dropFirst(part.count)
    let name = names[Int(choice) % names.count]
    let inside = Array(name.utf8) + (name == "IDAT" ? Deflated.zlib(part) : part)
    content += Deflated.little(UInt32(inside.count - 4)).reversed() + inside
    content += Deflated.little(Deflated.checksum(inside)).reversed()
  }
  return content
}
