import Testing
import Training

@testable import Commands

@Suite("Epochs on a terminal")
struct EpochTableTests {
  private static func epoch(_ number: Int, isValidated: Bool = false) -> EpochMetrics {
    var epoch = EpochMetrics(
      epoch: number, steps: 938, seconds: 0.0247, trainLoss: 0.35219, trainAccuracy: 0.90121,
      samplesPerSecond: 2_430_000,
      learningRate: 0.1, gradientNorm: 1)
    (epoch.testLoss, epoch.testAccuracy) = (0.182, 0.94663)
    if isValidated { (epoch.validationLoss, epoch.validationAccuracy) = (0.2, 0.94) }
    return epoch
  }

  private static func text(epochs: Int?, shown: Int, width: Int, isValidated: Bool = false) -> String {
    var table = EpochTable(epoch(1, isValidated: isValidated), epochs: epochs)
    var (text, heading) = ("", EpochHeading())
    for number in 1...shown {
      text += table.text(after: epoch(number, isValidated: isValidated), width: width, below: &heading)
    }
    return text + table.end(width: width, below: &heading)
  }

  @Test("A heading, then one row per epoch")
  func rows() {
    let saved = """
             train               test
      epoch      loss  accuracy      loss  accuracy       time  samples/s
        1/2    0.3522    0.9012    0.1820    0.9466    24.7 ms     2.43 M
        2/2    0.3522    0.9012    0.1820    0.9466    24.7 ms     2.43 M

      """
    let text = Self.text(epochs: 2, shown: 2, width: 80)
    #expect(text.split(separator: "\n").dropFirst() == saved.split(separator: "\n").dropFirst(), "\(text)")
    #expect(text.split(separator: "\n")[0].split(separator: " ") == ["train", "test"])
  }

  @Test("Rows of one of several networks begin with its name, and there are fewer of them", arguments: [3, 30, 2000])
  func named(epochs: Int) {
    var table = EpochTable(Self.epoch(1), epochs: epochs, name: "seed 7")
    var (text, heading) = ("", EpochHeading())
    for number in 1...epochs { text += table.text(after: Self.epoch(number), width: 80, below: &heading) }
    let rows = (text + table.end(width: 80, below: &heading)).split(separator: "\n").dropFirst(2)
    #expect(rows.allSatisfy { $0.hasPrefix("seed 7  ") && $0.count < 80 } && (3...12).contains(rows.count), "\(text)")
    #expect(rows.last?.contains("\(epochs)/\(epochs)") == true)
  }

  @Test("With an interval every so many epochs have a row, and the first and the last one")
  func interval() {
    var table = EpochTable(Self.epoch(1), epochs: 1000, interval: 3)
    var (text, heading) = ("", EpochHeading())
    for number in 1...8 { text += table.text(after: Self.epoch(number), width: 80, below: &heading) }
    let rows = (text + table.end(width: 80, below: &heading)).split(separator: "\n").dropFirst(2)
    #expect(rows.map { $0.split(separator: " ")[0] } == ["1/1000", "3/1000", "6/1000", "8/1000"])
  }

  @Test("Networks side by side have one heading; another one follows after a screenful of rows")
  func shared() {
    var heading = EpochHeading()
    let names = ["seed  9", "seed 10"]
    var tables = names.map { EpochTable(Self.epoch(1), epochs: 10, name: $0) }
    var lines: [Substring] = []
    for number in 1...10 {
      for index in tables.indices {
        lines += tables[index].text(after: Self.epoch(number), width: 80, below: &heading).split(separator: "\n")
      }
    }
    #expect(lines.count == 22 && lines.dropFirst(2).allSatisfy { $0.hasPrefix("seed") }, "\(lines)")
    #expect(Set(lines.dropFirst().map(\.count)).count == 1, "\(lines)")
    var third = EpochTable(Self.epoch(1), epochs: 10, name: "seed 11")
    let more = (1...10).flatMap {
      third.text(after: Self.epoch($0), width: 80, below: &heading).split(separator: "\n")
    }
    #expect(more.count == 12 && Array(more.prefix(2)) == Array(lines.prefix(2)), "\(more)")
  }

  @Test("Rows follow a window that becomes narrower, and then wider, with the columns of their heading")
  func resized() {
    var table = EpochTable(Self.epoch(1), epochs: 3)
    var heading = EpochHeading()
    let lines = [80, 50, 200].enumerated().flatMap { offset, width in
      table.text(after: Self.epoch(offset + 1), width: width, below: &heading).split(separator: "\n")
    }
    #expect(lines.count == 5 && lines[3].count < 50, "\(lines)")
    #expect(lines[2].hasPrefix(lines[3].replacing("2/3", with: "1/3")), "\(lines)")
    #expect(lines[4].count == lines[1].count, "\(lines)")
  }

  @Test("Columns are left out from the right", arguments: [20, 30, 40, 60, 80, 120])
  func narrow(width: Int) {
    let lines = Self.text(epochs: 5, shown: 1, width: width, isValidated: true).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count < max(width, 18) }, "\(lines)")
    #expect(lines[1].contains("samples/s") == (width >= 120))
  }

  @Test(
    "A long run has a bounded number of rows, the first and the last epoch among them",
    arguments: [50, 51, 2000, 99_999])
  func long(epochs: Int) {
    let lines = Self.text(epochs: epochs, shown: epochs, width: 80).split(separator: "\n").dropFirst(2)
    #expect(lines.count <= 52 && lines.count >= 20)
    #expect(lines.first?.contains(" 1/\(epochs) ") == true || lines.first?.hasPrefix("1/\(epochs) ") == true)
    #expect(lines.last?.contains("\(epochs)/\(epochs)") == true)
  }

  @Test("A run that stops early, or has no known end, shows its last epoch too", arguments: [nil, 5000])
  func early(epochs: Int?) {
    let lines = Self.text(epochs: epochs, shown: 1237, width: 80).split(separator: "\n").dropFirst(2)
    #expect(lines.last?.contains("1237") == true && lines.count < 220)
  }

  @Test("Columns stay in place when a loss becomes small")
  func smallLosses() {
    var table = EpochTable(Self.epoch(1), epochs: 9)
    var heading = EpochHeading()
    let lines = [0.5, 0.02, 0.0010, 0.0009778, 3e-5, 4e-12].enumerated().flatMap { index, loss in
      var epoch = Self.epoch(index + 1)
      (epoch.trainLoss, epoch.testLoss) = (loss, loss)
      return table.text(after: epoch, width: 80, below: &heading).split(separator: "\n")
    }
    #expect(lines.count == 8 && Set(lines.dropFirst().map(\.count)).count == 1, "\(lines)")
  }
}
