import Files
import Foundation
import Testing

@testable import Models

@Suite("Weights in MAT-files")
struct ModelFileMATTests {
  @Test("are a network, the bias in the first column")
  func reads() throws {
    let model = try with([("Theta1", 2, [0.5, -1, 1, 2, 3, 4]), ("Theta2", 1, [7, 8, 9])]) { try ModelFile.read($0) }
    #expect(model.widths == [2, 2, 1])
    #expect(model.parameters.layers[0].bias == [0.5, -1])
    #expect(model.parameters.layers[0].weight == [1, 3, 2, 4])
    #expect(model.parameters.layers[1].bias == [7])
    #expect(model.parameters.layers[1].weight == [8, 9])
    #expect(model.activations == nil)
  }

  @Test("are refused without Theta1, where they don't fit together, and where a number is not finite")
  func refuses() throws {
    let cases: [([(String, Int, [Double])], String)] = [
      ([("X", 1, [1, 2])], "Theta1"),
      ([("Theta1", 2, [0, 0, 1, 1]), ("Theta2", 1, [1, 2])], "Theta2 of 1 × 2"),
      ([("Theta1", 1, [0, .nan])], "Theta1(1,2)"),
      ([("Theta1", 1, [5])], "Theta1 of 1 × 1"),
    ]
    for (variables, part) in cases {
      let error = #expect(throws: FileError.self) { try with(variables) { try ModelFile.read($0) } }
      #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }
  }

  /// A MAT-file of level 5 with these matrices of doubles, column by column.
  private func with<Result>(
    _ variables: [(name: String, rows: Int, values: [Double])], _ body: (String) throws -> Result
  ) throws -> Result {
    var data = Data(count: 124) + Data([0, 1, 0x49, 0x4D])
    func word(_ value: Int) -> Data { withUnsafeBytes(of: UInt32(value).littleEndian) { Data($0) } }
    func element(_ type: Int, _ bytes: Data) -> Data {
      word(type) + word(bytes.count) + bytes + Data(count: (8 - bytes.count % 8) % 8)
    }
    for (name, rows, values) in variables {
      let numbers = values.reduce(into: Data()) { data, value in
        data += withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) }
      }
      let body =
        element(6, word(6) + word(0)) + element(5, word(rows) + word(values.count / rows))
        + element(1, Data(name.utf8)) + element(9, numbers)
      data += element(14, body)
    }
    let folder = try ScratchFolder()
    return try body(folder.write("theta.mat", [UInt8](data)))
  }
}
