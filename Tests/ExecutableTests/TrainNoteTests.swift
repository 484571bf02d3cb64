import Testing

/// Notes of `train` on the model and on options.
@Suite("Notes of train on a run", .serialized)
struct TrainNoteTests {
  private let scratch: Scratch
  private let plane: String

  init() throws {
    scratch = try Scratch()
    plane = try scratch.write("plane.csv", SmallData.plane())
  }

  /// Eighty samples of a class and forty of another, apart from each other.
  private static let lopsided = (0..<120).map {
    "\($0 % 3 == 0 ? "rare" : "common"),\($0 % 3 == 0 ? 3 : -3),\($0 % 7)\n"
  }.joined()

  @Test(
    "A model that learned nothing has one line with the finding and a remedy, unlike one that learned",
    arguments: [
      ("clouds", "--initializer constant:0 --learning-rate 1e-9 --epochs 1", "most frequent class"),
      ("clouds", "--epochs 30", ""), ("clouds", "--class-weights balanced --epochs 30", ""),
      ("clouds", "--initializer constant:0 --learning-rate 1e-9 --epochs 1 --quiet", ""),
      (
        "clouds", "--class-weights balanced --initializer constant:0 --learning-rate 1e-9 --epochs 1",
        "weighted by --class-weights"
      ),
      ("plane", "--targets 1 --output identity --initializer constant:0 --learning-rate 1e-9 --epochs 1", "R²"),
      ("plane", "--targets 1 --output identity --epochs 30", ""), ("clouds", "--epochs 0", ""),
      ("clouds", "--test swapped.csv --epochs 30", "overfits: its accuracy is 100.00 % on the training split, but"),
    ])
  func learning(data: String, options: String, words: String) throws {
    let path = data == "clouds" ? try scratch.write("one.csv", Self.lopsided) : plane
    // A test split whose labels contradict those of the training split.
    let other = Self.lopsided.replacing("rare", with: "r").replacing("common", with: "rare")
    let swapped = try scratch.write("swapped.csv", other.replacing("r,", with: "common,"))
    let options = options.replacing("swapped.csv", with: swapped)
    let outcome = try Executable.run("train --data \(path) --hidden 8 \(options)")
    #expect(outcome.status == 0)
    let lines = outcome.errors.split(separator: "\n")
    guard !words.isEmpty else {
      #expect(lines.isEmpty, "\(outcome.errors)")
      return
    }
    let finding = options.contains("--test") ? "overfits" : "has not learned"
    #expect(lines.count == 1 && lines[0].contains(finding) && lines[0].contains(words), "\(outcome.errors)")
    #expect(lines[0].contains(options.contains("--test") ? "--l2" : "--learning-rate"))
  }

  @Test("Images that are far too bright for a network that learned nothing have their divisor as remedy")
  func brightImages() throws {
    for (scale, isFar) in [("0.01", true), ("255", false)] {
      let outcome = try Executable.run(
        "train --data synthetic:200,50 --hidden 4 --initializer constant:0 --learning-rate 1e-9 --epochs 1 --scale \(scale)"
      )
      #expect(outcome.status == 0 && outcome.errors.contains("has not learned"), "\(outcome.errors)")
      #expect(
        outcome.errors.contains("Try --scale 255 (features reach 255), or --standardize, or more --epochs") == isFar,
        "\(outcome.errors)")
    }
  }

  @Test(
    "A model of rare classes without a better accuracy is said to have no better accuracy, and not to have learned nothing",
    arguments: [
      ("", "or --output sigmoid with --threshold."), ("--output sigmoid", "or another --threshold."),
      ("--label-smoothing 0.01", "or --output sigmoid with --threshold."),
      ("--output sigmoid --loss squared-error --learning-rate 1", "or another --threshold."),
      ("--class-weights 1,1", "Try --output sigmoid with --threshold."),
    ])
  func rare(options: String, remedy: String) throws {
    // Of every 40 samples one is rare, and so is a sixth of those like it.
    let rows = (0..<1200).map { "\($0 % 40 == 0 ? "rare" : "common"),\($0 % 40 < 6 ? 1 : 0),\($0 % 7)\n" }.joined()
    let outcome = try Executable.run(
      "train --data \(scratch.write("rare.csv", "class,x,y\n" + rows)) --hidden 8 --epochs 20 --test-fraction 0 "
        + options)
    let errors = outcome.errors
    #expect(outcome.status == 0 && errors.split(separator: "\n").count == 1, "\(errors)")
    let weighted = options.contains("weights")
    let smoothed = options.contains("smoothing") ? " with --label-smoothing" : ""
    let kind = weighted ? " weighted by --class-weights" : smoothed
    #expect(
      errors.hasPrefix(
        "descent: the model is no more accurate than a constant prediction: its accuracy on the training split"
          + (weighted ? ", weighted by --class-weights," : "")
          + " is 97.50 %, and always predicting \(weighted ? "" : "the most frequent class, ")common"
          + "\(weighted ? "" : ",") has 97.50 %. Its loss\(kind), "), "\(errors)")
    #expect(errors.contains(": the classes are unbalanced. Try ") && errors.contains(remedy), "\(errors)")
    #expect(errors.contains("--class-weights balanced") != weighted, "\(errors)")
    #expect(errors.hasSuffix(" 'descent evaluate' prints the balanced accuracy.\n"), "\(errors)")
  }

  @Test("No epoch is distorted where all are clean")
  func cleanEpochs() throws {
    // Four steps an epoch.
    for (limit, clean, says) in [
      ("--epochs 2", 2, true), ("--epochs 2", 1, false), ("--steps 6", 2, true), ("--steps 6", 1, false),
      ("--epochs 3 --steps 6", 2, true),
    ] {
      let outcome = try Executable.run(
        "train --data synthetic:200,50 --hidden 4 \(limit) --augment affine:rotation=5 --clean-epochs \(clean)")
      #expect(outcome.errors.contains("no epoch has the distortion of --augment") == says, "\(outcome.errors)")
    }
  }

  @Test("Weights are not averaged where the run ends before the mean begins", arguments: ["", "--seeds 2"])
  func averageBeyond(seeds: String) throws {
    for (limit, start, words) in [
      ("--epochs 2", 3, "--average swa:3 with --epochs 2: the run has no whole epoch 3"), ("--epochs 2", 2, nil),
      ("--steps 6", 2, "--average swa:2 with --steps 6"),
      ("--epochs 1 --steps 6", 2, "--average swa:2 with --epochs 1"),
      ("--steps 8", 2, nil),
    ] as [(String, Int, String?)] {
      let outcome = try Executable.run(
        "train --data synthetic:200,50 --hidden 4 \(limit) \(seeds) --average swa:\(start)")
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("are not averaged") == (words != nil), "\(limit) \(outcome.errors)")
      if let words { #expect(outcome.errors.contains(words), "\(outcome.errors)") }
    }
  }

  @Test("Weights are not averaged where a criterion ends the run before the mean begins", arguments: ["", "--seeds 2"])
  func averageAfterEarlyEnd(seeds: String) throws {
    for (start, says) in [(4, true), (1, false)] {
      let outcome = try Executable.run(
        "train --data synthetic:200,50 --hidden 4 --epochs 9 --stop-loss 100 \(seeds) --average swa:\(start)")
      try #require(outcome.status == 0 && outcome.output.contains("(stop-loss)"), "\(outcome.errors)")
      let line =
        "--average swa:\(start): the run ended before the end of epoch \(start), and its weights are not averaged."
      let lines = says ? seeds.isEmpty ? 1 : 2 : 0
      #expect(outcome.errors.components(separatedBy: line).count == lines + 1, "\(outcome.errors)")
    }
  }

  @Test("A momentum that does not reach its last value says how far it gets")
  func momentum() throws {
    // Four steps an epoch: the last of eight steps has 0.5 + 0.4 · 7 / (30 · 4).
    for (limit, epochs, words) in [
      ("--epochs 2", 30, "--momentum linear:0.5,0.9,30 with --epochs 2: the momentum of the last step is 0.523; it"),
      ("--epochs 2", 2, nil), ("--steps 6", 2, "--momentum linear:0.5,0.9,2 with --steps 6: "), ("--epochs 0", 2, nil),
    ] as [(String, Int, String?)] {
      let outcome = try Executable.run(
        "train --data synthetic:200,50 --hidden 4 -o momentum \(limit) --momentum linear:0.5,0.9,\(epochs)")
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("--momentum") == (words != nil), "\(limit) \(outcome.errors)")
      if let words { #expect(outcome.errors.contains(words), "\(outcome.errors)") }
    }
  }

  @Test(
    "A run whose training loss grew is advised to take a smaller learning rate, and not more epochs",
    arguments: [("", false), ("--no-standardize", true)])
  func growth(options: String, standardizes: Bool) throws {
    // Each step multiplies the error by about -2, of one batch an epoch.
    let outcome = try Executable.run(
      "train --data \(plane) --targets 1 --output identity --hidden none --learning-rate 3 --epochs 6 " + options)
    let errors = outcome.errors
    #expect(outcome.status == 0 && errors.split(separator: "\n").count == 1, "\(errors)")
    let words = #/has not learned: its R² on the test split is -[0-9.e+]+, and .* has 0\. The training loss grew from /#
    #expect(errors.contains(words) && errors.contains(": try a smaller --learning-rate (now 3)"), "\(errors)")
    #expect(!errors.contains("--epochs") && errors.contains("--standardize") == standardizes, "\(errors)")
  }

  @Test(
    "So is one whose training loss grew within its only epoch; a loss that small steps have not changed did not grow",
    arguments: [
      ("--data synthetic:400,100 --hidden 8 --batch-size 10 --learning-rate 50", true),
      ("--data PLANE --targets 1 --output identity --hidden none --batch-size 8 --learning-rate 3", true),
      ("--data synthetic:400,100 --hidden 8 --batch-size 10 --learning-rate 1e-9 --l2 1000", false),
      ("--data PLANE --targets 1 --output identity --batch-size 8 --learning-rate 1e-9 --l1 1000", false),
    ])
  func growthWithinEpoch(options: String, grew: Bool) throws {
    let outcome = try Executable.run("train --epochs 1 " + options.replacing("PLANE", with: plane))
    let errors = outcome.errors
    #expect(outcome.status == 0 && errors.contains("has not learned"), "\(errors)")
    #expect(errors.contains("The training loss grew within epoch 1, from ") == grew, "\(errors)")
    #expect(errors.contains(" on average: try a smaller --learning-rate (now ") == grew, "\(errors)")
    #expect(errors.contains("more --epochs") == !grew, "\(errors)")
  }

  @Test("A resumed run does not compare its loss with that of initial weights, which the checkpoint does not have")
  func growthOfResumedRun() throws {
    let (weights, folder) = (scratch.file("weights"), scratch.file("checkpoints"))
    let words = "train --data \(plane) --targets 1 --output identity"
    // The first run multiplies the error by about -2 a step, the second one by 0.5.
    let far = try Executable.run("\(words) --hidden none --learning-rate 3 --epochs 9 --quiet --save \(weights)")
    let first = try Executable.run(
      "\(words) --initial-weights \(weights) --learning-rate 0.5 --epochs 3 --quiet --checkpoint \(folder)")
    try #require(far.status == 0 && first.status == 0, "\(far.errors)\(first.errors)")
    let resumed = try Executable.run("train --resume \(folder) --epochs 4")
    #expect(resumed.status == 0 && resumed.errors.contains("has not learned"), "\(resumed.errors)")
    #expect(!resumed.errors.contains("grew") && resumed.errors.contains("more --epochs"), "\(resumed.errors)")
  }
}
