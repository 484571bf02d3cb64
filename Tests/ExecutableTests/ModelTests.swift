import Foundation
import JSON
import Models
import Testing
import Training

@Suite("A saved model at work", .serialized)
struct ModelTests: JSONReading {
  private let scratch: Scratch
  private let clouds: String

  init() throws {
    scratch = try Scratch()
    clouds = try scratch.write("clouds.csv", SmallData.clouds())
  }

  private func model(_ options: String, data: String? = nil, epochs: Int = 20) throws -> String {
    let outcome = try Executable.run(
      "train --data \(data ?? clouds) --epochs \(epochs) --batch-size 8 --hidden 8 --quiet --save \(scratch.file("model")) "
        + "--metrics \(scratch.file("run.jsonl")) \(options)")
    try #require(outcome.status == 0, "\(outcome.errors)")
    return scratch.file("model")
  }

  private func evaluate(_ line: String) throws -> JSONValue {
    let outcome = try Executable.run("evaluate \(line) --json")
    try #require(outcome.status == 0, "\(outcome.errors)")
    try #require(outcome.lines.count == 1)
    return try JSONValue.parse(outcome.output.utf8)
  }

  private static let keys = [
    "samples", "loss", "accuracy", "top2_accuracy", "confusion", "classes", "macro", "weighted",
    "expected_calibration_error", "rmse", "r2", "roc_auc", "average_precision", "balanced_accuracy", "matthews",
  ]

  @Test(
    "Samples that do not fit a model are named with what it expects and a remedy",
    arguments: [
      "evaluate MODEL", "gradient MODEL", "gradcheck MODEL", "predict MODEL", "train --initial-weights MODEL",
    ])
  func unfitSamples(command: String) throws {
    let model = try model("", data: "synthetic:60,20", epochs: 1)
    let words = command.replacing("MODEL", with: model) + " --data synthetic:60,20 --resize 14 --quiet"
    let outcome = try Executable.run(words)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors
        == "descent: synthetic:60,20: found 196 features per sample, expected 784, the inputs of \(model). "
        + "--resize 28 makes images of 28 × 28.\n")
  }

  @Test("evaluate reports every figure of a classifier, and the numbers agree with each other")
  func evaluateClasses() throws {
    let report = try evaluate("\(model("--test-fraction 0.5")) --data \(clouds)")
    #expect(Self.names(report) == Self.keys)
    #expect(report["samples"]?.int == 90)
    let confusion = Self.items(report["confusion"]).map { Self.items($0).compactMap(\.int) }
    #expect(confusion.map { $0.reduce(0, +) } == [30, 30, 30], "rows are true classes")
    let right = confusion.indices.reduce(0) { $0 + confusion[$1][$1] }
    #expect(abs((report["accuracy"]?.double ?? 0) - Double(right) / 90) < 1e-12)
    let classes = Self.items(report["classes"])
    #expect(classes.compactMap { $0["label"]?.string } == ["0", "1", "2"])
    for (index, figures) in classes.enumerated() {
      #expect(Self.names(figures) == ["label", "precision", "recall", "f1", "support"])
      let given = confusion.reduce(0) { $0 + $1[index] }
      #expect(figures["precision"]?.double == Double(confusion[index][index]) / Double(given))
      #expect(figures["recall"]?.double == Double(confusion[index][index]) / 30)
      #expect(figures["support"]?.int == 30)
    }
    #expect(Self.names(report["macro"]) == ["precision", "recall", "f1"])
    #expect(Self.names(report["weighted"]) == ["precision", "recall", "f1"])
    let recall = classes.compactMap { $0["recall"]?.double }.reduce(0, +) / 3
    #expect(abs((report["macro"]?["recall"]?.double ?? 0) - recall) < 1e-12)
    #expect((0.9...1).contains(report["top2_accuracy"]?.double ?? 0))
    #expect((0...0.5).contains(report["expected_calibration_error"]?.double ?? -1))
    #expect(report["rmse"] == .null && report["r2"] == .null)
    let text = try Executable.run("evaluate \(scratch.file("model")) --data \(clouds)")
    #expect(text.status == 0 && text.output.contains("true \\ predicted") && text.output.contains("weighted mean"))
    #expect(text.errors.contains("no test split") && text.errors.split(separator: "\n").count == 1, "\(text.errors)")
    #expect(try Executable.run("evaluate \(scratch.file("model")) --data \(clouds) --quiet").errors == "")
  }

  @Test("evaluate on the split that training tested on reports the same figures")
  func sameFigures() throws {
    try SmallData.idxFolder(scratch, "digits")
    let digits = scratch.file("digits")
    let file = try model("", data: digits)
    let last = try scratch.rows("run.jsonl").last { $0["event"] == "epoch" }
    let report = try evaluate("\(file) --data \(digits)")
    #expect(report["samples"]?.int == 6)
    #expect(report["accuracy"] == last?["test_accuracy"])
    #expect(report["loss"] == last?["test_loss"])
    #expect(try evaluate("\(file) --data \(digits) --split train")["samples"]?.int == 12)
    #expect(try evaluate("\(file) --data \(digits) --split all")["samples"]?.int == 18)
    #expect(try evaluate("\(file) --data \(digits) --test-limit 2")["samples"]?.int == 2)
  }

  @Test("A page names the target columns that were evaluated, which need not be those of training")
  func otherTargets() throws {
    let rows = (1...20).map { "\($0),\(2 * $0),\(30 - $0),\($0 + 5)" }
    let data = try scratch.write("targets.csv", "x,first,second,other\n" + rows.joined(separator: "\n") + "\n")
    let file = try model("--features x --targets first,second --output identity", data: data)
    for (options, name) in [("", "first"), ("--targets other,second", "other")] {
      let page = scratch.file("page.html")
      _ = try evaluate("\(file) --data \(data) --features x \(options) --report \(page)")
      let text = try scratch.text("page.html")
      #expect(text.contains("Errors, second"))
      for column in ["first", "other"] {
        #expect(text.contains("Errors, \(column)") == (column == name), "\(options): \(column)")
      }
    }
  }

  @Test("Two classes on a sigmoid output make one unit, and both are reported")
  func singleUnit() throws {
    let data = try scratch.write("two.csv", SmallData.clouds(60, classes: 2))
    let file = try model("--output sigmoid", data: data)
    let read = try ModelFile.read(file)
    #expect(read.widths == [2, 8, 1])
    let report = try evaluate("\(file) --data \(data)")
    #expect(Self.items(report["classes"]).count == 2 && Self.items(report["confusion"]).count == 2)
    #expect((report["accuracy"]?.double ?? 0) > 0.9 && report["top2_accuracy"]?.double == 1)
    let rows = try Executable.run("predict \(file) --data \(data)").lines
    #expect(rows[0] == "index,label,probability_0,probability_1")
    let cells = rows[1].split(separator: ",").compactMap { Double($0) }
    #expect(cells.count == 4 && abs(cells[2] + cells[3] - 1) < 1e-6)
  }

  @Test("Outputs that are not finite give no label: the model and the sample are named, with status 1")
  func notFinite() throws {
    let file = try model("--test-fraction 0.5 --output identity")
    // Large outputs are outputs: the calibration must not count them beyond its bins.
    #expect(try Executable.run("evaluate \(file) --data \(clouds) --scale 2e-38").status == 0)
    var overflowing = try ModelFile.read(file)
    for layer in overflowing.parameters.layers.indices {
      for index in overflowing.parameters.layers[layer].weight.indices {
        overflowing.parameters.layers[layer].weight[index] = index % 2 == 0 ? 3e38 : -3e38
      }
    }
    try overflowing.write(to: file)
    for command in ["evaluate --quiet", "evaluate --json --quiet", "predict"] {
      let outcome = try Executable.run("\(command) \(file) --data \(clouds)")
      #expect(outcome.status == 1 && outcome.output == "", "\(outcome.output)")
      let lines = outcome.errors.split(separator: "\n")
      let names = lines.count == 1 && lines[0].hasPrefix("descent: \(file): ") && lines[0].contains("for sample ")
      #expect(names, "\(lines)")
    }
  }

  @Test("A model of target values has no classes, and its figures are errors")
  func regression() throws {
    let plane = try scratch.write("plane.csv", SmallData.plane())
    let file = try model("--targets 1 --output identity --learning-rate 0.05", data: plane, epochs: 60)
    let last = try scratch.rows("run.jsonl").last { $0["event"] == "epoch" }
    #expect(last?["train_accuracy"] == .null && last?["test_accuracy"] == .null)
    for name in ["train_rmse", "test_rmse", "test_r2"] { #expect(last?[name]?.double != nil, "\(name)") }
    let report = try evaluate("\(file) --data \(plane)")
    #expect(Self.names(report) == Self.keys)
    for name in [
      "accuracy", "top2_accuracy", "confusion", "classes", "macro", "weighted", "expected_calibration_error",
      "roc_auc", "average_precision", "balanced_accuracy", "matthews",
    ] {
      #expect(report[name] == .null, "\(name)")
    }
    #expect((report["r2"]?.double ?? 0) > 0.9 && (report["rmse"]?.double ?? 9) < 0.7)
    let rows = try Executable.run("predict \(file) --data \(plane)").lines
    #expect(rows[0] == "index,output_0" && rows.count == 61 && rows[60].hasPrefix("59,"))
  }

  @Test("predict reports a label and all probabilities of every sample, labels quoted where they must be")
  func predict() throws {
    let table = SmallData.clouds(90).replacing("\n0,", with: "\n\"a, b\",").replacing("\n1,", with: "\nc,")
      .replacing("\n2,", with: "\nd,")
    let data = try scratch.write("named.csv", table)
    let file = try model("--standardize", data: data)
    let outcome = try Executable.run("predict \(file) --data \(data)")
    let rows = outcome.lines
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(rows[0] == "index,label,\"probability_a, b\",probability_c,probability_d")
    #expect(rows.count == 91 && rows[1].hasPrefix("0,\"a, b\",0.") && rows[2].hasPrefix("1,c,"))
    let report = try evaluate("\(file) --data \(data)")
    #expect((report["accuracy"]?.double ?? 0) > 0.95)
    // A label that the model does not know.
    let unknown = try scratch.write("unknown.csv", "class,x,y\nc,1,2\nz,1,2\n")
    let refused = try Executable.run("evaluate \(file) --data \(unknown)")
    #expect(refused.status == 1 && refused.errors.contains("label z") && refused.errors.contains("--classes"))
    #expect(try evaluate("\(file) --data \(unknown) --classes c,d")["samples"]?.int == 1)
  }

  @Test("Options override what the model remembers")
  func overrides() throws {
    let file = try model("--scale 4")
    let remembered = try evaluate("\(file) --data \(clouds)")["loss"]
    #expect(try evaluate("\(file) --data \(clouds) --scale 4")["loss"] == remembered)
    #expect(try evaluate("\(file) --data \(clouds) --scale 1")["loss"] != remembered)
    #expect(try evaluate("\(file) --data \(clouds) --activation tanh")["loss"] != remembered)
    #expect(try evaluate("\(file) --data \(clouds) --loss squared-error")["loss"] != remembered)
  }

  @Test("A file with tensors only is a model with activations from options")
  func bareTensors() throws {
    let full = try ModelFile.read(try model("--activation sigmoid --no-standardize"))
    try ModelFile(parameters: full.parameters, widths: full.widths).write(to: scratch.file("bare"))
    let expected = try evaluate("\(scratch.file("model")) --data \(clouds)")["loss"]
    #expect(try evaluate("\(scratch.file("bare")) --data \(clouds) --activation sigmoid")["loss"] == expected)
    #expect(try evaluate("\(scratch.file("bare")) --data \(clouds)")["loss"] != expected)
    let trained = try Executable.run(
      "train --data \(clouds) --initial-weights \(scratch.file("bare")) --activation sigmoid --epochs 1 --quiet "
        + "--save \(scratch.file("next"))")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(try ModelFile.read(scratch.file("next")).activations == [.sigmoid, .softmax])
  }

  @Test("An assumed order of layers is reported by every command that reads the model")
  func assumedOrder() throws {
    let shapes = [("hidden", [2, 2]), ("input", [2, 2]), ("output", [3, 2])]
    let tensors = shapes.map { name, shape in
      Safetensors.Tensor(
        name: name + ".weight", shape: shape, values: (0..<shape.reduce(1, *)).map { Float($0) / 4 - 0.4 })
    }
    let file = scratch.file("other")
    try scratch.write("other", Safetensors(tensors: tensors, metadata: []).bytes())
    for line in [
      "evaluate \(file) --data \(clouds)", "predict \(file) --data \(clouds)", "gradient \(file) --data \(clouds)",
      "gradcheck \(file) --data \(clouds) --samples 4 --entries 4", "info \(file)",
      "export \(file) --to npz --output \(scratch.file("o.npz"))",
      "train --data \(clouds) --initial-weights \(file) --epochs 1",
      "train --data \(clouds) --initial-weights \(file) --epochs 1 --seeds 2",
      "compare --data \(clouds) --initial-weights \(file) --samples 90 --learning-rate 0.1 --batch-size 16",
      "sweep --data \(clouds) --initial-weights \(file) --epochs 1 --learning-rate 0.1|0.2",
      "scale --data \(clouds) --initial-weights \(file) --steps 2 --rounds 1 --workers 1 --batch-size 16 "
        + "--gradients owned",
    ] {
      let outcome = try Executable.run(line)
      let says = outcome.errors.contains("assumed: layers in the order hidden.weight, input.weight, output.weight")
      #expect(outcome.status == 0 && says, "\(line): \(outcome.errors)")
      let quiet = line.hasPrefix("info") ? nil : try Executable.run(line + " --quiet")
      #expect(quiet?.errors.contains("assumed") != true, "\(line)")
    }
  }

  @Test(
    "A softmax of one output is reported by every command that trains, once, unless it is quiet",
    arguments: [
      "train --epochs 1", "train --epochs 1 --seeds 2", "sweep --epochs 1 --learning-rate 0.1|0.2",
      "compare --steps 3 --learning-rate 0.1 --batch-size 16", "compare --seconds 0.01 --learning-rate 0.1",
      "scale --steps 2 --rounds 1 --workers 1 --batch-size 16 --gradients owned",
    ])
  func constantOutput(words: String) throws {
    let data = try scratch.write("table.csv", "x,y\n" + (0..<40).map { "\($0 % 7),0.\($0 % 9)\n" }.joined())
    let line = "\(words) --data \(data) --targets 1 --hidden 2"
    for (options, count) in [("--output softmax", 1), ("--output softmax --quiet", 0), ("--output sigmoid", 0)] {
      let outcome = try Executable.run("\(line) \(options)")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let found = outcome.errors.components(separatedBy: "a softmax of one output is always 1").count - 1
      #expect(found == count, "\(options): \(outcome.errors)")
    }
  }

  @Test("info reports the machine, and of a model its layers")
  func info() throws {
    let outcome = try Executable.run("info --json")
    let machine = try JSONValue.parse(outcome.output.utf8)
    for name in ["version", "cores", "instruction_set", "instruction_sets", "precisions", "multiply_add_peak"] {
      #expect(machine[name] != nil && machine[name] != .null, "\(name)")
    }
    // No core does a tenth of this, nor a thousand times as much.
    #expect((0.5...2000).contains(machine["multiply_add_peak"]?.double ?? 0))
    let file = try model("--activation tanh --standardize")
    let text = try Executable.run("info \(file)").output
    for part in ["tanh", "softmax", "cross-entropy", "0, 1, 2", "standardized"] {
      #expect(text.contains(part), "\(part)")
    }
    let json = try JSONValue.parse(Executable.run("info \(file) --json").output.utf8)
    #expect(Self.items(json["model"]?["layers"]).count == 2 && json["model"]?["standardized"] == .bool(true))
  }
}
