import Testing

@Suite("Peak memory")
struct MemoryTests {
  @Test("A plain file and its packed rows are never both in memory whole")
  func packedRows() throws {
    let scratch = try Scratch()
    let rows = 30_000
    for (name, count) in [("few", 64), ("many", rows)] {
      // Every other pixel is lit: packed rows are six tenths of the file.
      let pixels = (0..<(count * 784)).map { UInt8($0 & 1) }
      try scratch.write("\(name)/train-images-idx3-ubyte", SmallData.idx([UInt32(count), 28, 28], pixels))
      try scratch.write(
        "\(name)/train-labels-idx1-ubyte", SmallData.idx([UInt32(count)], (0..<count).map { UInt8($0 % 10) }))
      try scratch.write("\(name)/t10k-images-idx3-ubyte", SmallData.idx([2, 28, 28], Array(pixels.prefix(2 * 784))))
      try scratch.write("\(name)/t10k-labels-idx1-ubyte", SmallData.idx([2], [0, 1]))
    }
    let peaks = try ["few", "many"].map { name in
      let outcome = try Executable.run(
        "train --data \(scratch.path)/\(name) --hidden 4 --steps 1 --input masked --quiet")
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.peakMemory
    }
    let more = Double(peaks[1] - peaks[0]) / Double(rows * 784)
    #expect(more < 1.35, "\(more) times the file")
  }
}
