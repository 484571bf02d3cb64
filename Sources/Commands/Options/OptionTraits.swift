/// The treatment of an option beyond its value: which commands have it, and what a resumed run or an experiment makes of it.
///
/// An option without traits is one of every command whose groups list it, has one value for all runs of an experiment, and must be
/// the same when a run is resumed.
struct OptionTraits: OptionSet, Sendable {
  let rawValue: Int

  // MARK: Experiments

  /// Becomes an axis of `compare` and `scale` by being given more than once.
  static let axis = OptionTraits(rawValue: 1 << 0)
  /// Is an axis of `compare` and `scale`, which take a list of values with commas between them.
  static let listAxis = OptionTraits(rawValue: 1 << 1)
  /// Belongs to `train` alone: saves a model or ends a run early, which an experiment with equal budgets does not do.
  static let trainOnly = OptionTraits(rawValue: 1 << 2)
  /// Says how the work is done, not what is computed: one search for a learning rate serves all its values.
  static let execution = OptionTraits(rawValue: 1 << 3)

  /// May be given more than once: its texts are joined to one with commas between them.
  static let joined = OptionTraits(rawValue: 1 << 12)

  // MARK: Resumed runs

  /// May have another value when a run is resumed.
  static let mayChangeOnResume = OptionTraits(rawValue: 1 << 4)
  /// Sets the run's length: may have another value when a run is resumed, unless its learning rates depend on the length.
  static let runLength = OptionTraits(rawValue: 1 << 5)
  /// Names a file or folder that is written, or asks for a drawing; has no influence on the run itself.
  static let output = OptionTraits(rawValue: 1 << 6)
  /// Holds for one command line: a checkpoint does not pass it on.
  static let perCommandLine = OptionTraits(rawValue: 1 << 7)
  /// Is chosen by the run where it says `auto` or is not given; a checkpoint passes the choice on.
  static let automatic = OptionTraits(rawValue: 1 << 8)
  /// Has a default that depends on the data or on other options; a checkpoint passes on the value in effect.
  static let resolved = OptionTraits(rawValue: 1 << 9)
  /// Has several texts for one value, depending on the data or on other options: compared once these are known.
  static let comparedByEffect = OptionTraits(rawValue: 1 << 10)
  /// Names a file or folder that is read: two texts are the same if they lead to one place.
  static let inputPath = OptionTraits(rawValue: 1 << 11)
}
