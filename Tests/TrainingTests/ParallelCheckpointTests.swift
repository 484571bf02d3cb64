import Files
import Foundation
import Networks
import Optimizers
import Testing

@testable import Training

extension ParallelTraining {
  @Suite("Parallel runs and their checkpoints")
  struct ParallelCheckpointTests {
    private let scratch: ScratchFolder
    private var folder: String { scratch.file("checkpoints") }

    init() throws { scratch = try ScratchFolder() }

    private var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted() }

    private func configuration(_ strategy: GradientStrategy = .owned) -> TrainingConfiguration {
      ParallelResumeTests.configuration(Adam(), strategy)
    }

    @Test(
      "Checkpoints by epochs, steps and time change no bit, and each resumes to the same end",
      arguments: [CheckpointSchedule.epoch, .steps(1), .steps(3), .steps(1000), .seconds(1e-6), .seconds(100)])
    func schedules(schedule: CheckpointSchedule) throws {
      for strategy in GradientStrategy.allCases {
        let through = try ParallelResumeTests.bits(ParallelResumeTests.trainer(configuration(strategy)))
        let trainer = try ParallelResumeTests.trainer(configuration(strategy))
        let checkpointer = try Checkpointer(trainer, store: CheckpointStore(folder), schedule: schedule)
        for epoch in 1...3 { #expect(try checkpointer.nextEpoch()?.epoch == epoch) }
        try checkpointer.finish()
        let found = try #require(try CheckpointFolder(folder).newest())
        #expect(found.checkpoint.state.position.stepsDone == 24)
        let resumed = try ParallelResumeTests.trainer(configuration(strategy), resuming: found.checkpoint.state)
        #expect(try ParallelResumeTests.bits(resumed) == through, "\(schedule.text), \(strategy)")
        #expect(names.count <= 2 && names.allSatisfy { $0.hasPrefix("checkpoint-") }, "\(names)")
      }
    }

    @Test("A run that steps end inside an epoch leaves the state that a longer run shares")
    func cut() throws {
      var configuration = configuration()
      (configuration.epochs, configuration.steps) = (nil, 21)
      for schedule in [CheckpointSchedule.epoch, .steps(2), .seconds(100)] {
        let trainer = try ParallelResumeTests.trainer(configuration)
        let checkpointer = try Checkpointer(trainer, store: CheckpointStore(folder), schedule: schedule)
        while try checkpointer.nextEpoch() != nil {}
        try checkpointer.finish()
        #expect(trainer.endReason == .steps && trainer.history.last?.steps == 5)
        let state = try #require(try CheckpointFolder(folder).newest()).checkpoint.state
        #expect(state.position.stepsDone == 20 && state.position.history.count == 2)
      }
    }

    @Test("A stop from outside keeps the step it stopped at")
    func stop() throws {
      let through = try ParallelResumeTests.bits(ParallelResumeTests.trainer(configuration()))
      let trainer = try ParallelResumeTests.trainer(configuration())
      let checkpointer = try Checkpointer(trainer, store: CheckpointStore(folder))
      _ = try checkpointer.nextEpoch()
      _ = try trainer.advance(steps: 3)
      trainer.stop()
      #expect(throws: TrainingError.stopped) { try checkpointer.nextEpoch() }
      try checkpointer.finish()
      let state = try #require(try CheckpointFolder(folder).newest()).checkpoint.state
      #expect(state.position.stepsDone == 11 && state.position.part?.steps == 3)
      #expect(try ParallelResumeTests.bits(ParallelResumeTests.trainer(configuration(), resuming: state)) == through)
    }

    @Test("Numbers that are not finite never reach a checkpoint, and end the run")
    func broken() throws {
      let trainer = try ParallelResumeTests.trainer(configuration())
      let checkpointer = try Checkpointer(trainer, store: CheckpointStore(folder))
      _ = try checkpointer.nextEpoch()
      // The result of an update that overflowed, in a parameter that does not affect the loss.
      trainer.network.buffer.pointer[0] = .infinity
      #expect(throws: TrainingError.self) {
        while try checkpointer.nextEpoch() != nil {}
        try checkpointer.finish()
      }
      #expect(throws: Never.self) { try checkpointer.finish() }
      let state = try #require(try CheckpointFolder(folder).newest()).checkpoint.state
      #expect(state.position.stepsDone <= 8 && state.parameters.isFinite)
    }

    @Test("A checkpoint that cannot be written is reported once, and the run continues and reports it at its end")
    func unwritable() throws {
      let trainer = try ParallelResumeTests.trainer(configuration())
      let failures = Guarded<[FileError]>([])
      let checkpointer = try Checkpointer(
        trainer, store: CheckpointStore(folder), schedule: .steps(2),
        onFailure: { error in failures.withLock { $0.append(error) } })
      _ = try checkpointer.nextEpoch()
      // In one step: whatever the writer is at, its folder is not there from now on.
      try FileManager.default.moveItem(atPath: folder, toPath: folder + "-elsewhere")
      defer { try? FileManager.default.removeItem(atPath: folder + "-elsewhere") }
      while try checkpointer.nextEpoch() != nil {}
      #expect(trainer.endReason == .epochs)
      #expect(throws: FileError.self) { try checkpointer.finish() }
      #expect(failures.withLock { $0.count } == 1)
    }
  }
}
