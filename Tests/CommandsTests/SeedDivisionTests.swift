import Reports
import Testing
import Training

@testable import Commands

@Suite("Cores of several networks")
struct SeedDivisionTests {
  /// The plan of a network alone, on 2,000 drawn digits.
  private static func plan(_ words: String) throws -> TrainPlan {
    let console = Console(
      output: StandardOutput(descriptor: -1), progress: ProgressDisplay(isQuiet: true), interruption: Interruption())
    let line = "--data synthetic:2000,50 --instruction-set portable --quiet " + words
    let arguments = try Arguments(
      line.split(separator: " ").map(String.init), command: "train", groups: TrainCommand.declaration.allGroups)
    return try TrainPlan(TrainOptions(arguments), console)
  }

  @Test("as many networks as cores are trained at a time, each with its share; the last ones share all cores")
  func shares() {
    for (networks, available, cores) in [
      (4, 2, [1, 1, 1, 1]), (3, 2, [1, 1, 2]), (2, 8, [4, 4]), (5, 4, [1, 1, 1, 1, 4]), (7, 5, [1, 1, 1, 1, 1, 2, 2]),
      (3, 1, []),
    ] {
      let division = SeedDivision(networks: networks, available: available) { _ in true }
      #expect(division.cores == cores && division.slots == min(networks, available), "\(networks) on \(available)")
    }
  }

  @Test("Memory limits the networks that train at a time")
  func memory() {
    let division = SeedDivision(networks: 4, available: 8) { $0 <= 2 }
    #expect(division.slots == 2 && division.cores == [4, 4, 4, 4])
    #expect(SeedDivision(networks: 4, available: 8) { $0 <= 1 } == SeedDivision(slots: 1))
  }

  @Test(
    "steps large enough for all cores are divided among them for a single network alone",
    arguments: ["--hidden 128", "--hidden 800 --batch-size 128", "--hidden 128 --gradients owned --batch-size 512"])
  func sideBySide(words: String) throws {
    let plan = try Self.plan(words)
    #expect(SeedDivision.of(3, plan, available: 2).cores == [1, 1, 2])
  }

  @Test("networks whose bits would change, or whose workers are given, are trained as a single one is")
  func alone() throws {
    for (words, slots) in [
      ("--gradients partial", 1), ("--hidden 128 --batch-size 1000", 1), ("--workers 2", 1), ("--workers 1", 2),
    ] {
      #expect(try SeedDivision.of(3, Self.plan(words), available: 2) == SeedDivision(slots: slots), "\(words)")
    }
    let plan = try Self.plan("")
    var earlier = TrainingChoices(plan.configuration, topology: plan.topology, training: plan.data.training)
    earlier.workers = 2
    let resumed = SeedDivision.of(3, plan, resuming: earlier, available: 4)
    #expect(resumed.slots == 2 && resumed.cores == [2, 2, 2], "a network without a checkpoint has its share")
    var patient = SeedDivision(networks: 3, available: 2, endTogether: false) { _ in true }
    #expect(patient.cores == [1, 1, 1], "the last network may begin beside another one")
    patient = SeedDivision.of(3, plan, sharesData: false, available: 1)
    #expect(patient == SeedDivision(slots: 1))
  }
}
