import Foundation
import JSON
import Testing

@Suite("descent gradcheck", .serialized)
struct GradientCheckCommandTests: JSONReading {
  /// The status, and for each tensor whether it agrees.
  /// - Parameter cancels: true if the true gradient of some tensor is 0, so that only its rounding is compared.
  private static func check(
    _ words: [String], cancels: Bool = false, in folder: Scratch
  ) throws -> (status: Int32, tensors: [String: Bool]) {
    let run = try folder.run(["gradcheck", "--json"] + words)
    guard case .array(let tensors)? = (try? JSONValue.parse(run.output.utf8))?["tensors"] else {
      Issue.record("\(words): \(run.errors)")
      return (run.status, [:])
    }
    let pairs = tensors.map { tensor in
      let error = tensor["worst_relative_error"]?.double ?? .infinity
      let isSmall = error < 1e-4 || cancels && tensor["within_rounding"] == .bool(true)
      return (tensor["name"]?.string ?? "", tensor["agrees"] == .bool(true) && isSmall)
    }
    return (run.status, Dictionary(pairs, uniquingKeysWith: { $0 && $1 }))
  }

  private static let tables = [
    "xor.csv": "0,0,0\n1,0,1\n1,1,0\n0,1,1\n",
    "three.csv": "a,1.5,-2,0.1\nb,0.2,3,-4\nc,-1,0.5,2\na,2,2,2\nb,-3,0.1,1\n",
    "values.csv": "1,2,0.25,0.5\n-1,0.5,0.75,0.125\n3,-2,0.5,1\n0,1,0,0.3\n",
  ]

  /// Options, and how many tensors the network has.
  static let networks: [(options: String, tensors: Int)] = [
    ("--data xor.csv", 4), ("--data xor.csv --hidden none --output sigmoid", 2),
    ("--data xor.csv --initializer constant:0", 4), ("--data three.csv --hidden 5,4 --activation tanh,relu", 6),
    ("--data three.csv --hidden 5 --no-bias --l2 0.5 --input masked", 2),
    ("--data three.csv --loss squared-error --standardize", 4),
    ("--data values.csv --targets 2 --output identity --activation leaky-relu", 4),
    ("--data values.csv --targets 2 --output sigmoid --samples 2 --entries 7 --seed 9", 4),
    ("--data values.csv --targets 2 --hidden 3,3,3 --activation sigmoid --output tanh", 8),
  ]

  @Test("agrees for the network that options describe", arguments: networks.indices)
  func agreement(index: Int) throws {
    let (options, count) = Self.networks[index]
    let folder = try Scratch()
    for (name, text) in Self.tables { try folder.write(name, text) }
    let (status, tensors) = try Self.check(
      options.split(separator: " ").map(String.init), cancels: options.hasPrefix("--data xor.csv --hidden none"),
      in: folder)
    #expect(status == 0 && tensors.count == count && !tensors.values.contains(false), "\(options): \(tensors)")
  }

  @Test("reports the largest difference over the largest magnitude, and marks tensors that agree by rounding")
  func rounding() throws {
    let folder = try Scratch()
    try folder.write("five.csv", "a,1.5,-2,0.1,1,0\nb,0.2,3,-4,0,2\nc,-1,0.5,2,2,1\na,2,2,2,-1,1\nb,-3,0.1,1,1,1\n")
    // Saturated units: gradients are products of small derivatives, below the rounding of Float.
    let words =
      "gradcheck --data five.csv --hidden 6,4 --activation tanh --output sigmoid --loss squared-error "
      + "--initializer normal:30"
    let run = try folder.run(words + " --json")
    #expect(run.status == 0, "\(run.errors)")
    let tensors = try Self.items(JSONValue.parse(run.output.utf8)["tensors"])
    var marked = 0
    for tensor in tensors {
      let error = try #require(tensor["worst_relative_error"]?.double)
      #expect(tensor["agrees"] == .bool(true) && tensor["within_rounding"] == .bool(error >= 1e-4), "\(tensor.text)")
      if error >= 1e-4 { marked += 1 }
    }
    #expect(marked > 0 && marked < tensors.count, "\(run.output)")
    let text = try folder.run(words)
    #expect(text.output.split(separator: "\n").count { $0.hasSuffix("yes *") } == marked, "\(text.output)")
    #expect(text.output.contains("\n* The tensor's gradient is a small difference of large terms;"))
  }

  @Test("agrees for a trained model, whose error signals are small differences of large numbers")
  func trained() throws {
    let folder = try Scratch()
    try folder.write("xor.csv", #require(Self.tables["xor.csv"]))
    let training = try folder.run(
      "train --data xor.csv --test-fraction 0 --output sigmoid --epochs 4000 --learning-rate 1 --quiet --save model.st")
    try #require(training.status == 0, "\(training.errors)")
    let (status, tensors) = try Self.check(["model.st", "--data", "xor.csv"], in: folder)
    #expect(status == 0 && tensors.count == 4, "\(tensors)")
    let other = try folder.run(["gradcheck", "model.st", "--data", "xor.csv", "--hidden", "7"])
    #expect(other.status == 2 && other.errors.contains("--hidden"))
  }

  @Test("exits 1 where a tensor disagrees: weights beyond what 32-bit floats can multiply")
  func disagreement() throws {
    let folder = try Scratch()
    try folder.write("values.csv", #require(Self.tables["values.csv"]))
    let options = "--data values.csv --targets 2 --output identity --hidden 3,3 --activation identity "
    let (status, tensors) = try Self.check(
      (options + "--initializer constant:1e20").split(separator: " ").map(String.init), in: folder)
    #expect(status == 1 && tensors.count == 6 && !tensors.values.contains(true), "\(tensors)")
  }

  @Test("Regression learns a line from a table, and every command reports RMSE and R²")
  func regression() throws {
    let folder = try Scratch()
    var lines = "size;rooms;price\n"
    for index in 0..<120 {
      let (size, rooms) = (Double(index % 17) / 4 - 2, Double(index % 5) - 2)
      lines += "\(size);\(rooms);\(3 * size - 2 * rooms + 5 + 0.02 * Double(index % 3 - 1))\n"
    }
    try folder.write("line.csv", lines)
    func run(_ words: String) throws -> Executable.Outcome {
      let run = try folder.run(words)
      try #require(run.status == 0, "\(words): \(run.errors)")
      return run
    }
    let train = try run(
      "train --data line.csv --targets 1 --hidden none --output identity --loss squared-error --epochs 60 --batch-size 8 "
        + "--save model.st --metrics metrics.jsonl")
    #expect(train.output.contains("R²"))

    let epochs = try folder.rows("metrics.jsonl").filter { $0["event"] == "epoch" }
    let last = try #require(epochs.last)
    #expect(epochs.count == 60)
    #expect(try #require(last["test_r2"]?.double) > 0.99 && #require(last["test_rmse"]?.double) < 0.1)
    #expect(try #require(last["train_rmse"]?.double) < 0.1 && last["test_accuracy"] == .null)

    let evaluation = try JSONValue.parse(run("evaluate model.st --data line.csv --json").output.utf8)
    #expect(try #require(evaluation["r2"]?.double) > 0.99 && #require(evaluation["rmse"]?.double) < 0.1)
    #expect(evaluation["accuracy"] == .null && evaluation["confusion"] == .null)

    let gradient = try JSONValue.parse(run("gradient model.st --data line.csv --json").output.utf8)
    #expect(gradient["accuracy"] == .null)
    #expect(try #require(gradient["gradient_norm"]?.double) < 0.1)
    #expect(try run("gradcheck model.st --data line.csv").output.contains("All 2 tensors agree"))
    #expect(try run("predict model.st --data line.csv").output.hasPrefix("index,output_0\n0,"))
  }
}
