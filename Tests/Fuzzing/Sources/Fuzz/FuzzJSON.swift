import JSON

/// JSON: a parsed value is written and read again.
func tryJSON(_ bytes: [UInt8]) {
  let value: JSONValue
  do throws(JSONError) {
    value = try JSONValue.parse(bytes)
  } catch {
    precondition((0...(bytes.count + 1)).contains(error.offset), "an error lies within the text")
    checkLength(error.found)
    return
  }
  do throws(JSONError) {
    let again = try JSONValue.parse(value.text.utf8)
    precondition(again == value, "the same value after writing")
  } catch { preconditionFailure("what was written cannot be read: \(error)") }
}
