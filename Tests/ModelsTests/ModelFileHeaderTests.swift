import Files
import Networks
import Testing

@testable import Models

@Suite("Headers of model files")
struct ModelFileHeaderTests {
  private static func model() throws -> ModelFile {
    var model = try fullModel()
    model.preprocessing.standardization = .init(mean: [1 / 3, 0.1, 1e9 + 0.5, -0.7], deviation: [0.1, 2 / 3, 12.3, 1])
    return model
  }

  @Test("without room for means in full precision leave them out: the tensors have them")
  func meansAlone() throws {
    var model = try Self.model()
    model.preprocessing.standardization?.mean[2] = 1e3 + 0.3
    let whole = ModelFileEncoder.contents(of: model)
    let size = whole.header.bytes().count - 8
    #expect(ModelFileEncoder.contents(of: model, longest: size) == whole)
    let short = ModelFileEncoder.contents(of: model, longest: size - 1)
    #expect(short.tensors == whole.tensors)
    let left = whole.metadata.filter { !short.metadata.contains($0) }
    #expect(left.map(\.name) == ["mean", "deviation"])
    let read = try ModelFile.parse(short.bytes(), file: "m.safetensors")
    let exact = try #require(model.preprocessing.standardization)
    #expect(read.preprocessing.standardization?.mean == exact.mean.map { Double(Float($0)) })
    #expect(read.preprocessing.standardization?.deviation == exact.deviation.map { Double(Float($0)) })
    #expect(read.preprocessing.standardization?.isExact == false)
  }

  @Test(
    "without room keep means and deviations that tensors would change",
    arguments: [(1e9 + 0.5, 12.3), (0.1, 1e-9), (0, 1e-50), (0, 1e300)])
  func precise(mean: Double, deviation: Double) throws {
    var model = try Self.model()
    model.preprocessing.standardization = .init(mean: [0, 0, mean, 0], deviation: [1, 1, deviation, 1])
    let contents = ModelFileEncoder.contents(of: model, longest: 8)
    #expect(contents == ModelFileEncoder.contents(of: model))
    let read = try ModelFile.parse(contents.bytes(), file: "m.safetensors")
    #expect(read.preprocessing.standardization == model.preprocessing.standardization)
  }

  @Test("with very many means are refused before the training only if tensors would change one")
  func meansBefore() throws {
    var model = try Self.model()
    let count = 250_000
    // 19 digits each, which a float keeps to 7.
    model.preprocessing.standardization = .init(
      mean: (0..<count).map { 1 / Double($0 + 3) }, deviation: [Double](repeating: 1 / 3, count: count))
    try model.checkStorable(snapshots: 0, to: "m.safetensors")
    model.preprocessing.standardization?.mean[7] = 1_764_500_000.5
    let error = #expect(throws: FileError.self) { try model.checkStorable(snapshots: 0, to: "m.safetensors") }
    #expect(error?.found.hasSuffix(" bytes, most of it means of features") == true, "\(String(describing: error))")
    let hint = "Nothing was trained. Fewer columns can be saved: features or ignore selects them."
    #expect(error?.hint?.description == hint)
  }

  @Test("with very many snapshots are reported with the size that they would have")
  func snapshots() throws {
    let model = try Self.model()
    let error = #expect(throws: FileError.self) { try model.checkStorable(snapshots: 1 << 20, to: "m.safetensors") }
    let found = try #require(error).found
    #expect(found.hasSuffix(" bytes, most of it names of tensors"))
    let size = try #require(Int(found.filter(\.isASCII).filter(\.isNumber)))
    #expect(size > SafetensorsHeader.longest, "\(found)")
  }

  @Test("with names that do not fit are reported with their kind and size before the training")
  func names() throws {
    var model = try Self.model()
    model.answers = .labels(["a", String(repeating: "b", count: SafetensorsHeader.longest)])
    func error(_ path: String) -> FileError? {
      do throws(FileError) {
        try model.checkStorable(snapshots: 0, to: path)
        return nil
      } catch {
        return error
      }
    }
    let found = try #require(error("m.safetensors"))
    #expect(found.found.hasPrefix("a header of 8,38") && found.found.hasSuffix(" bytes, most of it labels"))
    let end = "expected at most 8,388,608 bytes. Nothing was trained. Fewer or shorter labels can be saved."
    #expect("\(found)".hasSuffix(end), "\(found)")
    #expect(error("m.onnx") == nil, "that format has no limit")
    model.answers = .labels(["a", "b"])
    #expect(error("m.safetensors") == nil)
  }
}
