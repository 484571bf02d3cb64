import Datasets
import Files
import Networks
import Testing
import Training

@testable import Course

@Suite("Descent in the course's exercises")
struct CourseDescentTests {
  @Test("A path has the bits of runs that end after each of its steps, whole epochs or parts", arguments: [1, 2, 5])
  func path(batchSize: Int) throws {
    let inputs: [[Double]] = (0..<5).map { (example: Int) in [Double(example) / 3, Double(example * example % 7)] }
    let targets: [[Double]] = (0..<5).map { (example: Int) in [Double(example % 2)] }
    let examples = PlainExamples(inputs: inputs, targets: targets)
    let topology = try Topology(inputs: 2, hidden: [3], outputs: 1, activations: [.tanh], output: .sigmoid)
    let start = Parameters.initial(topology: topology, initializer: .automatic, seed: 3)
    let configuration = TrainingConfiguration {
      $0.learningRate = 0.3
      $0.batchSize = .samples(batchSize)
      $0.workers = 1
    }
    let path = try CourseDescent.path(topology, start, training: Samples(examples), configuration, steps: 7)
    try #require(path.count == 8)
    #expect(path[0] == start && Set(path.map(\.flat)).count == 8)
    for steps in 1...7 {
      var cut = configuration
      (cut.epochs, cut.steps) = (nil, steps)
      let run = try CourseDescent(topology, start, training: Samples(examples), cut)
      #expect(path[steps] == run.parameters, "after \(steps) steps")
    }
  }

  @Test("A run, and a path, end with the step in which the exercise is stopped", arguments: [false, true])
  func stopped(isPath: Bool) throws {
    let inputs: [[Double]] = (0..<5).map { (example: Int) in [Double(example)] }
    let samples = Samples(PlainExamples(inputs: inputs, targets: inputs.map { [$0[0] > 2 ? 1 : 0] }))
    let topology = try Topology(inputs: 1, hidden: [], outputs: 1, activations: [], output: .sigmoid)
    let start = Parameters.initial(topology: topology, initializer: .automatic, seed: 3)
    let reads = Guarded(0)
    #expect(throws: CourseInterrupted()) {
      try CourseInterruption.$isRequested.withValue({
        reads.withLock { count in
          count += 1
          return count > 5
        }
      }) {
        if isPath {
          _ = try CourseDescent.path(topology, start, training: samples, .course(learningRate: 0.1), steps: 1000)
        } else {
          _ = try CourseDescent(
            topology, start, training: samples, .course(learningRate: 0.1, batchSize: .samples(1), epochs: 1000))
        }
      }
    }
    #expect(reads.withLock { $0 } < 10)
  }
}
