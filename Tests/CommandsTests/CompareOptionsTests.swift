import Experiments
import Testing
import Training

@testable import Commands

@Suite("Options of compare")
struct CompareOptionsTests {
  private static func options(_ line: String) throws -> CompareOptions {
    let words = ["compare"] + line.split(separator: " ").map(String.init)
    let command: CompareCommand = try Invocation.command(words)
    return command.options
  }

  @Test("Five batch sizes, five epochs, searched rates, one seed by default")
  func defaults() throws {
    let options = try Self.options("")
    #expect(options.batchSizes == ["1", "10", "64", "1000", "full"])
    #expect(options.budget == .epochs(5))
    #expect(options.rates == .automatic)
    #expect(options.seeds == [1])
    #expect(options.schedule == .default)
    #expect(options.grid.cells.count == 5)
  }

  @Test("A learning rate is searched unless it is given or all optimizers search the length of a step")
  func searches() throws {
    func searches(_ line: String) throws -> Bool { try Self.options(line).searchesRates }
    #expect(try searches("") && searches("--optimizer sgd,lbfgs --validation-fraction 0.3"))
    #expect(try !searches("--optimizer lbfgs") && !searches("--learning-rate 0.1"))
    // As in the configuration of a run of train without a validation split.
    #expect(try !searches("--learning-rate 0.1 --validation-fraction 0"))
    let own = try Self.options("--optimizer lbfgs").own
    #expect(!own.contains { $0.name == "--validation-fraction" })
  }

  @Test(
    "Budgets",
    arguments: [
      ("--epochs 2", CompareBudget.epochs(2)), ("--samples 1000", .samples(1000)), ("--steps 9", .steps(9)),
      ("--seconds 0.5", .seconds(0.5)),
    ])
  func budgets(line: String, budget: CompareBudget) throws {
    #expect(try Self.options(line).budget == budget)
  }

  @Test("Axes multiply, seeds follow one another, rates belong to batch sizes")
  func axes() throws {
    let options = try Self.options(
      "--batch-size 8,full --optimizer sgd,adam --hidden 8 --hidden 16,8 --seeds 3 --seed 7 --evaluate-every 10")
    #expect(options.grid.cells.count == 8)
    #expect(options.seeds == [7, 8, 9])
    #expect(try Self.options("--batch-size 8 --workers 1,2 --gradients partial,owned").grid.cells.count == 4)
    #expect(options.schedule == .every(10))
    #expect(try Self.options("--batch-size 8,full --learning-rates 0.1,1").rates == .byBatchSize([0.1, 1]))
    let rates = try Self.options("--batch-size 8 --learning-rate 0.1 --learning-rate 1")
    #expect(rates.rates == .given)
    #expect(rates.grid.cells.map(\.options.optimization.learningRate) == [0.1, 1])
  }

  @Test("Values of --augment have bars between them; both kinds of one value may be given apart")
  func augmentations() throws {
    let affine = try #require(Augmentation("affine:rotation=15"))
    let both = try #require(Augmentation("affine:rotation=5,elastic"))
    func cells(_ line: String) throws -> [Augmentation?] {
      try Self.options("--batch-size 8 " + line).grid.cells.map(\.options.augmentation.augmentation)
    }
    let listed = "none|affine:rotation=15|affine:rotation=5,elastic"
    #expect(try cells("--augment \(listed) --clean-epochs 2") == [nil, affine, both])
    #expect(try cells("--augment affine:rotation=5 --augment elastic") == [both])
    #expect(try cells("--augment none") == [nil] && cells("") == [nil])
    let axis = try #require(try Self.options("--augment \(listed)").grid.axes.first { $0.name == "augment" })
    #expect(axis.texts == listed.split(separator: "|").map(String.init))
    let sweep: SweepCommand = try Invocation.command([
      "sweep", "--augment", "none|affine:rotation=15", "--trials", "2",
    ])
    #expect(sweep.options.space.dimensions.map(\.values.text) == ["none|affine:rotation=15"])
  }

  @Test(
    "An invalid command line is reported with the conflicting options",
    arguments: [
      ("--epochs 2 --steps 5", "--epochs 2 with --steps 5: each is a budget; expected one of them for all runs."),
      (
        "--seconds 1 --samples 5",
        "--samples 5 with --seconds 1: each is a budget; expected one of them for all runs."
      ),
      (
        "--augment affine:rotation=10 --clean-epochs 2 --samples 120",
        "--clean-epochs 2: there is no last epoch to count from; expected --epochs or --steps in place of the other budget."
      ),
      (
        "--augment affine:rotation=10 --clean-epochs 2 --seconds 2",
        "--clean-epochs 2: there is no last epoch to count from; expected --epochs or --steps in place of the other budget."
      ),
      (
        "--augment affine:rotation=15 --augment affine:rotation=5",
        "--augment affine:rotation=15 with --augment affine:rotation=5: not a valid value together; expected one of them, or none, "
          + "\(Augmentation.grammar); several with | between them."
      ),
      (
        "--augment affine:rotation=15|elastic --augment affine:rotation=5",
        "--augment affine:rotation=15|elastic with --augment affine:rotation=5: not a valid value together; expected one of them, or none, "
          + "\(Augmentation.grammar); several with | between them."
      ),
      ("--seconds 0", "--seconds: invalid value 0; expected a finite number above 0."),
      ("--seeds 0", "--seeds: invalid value 0; expected a whole number from 1 to 1000."),
      ("--evaluate-every 0", "--evaluate-every: invalid value 0; expected a whole number from 1 to 1000000000000."),
      (
        "--learning-rate fast",
        "--learning-rate: invalid value fast; expected a finite number above 0, or auto."
      ),
      (
        "--learning-rates 0.1,x",
        "--learning-rates: invalid value 0.1,x; expected finite numbers above 0, comma-separated, one per batch size."
      ),
      (
        "--learning-rates 0.1,1 --batch-size 1,8,full",
        "--learning-rates 0.1,1 with --batch-size 1,8,full: 2 rates for 3 batch sizes; expected one rate for each batch size."
      ),
      (
        "--learning-rates 0.1 --learning-rate 0.1 --batch-size 1",
        "--learning-rate 0.1 with --learning-rates 0.1: both set the learning rate; expected one of the two."
      ),
      (
        "--learning-rate auto --learning-rate 0.1",
        "--learning-rate auto with --learning-rate 0.1: a learning rate is either searched for or given; expected one of the two."
      ),
      (
        "--validation-fraction 0",
        "--learning-rate auto with --validation-fraction 0: a search needs a validation loss; "
          + "expected a fraction above 0, or a learning rate."
      ),
      (
        "--learning-rate 0.1 --validation-fraction 0.2",
        "--learning-rate 0.1 with --validation-fraction 0.2: samples are held out for a search only; "
          + "expected one of the two."
      ),
      (
        "--optimizer lbfgs --validation-fraction 0.3",
        "--optimizer lbfgs with --validation-fraction 0.3: a line search needs no learning rate, and samples are held out "
          + "for the search of one only; expected one of the two."
      ),
      (
        "--seconds 1 --schedule cosine",
        "--seconds 1 with --schedule cosine: cosine needs the number of steps; "
          + "expected --epochs, --samples or --steps, or another schedule."
      ),
      ("--batch-size 8,8", "--batch-size: 8 twice in 8,8; expected each value once."),
      (
        "--optimizer sgd,adam --momentum 0.9",
        "--momentum 0.9 with --optimizer sgd: sgd has no momentum; expected --optimizer momentum or nesterov."
      ),
      (
        "--patience 3",
        "unknown option --patience of 'descent compare'; it is an option of train. 'descent help compare' lists all options."
      ),
      (
        "--metrics a --report a",
        "--metrics a with --report a: both name the same file; expected two different files."
      ),
      (
        "--target-accuracy 0.9 --test-fraction 0",
        "--target-accuracy 0.9 with --test-fraction 0: there is no test split; "
          + "expected a test fraction above 0, or --test FILE."
      ),
    ])
  func bad(line: String, message: String) {
    let error = #expect(throws: UsageError.self) { try Self.options(line) }
    #expect(error?.description == message)
  }
}
