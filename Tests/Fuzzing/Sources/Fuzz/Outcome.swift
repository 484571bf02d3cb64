import Datasets
import Files

/// The result of a call, with its error checked.
func outcome<Value>(_ call: () throws(FileError) -> Value) -> Result<Value, FileError> {
  do throws(FileError) {
    return .success(try call())
  } catch {
    checkMessage(error)
    return .failure(error)
  }
}

/// A call that may refuse by what is wrong with a file or with an option; any other error is a finding.
func attempt<Value>(_ call: () throws -> Value) -> Result<Value, any Error> {
  do {
    return .success(try call())
  } catch let error as FileError {
    checkMessage(error)
    return .failure(error)
  } catch let error as DataOptionError {
    checkLength("\(error)")
    return .failure(error)
  } catch { preconditionFailure("an error of another kind: \(error)") }
}

/// Checks that an error names the file and has a limited length.
func checkMessage(_ error: FileError) {
  precondition(error.file.contains("input-"), "an error names its file: \(error)")
  checkLength(error.description)
}

/// The content of a file must not make a message fill the screen.
func checkLength(_ text: String) {
  precondition(!text.isEmpty && text.utf8.count < 2000, "a message is short: \(text.prefix(2000))")
}
