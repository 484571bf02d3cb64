import Foundation
import JSON
import Models
import Testing

@testable import Training

@Suite("descent gradient", .serialized)
struct GradientCommandTests {
  /// Runs one case; the worst errors of its loss and tensors, each over its own magnitude (at least 10⁻³ for a tensor).
  private static func worstError(
    _ words: [String], _ expected: GradientReference.Case, in folder: Scratch
  ) throws -> Double {
    let run = try folder.run(
      ["gradient", "model.safetensors", "--data", "data.csv", "--json", "--save", "gradient.safetensors"]
        + ["--l2", "\(expected.lambda)"] + words)
    try #require(run.status == 0, "\(expected.id): \(run.errors)")
    let loss = try #require(JSONValue.parse(run.output.utf8)["loss"]?.double)
    let gradient = try Safetensors.read(folder.file("gradient.safetensors"))
    try #require(
      gradient.tensors.map(\.name) == expected.gradW.indices.flatMap { ["layers.\($0).weight", "layers.\($0).bias"] })
    var worst = abs(loss - expected.value) / expected.value
    for (tensor, numbers) in zip(gradient.tensors, expected.tensors) {
      try #require(tensor.values.count == numbers.count)
      let scale = max(numbers.reduce(0) { max($0, abs($1)) }, 1e-3)
      for (got, number) in zip(tensor.values, numbers) { worst = max(worst, abs(Double(got) - number) / scale) }
    }
    return worst
  }

  @Test(
    "reports the loss and gradient of every reference network, whether the file or options name its activations",
    arguments: ["dense", "masked"])
  func references(input: String) throws {
    let reference = GradientReference.shared
    #expect(reference.cases.count == 147)
    var wrong: [String] = []
    let folder = try Scratch()
    for expected in reference.cases {
      let network = reference.data[expected.arch]!
      let targets = network.targets[expected.target]!
      let usesOptions = input == "dense"
      try network.writeModel(to: folder.file("model.safetensors"), metadata: usesOptions ? nil : expected)
      try folder.write("data.csv", network.table(columns: targets.map { $0.map { "\($0)" } }))
      let options = [
        "--activation", expected.activations.dropLast().joined(separator: ","),
        "--output", expected.output, "--loss", expected.lossName,
      ]
      let error = try Self.worstError(
        ["--targets", "\(targets[0].count)", "--input", input] + (usesOptions ? options : []), expected, in: folder)
      if !(error < 3e-5) { wrong.append("\(expected.id): \(error)") }
    }
    #expect(wrong == [])
  }

  @Test("reports the same for classes as for their one-hot targets")
  func classes() throws {
    let reference = GradientReference.shared
    var count = 0
    var wrong: [String] = []
    let folder = try Scratch()
    for expected in reference.cases where expected.target == "onehot" || expected.arch == "C" {
      let network = reference.data[expected.arch]!
      let targets = network.targets[expected.target]!
      // Of the single output those with targets 0 and 1 alone are classes.
      guard expected.target == "onehot" || expected.target == "binary" else { continue }
      count += 1
      try network.writeModel(to: folder.file("model.safetensors"), metadata: expected)
      try folder.write(
        "data.csv",
        network.table(columns: targets.map { ["\(expected.target == "onehot" ? $0.firstIndex(of: 1)! : Int($0[0]))"] }))
      let error = try Self.worstError(["--label", "last", "--workers", "2"], expected, in: folder)
      if !(error < 3e-5) { wrong.append("\(expected.id): \(error)") }
    }
    #expect(count >= 24)
    #expect(wrong == [])
  }

  @Test("never replaces the model by the gradient, and requires data")
  func refusals() throws {
    let reference = GradientReference.shared
    let folder = try Scratch()
    try reference.data["A"]!.writeModel(to: folder.file("model.safetensors"), metadata: nil)
    let same = try folder.run(["gradient", "model.safetensors", "--save", "model.safetensors"])
    #expect(same.status == 2 && same.errors.contains("--save model.safetensors"))
    let without = try folder.run(["gradient", "model.safetensors"])
    #expect(without.status == 1 && without.errors.contains("--data"))
    try folder.write("narrow.csv", "1,2,3\n")
    let narrow = try folder.run(["gradient", "model.safetensors", "--data", "narrow.csv"])
    #expect(narrow.status == 1 && narrow.errors.contains("found 2 features per sample, expected 4"))
  }
}
