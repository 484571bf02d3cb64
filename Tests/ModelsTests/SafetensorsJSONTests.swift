import JSON
import Models
import Testing

@Suite("JSON")
struct SafetensorsJSONTests {
  @Test("Every kind of value is read, and written back on one line")
  func values() throws {
    let text = #" { "a" : [ 1, -2.5e+3, true, false, null ], "b": {"c":"x"}, "":[] , "d":{} } "#
    let value = try JSONValue.parse(text.utf8)
    #expect(value.text == #"{"a":[1,-2.5e+3,true,false,null],"b":{"c":"x"},"":[],"d":{}}"#)
    #expect(try JSONValue.parse(value.text.utf8) == value)
    #expect(value["b"]?["c"]?.string == "x")
    #expect(value["z"] == nil && value["a"]?["a"] == nil)
  }

  @Test("Strings hold every character, escaped or not, and come back")
  func strings() throws {
    let escaped = #""\"\\\/\b\f\n\r\té😀€""#
    #expect(try JSONValue.parse(escaped.utf8).string == "\"\\/\u{8}\u{C}\n\r\té😀€")
    let odd = "a\u{0}b\u{1F}\u{7F}\u{9F}\"\\\n é 数 👩‍👩‍👧 e\u{301}"
    let text = JSONValue.string(odd).text
    #expect(try JSONValue.parse(text.utf8).string == odd)
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
  }

  @Test("A Double is written so that it reads back the same; what is not finite is null")
  func numbers() throws {
    for number in [0, 0.1, 1e-300, 1.7976931348623157e308, .leastNonzeroMagnitude, -1.0 / 3, 1e16] {
      #expect(try JSONValue.parse(JSONValue.number(number).text.utf8).double == number)
    }
    #expect([Double.nan, .infinity, nil].map { JSONValue.number($0) } == [.null, .null, .null])
    #expect(JSONValue.number(literal: "9223372036854775808").int == nil)
    #expect(JSONValue.number(literal: "1.0").int == nil)
    #expect(JSONValue.number(literal: "1e999").double == nil)
  }

  @Test(
    "Invalid JSON is rejected",
    arguments: [
      "", " ", "{", "}", "[", "[1", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":1 \"b\":2}",
      "01", "-", "1.",
      ".5", "+1", "1e", "1e+", "tru", "nul", "True", "NaN", "Infinity", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"",
      "\"\\u12G4\"",
      "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\nb\"", "1 2", "[] []", "{} x",
      "{\"a\":1,\"a\":2}",
      "{\"a\":1,\"\\u0061\":2}", "'a'", "\u{FEFF}1", "//\n1", "-01", "\"\\u+123\"",
    ])
  func refused(text: String) {
    #expect(throws: JSONError.self) { try JSONValue.parse(text.utf8) }
  }

  @Test("A string that is not UTF-8 is refused")
  func notUTF8() {
    for bytes in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] as [[UInt8]] {
      #expect(throws: JSONError.self) { try JSONValue.parse([0x22] + bytes + [0x22]) }
    }
  }

  @Test("A string of combining marks without end is refused: to compare two of them takes minutes")
  func marks() throws {
    let marks = String(repeating: "\u{301}\u{323}", count: 500_000)
    for text in ["{\"a\(marks)\":0}", "[\"\(marks)\"]", "\"" + String(repeating: "\\u0301", count: 31) + "\""] {
      #expect(throws: JSONError.self) { try JSONValue.parse(text.utf8) }
    }
    let few = String(marks.unicodeScalars.prefix(30))
    #expect(try JSONValue.parse("\"\(few)\"".utf8).string?.unicodeScalars.count == 30)
  }

  @Test("Depth is limited, so that brackets without end exhaust no stack")
  func depth() throws {
    func nested(_ depth: Int) -> [UInt8] { Array(String(repeating: "[", count: depth).utf8) }
    let deepest = nested(JSONValue.maximumDepth) + Array(String(repeating: "]", count: JSONValue.maximumDepth).utf8)
    _ = try JSONValue.parse(deepest)
    for depth in [JSONValue.maximumDepth + 1, 1_000_000] {
      #expect(throws: JSONError(offset: JSONValue.maximumDepth, found: "more than \(JSONValue.maximumDepth) levels")) {
        try JSONValue.parse(nested(depth))
      }
    }
  }
}
