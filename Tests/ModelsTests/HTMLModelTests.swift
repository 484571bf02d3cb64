import Files
import Foundation
import JSON
import Networks
import SampleData
import Testing

@testable import Models

@Suite("Pages to try a model on")
struct HTMLModelTests {
  private static func page(_ model: ModelFile) throws -> String {
    var text = ""
    try withTemporaryFolder { folder in
      try HTMLModel.write(ExportedModel(model, topology: try model.topology(), scale: 1), to: folder + "/page.html")
      text = try String(contentsOfFile: folder + "/page.html", encoding: .utf8)
    }
    return text
  }

  /// The object that describes the model.
  private static func description(_ page: String) throws -> JSONValue {
    let line = try #require(page.split(separator: "\n").first { $0.hasPrefix("const MODEL = ") })
    return try JSONValue.parse(line.dropFirst("const MODEL = ".count).dropLast().utf8)
  }

  @Test("hold the whole model and nothing from elsewhere; no label ends the script")
  func whole() throws {
    var model = try fullModel()
    model.answers = .labels(["</script><script>alert(1)</script>", "two"])
    let page = try Self.page(model)
    #expect(!page.contains("http") && !page.contains("src=") && !page.contains("import "))
    #expect(page.components(separatedBy: "</script>").count == 2)
    let object = try Self.description(page)
    #expect(object["labels"] == ["</script><script>alert(1)</script>", "two"])
    #expect(
      object["mean"]?.text == "[0.5,0.25,0.0,-1.0]" && object["scale"]?.double == 255 && object["resize"]?.int == 2)
    for layer in model.parameters.layers { #expect(page.contains("'" + layer.weight.base64 + "'")) }
  }

  @Test(
    "have a drawing area where the inputs are those of pictures, else sliders",
    arguments: [
      (784, nil, nil, true), (400, 20, nil, true), (400, nil, nil, false), (400, nil, 255, true), (400, 19, 255, false),
      (401, nil, 255, false), (4, nil, 255, false), (2, nil, nil, false),
    ] as [(Int, Int?, Double?, Bool)])
  func kinds(inputs: Int, resize: Int?, scale: Double?, isPicture: Bool) throws {
    let topology = try Topology(inputs: inputs, hidden: [2], outputs: 3)
    var model = ModelFile(
      topology: topology, parameters: .initial(topology: topology, initializer: .automatic, seed: 1))
    (model.preprocessing.resize, model.preprocessing.scale) = (resize, scale)
    let page = try Self.page(model)
    #expect(page.contains("id=\"draw\"") == isPicture && page.contains("id=\"features\"") != isPicture)
    // Their black is nearly the background of dark pages.
    #expect(page.contains("#draw,#seen{box-shadow:0 0 0 1px var(--grid)}"))
    // Pictures are resampled to the model's size.
    #expect(try !isPicture || Self.description(page)["resize"] == (inputs == 784 ? .null : .number(20)))
    // Features with names of their own are no pixels.
    model.preprocessing.columns = TableColumns(names: (0..<inputs).map { $0 == 1 ? "size" : "p\($0)" }, count: inputs)
    #expect(try !Self.page(model).contains("id=\"draw\""))
    model.preprocessing.columns = nil
    (model.preprocessing.scale, model.preprocessing.pictures.white) = (1, 1)
    #expect(try Self.page(model).contains("id=\"draw\"") == ([784, 400].contains(inputs) && resize != 19))
    // Nor are columns without names from 0 to 1.
    model.preprocessing.columns = TableColumns(count: inputs)
    #expect(try Self.page(model).contains("id=\"draw\"") == (inputs == 784 || resize == 20))
  }

  @Test("take resampled images, which have no names of columns; other exports take the source's, which have")
  func resampled() throws {
    var model = try fullModel()
    model.preprocessing.sourceSide = 3
    model.preprocessing.columns = TableColumns(names: (0..<9).map { "p\($0)" }, count: 9)
    let exported = ExportedModel(model, topology: try model.topology(), scale: 1)
    #expect(exported.inputs == 9 && exported.features?.count == 9)
    #expect(try Self.description(Self.page(model))["features"] == .null)
  }

  @Test("The pages' programs know every activation")
  func activations() throws {
    for activation in Activation.allCases where activation != .softmax {
      #expect(HTMLModelScript.network.contains("'\(activation.rawValue)': "), "\(activation)")
    }
  }

  @Test("know the epoch of a model that is the best of its run, for the slider over epochs")
  func epoch() throws {
    var model = try fullModel()
    #expect(try Self.description(Self.page(model))["epoch"] == .null)
    model.epoch = 3
    #expect(try Self.description(Self.page(model))["epoch"] == .number(3))
  }

  @Test("have a choice for a column of text, and sliders for numbers")
  func choices() throws {
    let topology = try Topology(inputs: 6, hidden: [2], outputs: 3)
    var model = ModelFile(
      topology: topology, parameters: .initial(topology: topology, initializer: .automatic, seed: 1))
    #expect(try Self.description(Self.page(model))["choices"] == [])
    var columns = TableColumns(names: ["size", "color", "weight", "kind"], count: 4)
    columns.categories = [1: ["blue", "red"], 3: ["a", "b"]]
    model.preprocessing.columns = columns
    #expect(
      try Self.description(Self.page(model))["choices"] == [
        ["name": "color", "first": .number(1), "levels": ["blue", "red"]],
        ["name": "kind", "first": .number(4), "levels": ["a", "b"]],
      ])
    columns.names = nil
    model.preprocessing.columns = columns
    #expect(try Self.description(Self.page(model))["choices"]?.text.contains("feature 1") == true)
  }
}
