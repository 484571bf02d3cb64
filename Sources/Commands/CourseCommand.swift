import Charts
import Course
import Datasets
import Files
import JSON
import Kernels
import Pages
import Reports

/// `descent course [NAME|all]`: the exercises of the course notes, compared with the expected numbers.
struct CourseCommand: Command {
  static let dataOption = Option(
    "data",
    ValueKind<String>.path("SOURCE").described(
      "SOURCE", allowed: "a folder of MNIST's four IDX files"),
    absent: "Data/mnist when it holds the four files", "MNIST, for some exercises",
    traits: .input, otherNames: DataSelection.sourceOption.otherNames)
  static let weightsOption = Option(
    "weights", .path("FILE"), default: CourseFiles.defaultWeights,
    "the weights of Práctica 5: a MAT-file with Theta1 and Theta2", traits: .input,
    otherNames: ["theta", "given-weights"])
  static let languageOption = Option(
    "language", .choice("LANGUAGE", of: CourseLanguage.allCases), default: "en",
    "language of the exercises' texts: English or Spanish", otherNames: ["lang", "idioma"])

  static let declaration = CommandDeclaration(
    name: "course",
    positionals: [
      .init(
        name: "NAME", meaning: "one exercise, or all; without it the exercises are listed", isOptional: true,
        completion: .words(["all"] + CourseCatalog.all.map(\.name)))
    ],
    summary: "runs the exercises of the course notes and compares the results with the expected numbers",
    notes: [
      "An exercise without its file is skipped, with a note on the missing file. The status is 1 if anything disagrees.",
      "Ctrl-C (SIGINT) and SIGTERM end 'course all' with status 130 or 143 after the current step of training; the outcomes of the "
        + "exercises that are complete are written. A second signal ends the command at once, and so does the first one for a single "
        + "exercise.",
    ],
    groups: [
      OptionGroup(title: "Data", options: [dataOption, weightsOption]),
      OptionGroup(
        title: "Output",
        options: [languageOption] + ReportOptions.options + [CommonOptions.jsonOption, CommonOptions.quietOption]),
    ])

  /// The exercises to run, or the request to list them.
  enum Selection: Sendable {
    case list
    case one(CourseExercise)
    case all([CourseExercise])
  }

  var selection: Selection
  let source: DataSource?
  let weights: String
  let language: CourseLanguage
  let outputs: ResultOutputs
  let isQuiet: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    switch arguments.positionals.first?.lowercased() {
    case nil: selection = .list
    case "all"?: selection = .all(CourseCatalog.all)
    case let name?:
      guard let exercise = CourseCatalog.named(name) else {
        throw .argument(
          name: "NAME", found: name, allowed: "all or a name that 'descent course' lists",
          nearest: Nearest.names(to: name, among: ["all"] + CourseCatalog.all.map(\.name)))
      }
      selection = .one(exercise)
    }
    let data = try arguments.value(Self.dataOption)
    do throws(DataOptionError) {
      source = try data.map { text throws(DataOptionError) in try DataSource(text) }
    } catch {
      throw .elsewhere(error.spelled)
    }
    weights = try arguments.value(Self.weightsOption)
    language = try arguments.value(Self.languageOption)
    outputs = try ResultOutputs(arguments)
    isQuiet = try arguments.value(CommonOptions.quietOption)
    if case .list = selection, let option = ReportOptions.options.first(where: { arguments.isGiven($0) }) {
      throw .combination(
        options: ["--\(option.name)", "no NAME"], reason: "a list of exercises has no charts",
        expected: "all or a name that 'descent course' lists")
    }
  }

  func run(_ console: Console) throws -> ExitStatus {
    try outputs.check(console)
    let files = CourseFiles(source: source, weights: weights)
    switch selection {
    case .list:
      try console.output.write(
        outputs.printsJSON ? listJSON.text + "\n" : text(console).list(CourseCatalog.all))
      return .done
    case .one(let exercise): return try runOne(runnable(exercise), files, console)
    case .all(let exercises): return try runAll(exercises.map(runnable), files, console)
    }
  }

  /// The exercise with a command that names the files of this run.
  private func runnable(_ exercise: CourseExercise) -> CourseExercise {
    exercise.runnable(data: source.map { $0.text.shellWord }, weights: weights.shellWord)
  }

  private func runOne(_ exercise: CourseExercise, _ files: CourseFiles, _ console: Console) throws -> ExitStatus {
    let outcome = try exercise.run(files)
    // The page follows the text, and is written after a signal, too.
    console.interruption.deferSignals()
    try outputs.write(
      console, json: { outcome.json(in: language) }, text: { text(console).page(exercise, outcome) },
      page: { (page([CourseResult(exercise, outcome)], isSingle: true), nil) })
    return outcome.disagrees ? .failed : .done
  }

  private func text(_ console: Console) -> CourseText {
    CourseText(language: language, terminalWidth: console.terminalWidth)
  }

  private var listJSON: JSONValue { ["exercises": .array(CourseCatalog.all.map { $0.json(in: language) })] }

  private func runAll(
    _ exercises: [CourseExercise], _ files: CourseFiles, _ console: Console
  ) throws -> ExitStatus {
    var outcomes: [CourseOutcome] = []
    let start = ContinuousClock.now
    let progress = Guarded(CourseProgress(costs: exercises.map { CourseCatalog.cost($0.name) }))
    let ticker = ticker(exercises, progress, since: start, console)
    defer { ticker.stop() }
    try console.interruption.deferred {
      for (index, exercise) in exercises.enumerated() where !console.interruption.isRequested {
        progress.withLock { $0.begin(index, seconds: (ContinuousClock.now - start) / .seconds(1)) }
        guard let outcome = try outcome(exercise, files, console.interruption) else { break }
        if !outputs.printsJSON { try console.announce(text: text(console).line(outcome, after: outcomes)) }
        outcomes.append(outcome)
      }
    }
    ticker.stop()
    try outputs.write(
      console, json: { .array(outcomes.map { $0.namedJSON(in: language) }) }, text: { text(console).summary(outcomes) },
      page: { (page(zip(exercises, outcomes).map { CourseResult($0, $1) }, isSingle: false), nil) })
    if outcomes.count < exercises.count {
      try console.noteAtEnd("descent: " + CoursePhrases.interrupted(outcomes.count, of: exercises.count)[language])
      return .interrupted
    }
    return outcomes.contains(where: \.disagrees) ? .failed : .done
  }

  /// The outcome of an exercise; nil if a signal stopped it.
  private func outcome(
    _ exercise: CourseExercise, _ files: CourseFiles, _ interruption: Interruption
  ) throws -> CourseOutcome? {
    do {
      return try exercise.run(files, isInterrupted: { interruption.isRequested })
    } catch is CourseInterrupted {
      return nil
    }
  }

  /// A live line with the exercise that runs and the time left.
  private func ticker(
    _ exercises: [CourseExercise], _ progress: Guarded<CourseProgress>, since start: ContinuousClock.Instant,
    _ console: Console
  ) -> ProgressTicker {
    let (count, names, language) = (exercises.count, exercises.map(\.name), language)
    return ProgressTicker(console) {
      let progress = progress.withLock { $0 }
      let estimate = progress.estimate(seconds: (ContinuousClock.now - start) / .seconds(1))
      var state = ProgressState(
        title: CoursePhrases.running(progress.index + 1, of: count)[language] + ": " + names[progress.index],
        fraction: estimate.fraction, secondsLeft: estimate.secondsLeft)
      state.leftWord = CoursePhrases.timeLeft[language]
      return state
    }
  }

  private func page(_ results: [CourseResult], isSingle: Bool) -> Page {
    let provenance = Provenance(
      command: CommandText.current, machine: MachineDescription.facts(instructionSet: Kernels.fastest.instructionSet))
    return CourseReportPage(results, isSingle: isSingle, language: language, provenance: provenance).page
  }
}
