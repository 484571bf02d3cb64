/// The treatment of an option by commands, resumed runs and experiments.
///
/// An option without traits belongs to every command whose groups list it, has one value for all runs of an experiment,
/// and must not change when a run is resumed.
struct OptionTraits: OptionSet, Sendable {
  let rawValue: Int

  // MARK: Experiments

  /// An axis of `compare` and `scale` if given more than once.
  static let axis = OptionTraits(rawValue: 1 << 0)
  /// An axis of `compare` and `scale`, with a comma-separated list of values.
  static let listAxis = OptionTraits(rawValue: 1 << 1)
  /// An option of `train` only, for example one that saves a model or stops early: the runs of an experiment have equal
  /// budgets and keep no models.
  static let trainOnly = OptionTraits(rawValue: 1 << 2)
  /// An execution option: results do not depend on it, so that one search for a learning rate is used for all values.
  static let execution = OptionTraits(rawValue: 1 << 3)

  // MARK: Repetition

  /// May be given more than once: the texts are joined by commas. If it is an axis, its values have `|` between them.
  static let joined = OptionTraits(rawValue: 1 << 12)

  // MARK: Resumed runs

  /// May change when a run is resumed.
  static let mayChangeOnResume = OptionTraits(rawValue: 1 << 4)
  /// Sets the run's length: may change when a run is resumed, unless learning rates or clean epochs
  /// depend on the length.
  static let runLength = OptionTraits(rawValue: 1 << 5)
  /// Names an output, without influence on the run: `OutputPaths` compares it with the other paths, and a run's record does not set it.
  static let output = OptionTraits(rawValue: 1 << 6)
  /// Applies to one command line: a checkpoint does not store it.
  static let perCommandLine = OptionTraits(rawValue: 1 << 7)
  /// Chosen by the run for `auto` or if not given; a checkpoint stores the choice.
  static let automatic = OptionTraits(rawValue: 1 << 8)
  /// Has a default that depends on the data or on other options; a checkpoint stores the value in effect.
  static let resolved = OptionTraits(rawValue: 1 << 9)
  /// Has several texts for one value, depending on the data or other options: compared after these are known.
  static let comparedByEffect = OptionTraits(rawValue: 1 << 10)
  /// Names an input file or folder: two texts are equal if they name the same file.
  static let inputPath = OptionTraits(rawValue: 1 << 11)

  /// Used only by a search for the learning rate. The record of a run, which has a learning rate, omits it.
  static let searchOnly = OptionTraits(rawValue: 1 << 14)

  // MARK: Files

  /// Names another file or folder that is read. `OutputPaths` compares outputs with these and with `inputPath`.
  static let input = OptionTraits(rawValue: 1 << 13)
}
