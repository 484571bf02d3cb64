import Testing
import Training

@Suite("Weight averaging")
struct WeightAveragingTests {
  @Test(
    "A text is read back as it is printed, another is refused",
    arguments: [
      ("none", true), ("ema:0.999", true), ("ema:0.0", true), ("swa:1", true), ("ema:1", false), ("ema:-0.1", false),
      ("ema", false), ("ema:nan", false),
      ("ema:0.99999994", true), ("ema:0.99999995", false), ("swa:0", false), ("swa:1.5", false), ("none:1", false),
      ("", false),
    ])
  func texts(text: String, isRead: Bool) {
    #expect(WeightAveraging(text)?.optionText == (isRead ? text : nil))
  }
}
