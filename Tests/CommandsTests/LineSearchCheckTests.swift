import Testing

@testable import Commands

@Suite("The check of a line search")
struct LineSearchCheckTests {
  @Test(
    "finds the first of at least three last epochs with the same loss and gradient norm",
    arguments: [
      ([], nil), ([[1, 1]], nil), ([[3, 1], [2, 1], [2, 1]], nil), ([[2, 1], [2, 1], [2, 1]], 1),
      ([[3, 1], [2, 1], [2, 1], [2, 1], [2, 1]], 2), ([[2, 1], [2, 1], [2, 1], [1, 1]], nil),
      ([[2, 3], [2, 2], [2, 1]], nil), ([[2, .nan], [2, .nan], [2, .nan]], nil),
    ] as [([[Double]], Int?)])
  func firstWithoutMove(figures: [[Double]], epoch: Int?) {
    #expect(LineSearchCheck.firstWithoutMove(figures) == epoch)
  }
}
