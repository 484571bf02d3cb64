import Random

/// Data sets small enough to be trained on in no time.
enum SmallData {
  /// Three clouds of points in the plane, as a table: the class first. Seed 7.
  static func clouds(_ count: Int = 90, classes: Int = 3, header: Bool = true) -> String {
    var random = RandomSource(seed: 7, purpose: .sampling)
    var text = header ? "class,x,y\n" : ""
    for index in 0..<count {
      let kind = index % classes
      let x = Double(kind) * 3 + random.normal() * 0.4
      let y = Double(kind % 2) * 3 + random.normal() * 0.4
      text += "\(kind),\(x),\(y)\n"
    }
    return text
  }

  /// A plane with a little noise, z = 2x − y + 1: the target last. Seed 8.
  static func plane(_ count: Int = 60) -> String {
    var random = RandomSource(seed: 8, purpose: .sampling)
    var text = "x,y,z\n"
    for _ in 0..<count {
      let (x, y) = (random.normal(), random.normal())
      text += "\(x),\(y),\(2 * x - y + 1 + random.normal() * 0.05)\n"
    }
    return text
  }

  /// Flowers of two kinds: length, width, and last the kind, as text.
  static func flowers(_ rows: Range<Int> = 0..<40) -> [[String]] {
    rows.map { row in
      let isBig = row % 2 == 0
      return [
        "\(Double(row % 5) + (isBig ? 9 : 1))", "\(Double(row % 3) * 0.5 + (isBig ? 0 : 4))",
        isBig ? "dandelion" : "lily",
      ]
    }
  }

  /// Images of 2 × 3 pixels, in four files.
  static func idxFolder(_ scratch: Scratch, _ name: String, training: Int = 12, test: Int = 6) throws {
    for (split, count) in [("train", training), ("t10k", test)] {
      let labels = (0..<count).map { UInt8($0 % 3) }
      let pixels = labels.flatMap { label in (0..<6).map { UInt8($0 / 2) == label ? UInt8(200) : 0 } }
      try scratch.write("\(name)/\(split)-images-idx3-ubyte", IDXBytes.file([UInt32(count), 2, 3], pixels))
      try scratch.write("\(name)/\(split)-labels-idx1-ubyte", IDXBytes.file([UInt32(count)], labels))
    }
  }
}

extension Scratch {
  /// Writes a CSV file with a header, and returns its path.
  func table(_ name: String, _ header: [String], _ rows: [[String]]) throws -> String {
    try write(name, ([header] + rows).map { $0.joined(separator: ",") + "\n" }.joined())
  }
}
