import Files
import Networks
import Testing

@testable import Models

@Suite("Headers of model files")
struct ModelFileHeaderTests {
  private static func model() throws -> ModelFile {
    var model = try fullModel()
    model.standardization = .init(mean: [1 / 3, 0.1, 1e9 + 0.5, -0.7], deviation: [0.1, 2 / 3, 12.3, 1])
    return model
  }

  @Test("without room for means in full precision leave them out: the tensors have them")
  func meansAlone() throws {
    let model = try Self.model()
    let whole = ModelFileEncoder.contents(of: model)
    let size = whole.header.bytes().count - 8
    #expect(ModelFileEncoder.contents(of: model, longest: size) == whole)
    let short = ModelFileEncoder.contents(of: model, longest: size - 1)
    #expect(short.tensors == whole.tensors)
    let left = whole.metadata.filter { !short.metadata.contains($0) }
    #expect(left.map(\.name) == ["mean", "deviation"])
    let read = try ModelFile.parse(short.bytes(), file: "m.safetensors")
    let exact = try #require(model.standardization)
    #expect(read.standardization?.mean == exact.mean.map { Double(Float($0)) })
    #expect(read.standardization?.deviation == exact.deviation.map { Double(Float($0)) })
    #expect(read.standardization?.isExact == false)
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
    #expect("\(found)".contains("expected at most 8,388,608 bytes. Fewer or shorter ones can be saved"), "\(found)")
    #expect(error("m.onnx") == nil, "that format has no limit")
    model.answers = .labels(["a", "b"])
    #expect(error("m.safetensors") == nil)
  }
}
