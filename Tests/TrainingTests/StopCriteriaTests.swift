import Testing
import Training

@Suite("Stop criteria")
struct StopCriteriaTests {
  static func epoch(loss: Double = 1, norm: Double = 1, accuracy: Double? = 0.5) -> EpochMetrics {
    EpochMetrics(
      epoch: 1, steps: 1, seconds: 1, trainLoss: loss, testAccuracy: accuracy, samplesPerSecond: 1, learningRate: 1,
      gradientNorm: norm)
  }

  @Test("The reasons have the names that scripts rely on")
  func names() {
    #expect(
      EndReason.allCases.map(\.rawValue)
        == [
          "epochs", "steps", "stop-loss", "stop-gradient-norm", "target-accuracy", "patience", "interrupted",
          "diverged",
        ])
  }

  struct Row {
    var criteria: StopCriteria
    var epoch: EpochMetrics
    var epochsWithoutImprovement = 0
    var met: EndReason?
  }

  static let rows = [
    Row(criteria: StopCriteria(), epoch: epoch(loss: 0, norm: 0, accuracy: 1), epochsWithoutImprovement: 99, met: nil),
    Row(criteria: StopCriteria(loss: 0.5), epoch: epoch(loss: 0.51), met: nil),
    Row(criteria: StopCriteria(loss: 0.5), epoch: epoch(loss: 0.5), met: .stopLoss),
    Row(criteria: StopCriteria(loss: 0.5), epoch: epoch(loss: .nan), met: nil),
    Row(criteria: StopCriteria(gradientNorm: 0.5), epoch: epoch(norm: 0.51), met: nil),
    Row(criteria: StopCriteria(gradientNorm: 0.5), epoch: epoch(norm: 0.5), met: .stopGradientNorm),
    Row(criteria: StopCriteria(gradientNorm: 0.5), epoch: epoch(norm: .nan), met: nil),
    Row(criteria: StopCriteria(accuracy: 0.5), epoch: epoch(accuracy: 0.49), met: nil),
    Row(criteria: StopCriteria(accuracy: 0.5), epoch: epoch(accuracy: 0.5), met: .targetAccuracy),
    Row(criteria: StopCriteria(accuracy: 0.5), epoch: epoch(accuracy: nil), met: nil),
    Row(criteria: StopCriteria(patience: 3), epoch: epoch(), epochsWithoutImprovement: 2, met: nil),
    Row(criteria: StopCriteria(patience: 3), epoch: epoch(), epochsWithoutImprovement: 3, met: .patience),
    Row(
      criteria: StopCriteria(loss: 1, accuracy: 0.5, patience: 1), epoch: epoch(), epochsWithoutImprovement: 1,
      met: .targetAccuracy),
    Row(criteria: StopCriteria(loss: 1, patience: 1), epoch: epoch(), epochsWithoutImprovement: 1, met: .stopLoss),
  ]

  @Test("Each bound includes its own value, NaN meets none, and a goal goes before giving up", arguments: rows)
  func met(_ row: Row) {
    #expect(row.criteria.met(by: row.epoch, epochsWithoutImprovement: row.epochsWithoutImprovement) == row.met)
  }
}
