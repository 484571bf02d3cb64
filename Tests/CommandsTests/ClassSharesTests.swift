import Datasets
import Foundation
import Networks
import Testing

@testable import Commands

@Suite("The shares of classes as an answer")
struct ClassSharesTests {
  /// Two, one and five samples of three classes; a fourth has none.
  private static let targets = Targets.classes([0, 2, 2, 1, 2, 0, 2, 2], labels: ["a", "b", "c", "d"])

  private func topology(_ outputs: Int, _ output: Activation, _ loss: Loss) throws -> Topology {
    try Topology(inputs: 2, hidden: [], outputs: outputs, output: output, loss: loss)
  }

  @Test("The most frequent class, by number or by weight")
  func mostFrequent() throws {
    let plain = try #require(ClassShares(Self.targets))
    #expect(plain.shares == [0.25, 0.125, 0.625, 0] && plain.mostFrequent == "c" && plain.largest == 0.625)
    #expect(plain.areUnbalanced)
    let weighted = try #require(ClassShares(Self.targets, weights: [2.5, 5, 1, 9]))
    #expect(weighted.mostFrequent == "a" && weighted.shares.allSatisfy { abs($0 - 1.0 / 3) < 1e-15 || $0 == 0 })
    #expect(!weighted.areUnbalanced)
    #expect(ClassShares(.classes([1, 1], labels: ["a", "b"])) == nil)
    #expect(ClassShares(Self.targets, weights: [0, 0, 1, 1]) == nil)
    #expect(ClassShares(Self.targets, weights: [0, 0, 0, 1]) == nil)
    #expect(ClassShares(.values([1, 2], width: 1)) == nil)
  }

  @Test(
    "The loss is the mean over the samples of the shares' loss, for every loss and output",
    arguments: [
      (Activation.softmax, Loss.crossEntropy), (.sigmoid, .crossEntropy), (.softmax, .squaredError),
      (.sigmoid, .squaredError), (.identity, .squaredError), (.tanh, Loss(rawValue: "huber:0.5")!),
    ], [0, 0.1])
  func loss(of pair: (Activation, Loss), smoothing: Double) throws {
    let shares = try #require(ClassShares(Self.targets))
    let off = smoothing / 4
    let on = 1 - smoothing + off
    let answer = shares.shares.map { off + (on - off) * $0 }
    // Sample by sample, by the definitions of interface and course notes.
    let losses = [0, 2, 2, 1, 2, 0, 2, 2].map { label -> Double in
      (0..<4).reduce(0) { sum, output in
        let (a, t) = (answer[output], output == label ? on : off)
        let isEntropy = pair.1 == .crossEntropy
        if isEntropy, pair.0 == .softmax { return sum - (t == 0 ? 0 : t * log(a)) }
        if isEntropy { return sum - (t == 0 ? 0 : t * log(a)) - (t == 1 ? 0 : (1 - t) * log(1 - a)) }
        let r = abs(a - t)
        return sum + (pair.1 == .squaredError || r <= 0.5 ? r * r / 2 : 0.5 * (r - 0.25))
      }
    }
    let expected = losses.reduce(0, +) / 8
    let found = shares.loss(try topology(4, pair.0, pair.1), labelSmoothing: smoothing)
    #expect(abs(found - expected) < 1e-12, "\(found), expected \(expected)")
  }

  @Test("A single sigmoid has the target of the second of two classes")
  func single() throws {
    let shares = try #require(ClassShares(.classes([0, 0, 0, 1], labels: ["a", "b"])))
    let entropy = -0.75 * log(0.75) - 0.25 * log(0.25)
    #expect(abs(shares.loss(try topology(1, .sigmoid, .crossEntropy)) - entropy) < 1e-12)
    #expect(abs(shares.loss(try topology(2, .softmax, .crossEntropy)) - entropy) < 1e-12)
    #expect(abs(shares.loss(try topology(2, .sigmoid, .crossEntropy)) - 2 * entropy) < 1e-12)
    #expect(abs(shares.loss(try topology(1, .sigmoid, .squaredError)) - 0.75 * 0.25 / 2) < 1e-12)
  }
}
