import Datasets
import Experiments
import Files
import Testing
import Training

@testable import Commands

@Suite("Errors of the library")
struct ErrorSpellingTests {
  @Test(
    "name options as properties, and on the command line as options",
    arguments: [
      (FetchError.notAURL("/a") as any OptionTextError, "from /a: not a URL", "--from /a: not a URL"),
      (
        CompareError.nothingToHoldOut(samples: 1), "learningRate auto: found 1 sample to",
        "--learning-rate auto: found 1 sample to"
      ),
      (TrainingError.augmentation(found: "x", expected: "y"), "augment: found x", "--augment: found x"),
    ] as [(any OptionTextError, String, String)])
  func options(error: any OptionTextError, inLibrary: String, onCommandLine: String) {
    #expect("\(error)".hasPrefix(inLibrary))
    #expect(error.message.spelled.hasPrefix(onCommandLine))
  }
}
