import Files
import Testing

@testable import Datasets
@testable import Readers

/// Tables for a model: whether the first line is a sample, and options that contradict the model.
@Suite("Lines and columns of tables for a model")
struct ModelLinesTests {
  @Test("Text columns of options are those of the model, or an error")
  func categorical() throws {
    var request = TableRequest()
    request.model = TableColumns(names: ["a", "color"], count: 2)
    request.model?.categories = [1: ["blue", "red"]]
    request.needsTargets = false
    let text = "a,color,more\n1,red,u\n2,blue,v\n"
    for choice in [CategoricalColumns.auto, .columns(["color"]), .columns(["color", "more"]), .columns(["gone"])] {
      request.categorical = choice
      #expect(try readTable(text, request).rows == [[1, 0, 1], [2, 1, 0]], "\(choice)")
    }
    for (choice, says) in [
      (CategoricalColumns.columns(["a"]), "the model has numbers in column 'a'"),
      (.columns(["color", "0"]), "the model has numbers in column 'a'"),
      (.none, "the model has texts in column 'color'"),
    ] {
      request.categorical = choice
      let error = #expect(throws: DataOptionError.self) { try readTable(text, request) }
      #expect(error?.option == .categorical && error?.message.description.hasPrefix(says) == true, "\(error!)")
    }
  }

  @Test("A text among the model's numbers has no remedy that the model refuses")
  func text() throws {
    var request = TableRequest()
    request.model = TableColumns(names: ["a", "b"], count: 2)
    request.needsTargets = false
    for purpose in [SamplePurpose.use(fills: []), .use(fills: [.mean])] {
      request.purpose = purpose
      for text in ["a,b\n1,2\n1st,4\n", "a,b\n1,2\n,4\n"] {
        let error = #expect(throws: FileError.self) { try readTable(text, request) }
        let message = error?.description ?? ""
        #expect(!message.contains("categorical") && !message.contains("ignore"), "\(message)")
        #expect(
          message.contains(text.contains("1st") ? "The model has numbers in this column." : "missing"), "\(message)")
      }
    }
  }
}
