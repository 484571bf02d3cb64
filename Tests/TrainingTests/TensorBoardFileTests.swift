import Files
import Foundation
import Networks
import Testing

@testable import Training

@Suite("Event files of TensorBoard")
struct TensorBoardFileTests {
  @Test("Event files have the check of RFC 3720, and its mask")
  func check() {
    #expect(CRC32C.sum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.sum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.sum(0..<32) == 0x46DD_794E)
    #expect(CRC32C.masked([]) == 0xA282_EAD8)
  }

  /// The messages of a file, each with its checks confirmed.
  private static func messages(_ bytes: [UInt8]) throws -> [[UInt8]] {
    var messages: [[UInt8]] = []
    var rest = bytes[...]
    func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    while !rest.isEmpty {
      try #require(rest.count >= 16)
      let length = rest.prefix(8)
      let count = Int(number(length))
      try #require(rest.count >= 16 + count)
      let message = rest.dropFirst(12).prefix(count)
      #expect(number(rest.dropFirst(8).prefix(4)) == UInt64(CRC32C.masked(length)))
      #expect(number(rest.dropFirst(12 + count).prefix(4)) == UInt64(CRC32C.masked(message)))
      messages.append(Array(message))
      rest = rest.dropFirst(16 + count)
    }
    return messages
  }

  private static func epoch(_ number: Int) -> EpochMetrics {
    EpochMetrics(
      epoch: number, steps: 10, seconds: 1, trainLoss: 1 / Double(number), trainAccuracy: 0.5, testLoss: .nan,
      samplesPerSecond: 100, learningRate: 0.1, gradientNorm: 1)
  }

  private static let parameters = Parameters(layers: [.init(weight: [1, 2, 3, 4], bias: [0, 0])])

  private static func contents(_ folder: String) throws -> [[[UInt8]]] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
      try messages(Array(Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))))
    }
  }

  private static func has(_ message: [UInt8], _ text: String) -> Bool {
    String(decoding: message, as: UTF8.self).contains(text)
  }

  @Test("hold a version, a start, and figures and histograms of every epoch; what is not finite is left out")
  func contents() throws {
    try withTemporaryFolder { try checkContents($0 + "/board") }
  }

  private func checkContents(_ folder: String) throws {
    let file = try TensorBoardFile(folder: folder, history: EpochHistory())
    for number in 1...3 { try file.write(Self.epoch(number), Self.parameters, step: 10 * number) }
    let files = try Self.contents(folder)
    let messages = try #require(files.first)
    #expect(files.count == 1 && messages.count == 2 + 2 * 3)
    #expect(Self.has(messages[0], "brain.Event:2"))
    for tag in ["loss/train", "accuracy/train", "learning_rate"] {
      #expect(messages.count { Self.has($0, tag) } == 3, "\(tag)")
    }
    #expect(!messages.contains { Self.has($0, "loss/test") })
    #expect(messages.count { Self.has($0, "layers.0.weight") && Self.has($0, "layers.0.bias") } == 3)
  }

  @Test(
    "of a run that goes on have the earlier epochs where the folder has no other file, and a start at its step where it has"
  )
  func goesOn() throws {
    try withTemporaryFolder { folder in
      let history = EpochHistory((1...2).map(Self.epoch))
      for run in 0..<2 {
        let file = try TensorBoardFile(folder: folder, history: history)
        try file.write(Self.epoch(3), Self.parameters, step: 30 + run)
      }
      let counts = try Self.contents(folder).map { file in file.count { Self.has($0, "loss/train") } }
      #expect(counts.sorted() == [1, 3])
      // Step 21 (field 2) and START (1) in the session log (7): what an interrupted third epoch has written is hidden.
      let restart: [UInt8] = [2 << 3, 21, 7 << 3 | 2, 2, 1 << 3, 1]
      #expect(try Self.contents(folder).joined().count { $0.suffix(6) == restart } == 1)
    }
  }

  @Test("A folder's name that a file has is refused")
  func refused() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: URL(fileURLWithPath: folder + "/taken"))
      #expect(throws: FileError.self) {
        try TensorBoardFile(folder: folder + "/taken", history: EpochHistory())
      }
    }
  }

  @Test("Histograms count every finite number once, between the least and the largest")
  func histogram() {
    let histogram = Histogram([-1, 0, 0.5, 1, .nan, .infinity], bins: 4)
    #expect(histogram.counts == [1, 0, 1, 2] && histogram.limits == [-0.5, 0, 0.5, 1])
    #expect(histogram.count == 4 && histogram.sum == 0.5 && histogram.squares == 2.25)
    let equal = Histogram([3, 3, 3], bins: 2)
    #expect(equal.counts == [3, 0] && equal.limits[0] > 3 && equal.limits[1] > equal.limits[0])
    #expect(Histogram([]).counts.allSatisfy { $0 == 0 })
  }
}
