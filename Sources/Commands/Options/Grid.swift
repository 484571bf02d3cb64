import JSON
import Training

/// The grid of an experiment: every combination of the values on its axes, each as a full set of `train`'s options.
///
/// Options with the trait `listAxis` take comma-separated lists; one with the trait `axis` becomes an axis if it is given more
/// than once. The data are the same for all combinations.
struct Grid: Sendable {
  /// The axes, in the order of cells: the last one varies fastest.
  let axes: [GridAxis]
  /// All combinations.
  let cells: [GridCell]

  /// The largest number of combinations, to catch mistakes.
  static let maximumCells = 1000

  /// `--last-batch` of an experiment, which compares batch sizes, not the treatment of the last batch.
  static let lastBatchOption = Option(
    BudgetOptions.lastBatchOption.name, .choice("NAME", of: LastBatch.allCases), default: "merge",
    BudgetOptions.lastBatchOption.meaning, otherNames: BudgetOptions.lastBatchOption.otherNames)

  /// `--resume` of an experiment.
  static let resumeOption = Option(
    CheckpointOptions.resumeOption.name, .path("FILE"),
    "continues from the rows that --metrics wrote to FILE and skips what is complete; FILE may be that of --metrics itself",
    traits: [.perCommandLine, .input], otherNames: CheckpointOptions.resumeOption.otherNames)

  /// The options of `train` for an experiment, by group.
  ///
  /// - Parameters:
  ///   - own: options of the experiment, listed first; they replace those of `train` with the same name.
  ///   - defaults: the experiment's own default of a list option, for the help.
  ///   - others: options that replace those of the same name, in their position.
  static func groups(
    own: OptionGroup, defaults: [String: String] = [:], replacing others: [any OptionDeclaration] = []
  ) -> [OptionGroup] {
    let left = Set(own.options.map(\.name))
    let groups = TrainOptions.groups.map { group in
      let options = group.options.filter { !$0.traits.contains(.trainOnly) && !left.contains($0.name) }
      return OptionGroup(
        title: group.title,
        options: options.map { option in
          let other = (others + [lastBatchOption]).first { $0.name == option.name } ?? option
          if option.traits.contains([.joined, .axis]) { return ListOption(other, separator: "|") }
          if option.traits.contains(.listAxis) { return ListOption(other, default: defaults[option.name]) }
          guard case .value = option.form, option.traits.contains(.axis) else { return other }
          return AxisOption(other)
        })
    }
    return ([own] + groups).filter { !$0.options.isEmpty }
  }

  /// - Parameters:
  ///   - arguments: the command line of a command that allows repetition, with options of `groups`.
  ///   - defaults: options that are always axes, with their default values as text; the last one varies fastest. Other
  ///     axes come before them, in the order of the help.
  /// - Throws: `UsageError` for a repeated value, a repeated option that cannot be an axis, and cells with conflicting
  ///   options.
  init(_ arguments: Arguments, defaults: [(name: String, text: String)]) throws(UsageError) {
    try Self.refuseRepetition(arguments)
    let always = defaults.map(\.name)
    var axes: [GridAxis] = []
    for option in arguments.declared where GridAxis.isAxis(option) && !always.contains(option.name) {
      if let axis = try GridAxis(option, arguments, default: nil) { axes.append(axis) }
    }
    for (name, text) in defaults {
      guard let option = arguments.declared.first(where: { $0.name == name }) else { continue }
      if let axis = try GridAxis(option, arguments, default: text) { axes.append(axis) }
    }
    // Cells are read by `TrainOptions`, whose default of --last-batch is different.
    let own = try arguments.replacing(
      Self.lastBatchOption, with: arguments.value(Self.lastBatchOption).rawValue)
    try self.init(own.removing(Self.resumeOption).declaring(TrainOptions.groups), axes)
  }

  private init(axes: [GridAxis], cells: [GridCell]) { (self.axes, self.cells) = (axes, cells) }

  private init(_ arguments: Arguments, _ axes: [GridAxis]) throws(UsageError) {
    guard axes.reduce(1.0, { $0 * Double($1.texts.count) }) <= Double(Self.maximumCells) else {
      throw .combination(
        options: axes.filter { $0.texts.count > 1 }.map { "--\($0.name)" }, reason: "too many combinations",
        expected: "at most \(Self.maximumCells)")
    }
    let full = FullBatchCells(arguments, axes)
    var cells: [GridCell] = []
    for index in 0..<axes.reduce(1, { $0 * $1.texts.count }) {
      // The index is a number of mixed radix with one digit per axis; the last axis is the lowest digit.
      var rest = index
      var texts: [String] = []
      var point = arguments
      for axis in axes.reversed() {
        let text = axis.texts[rest % axis.texts.count]
        rest /= axis.texts.count
        texts.insert(text, at: 0)
        point = point.replacing(axis.option, with: text)
      }
      guard try full.adjust(&point, &texts) else { continue }
      cells.append(GridCell(arguments: point, options: try Self.options(point), texts: texts))
    }
    self.axes = axes
    self.cells = cells
  }

  /// - Throws: the errors of these options, with the way to compare values where a list is the value of one cell.
  private static func options(_ point: Arguments) throws(UsageError) -> TrainOptions {
    do throws(UsageError) {
      return try TrainOptions(point)
    } catch {
      throw SeveralValues.explained(error, point) { option, values in
        GridAxis.isAxis(option)
          ? "to compare them: " + values.map { "--\(option.name) \($0)" }.joined(separator: " ") : nil
      }
    }
  }

  /// Refuses an option with values in commas that is given more than once: its values belong in one list.
  private static func refuseRepetition(_ arguments: Arguments) throws(UsageError) {
    for option in arguments.declared where option is ListOption {
      let texts = arguments.texts(option)
      guard texts.count > 1 else { continue }
      var values: [Substring] = []
      for value in texts.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) })
      where !values.contains(value) {
        values.append(value)
      }
      throw .combination(
        options: texts.map { "--\(option.name) \($0)" }, reason: "both list values",
        expected: "--\(option.name) \(values.joined(separator: ",")) in place of them")
    }
    let axes = TrainOptions.declared.filter { $0.traits.contains(.axis) }
    try arguments.refuseRepetition(except: Set(axes.map(\.name)))
  }

  /// A cell's value on every axis, for files. A batch size is a number, also for `full`.
  ///
  /// - Parameter batchSize: samples per step, for `full`.
  func members(of cell: GridCell, batchSize: Int) -> [JSONValue.Member] {
    zip(axes, cell.texts).map { axis, text in
      let isFull = axis.name == BudgetOptions.batchSizeOption.name && text == "full"
      return JSONValue.Member(axis.key, isFull ? .number(batchSize) : axis.option.jsonAmongSeveral(text))
    }
  }
}

/// One combination of values.
struct GridCell: Sendable {
  /// The command line with one value for each axis.
  var arguments: Arguments
  var options: TrainOptions
  /// The value on each axis, as text for the command line.
  var texts: [String]
}

/// The cells of a grid that differ in effect: a batch of at least as many samples as there are is the full batch.
struct DistinctCells {
  /// The indices of these cells in the grid.
  var cells: [Int] = []
  /// The batch sizes with the same number of samples per step, as given: `64`, `100`, `full`.
  var same: [String] = []

  /// A line that names the batch sizes that are run once; nil if all cells are distinct.
  func line(samples: Int) -> String? {
    guard same.count > 1 else { return nil }
    return "Batch sizes \(same.joined(separator: ", ")) are all one batch of the \(samples.grouped) training samples: "
      + "run once."
  }
}

extension Grid {
  /// The cells without repetitions: of cells that differ in the batch size only, but have the same number of samples per
  /// step, the first.
  ///
  /// - Parameters:
  ///   - batchSizes: the samples per step of every cell.
  ///   - rates: the learning rate of every cell, if each batch size may have its own; else empty.
  func distinct(_ batchSizes: [Int], rates: [Double] = []) -> DistinctCells {
    let batch = axes.firstIndex { $0.name == BudgetOptions.batchSizeOption.name }
    var first: [[String]: Int] = [:]
    var result = DistinctCells()
    for (index, cell) in cells.enumerated() {
      var key = cell.texts
      if let batch { key[batch] = String(batchSizes[index]) }
      if !rates.isEmpty { key.append(String(rates[index])) }
      if let earlier = first[key], let batch {
        for text in [cells[earlier].texts[batch], cell.texts[batch]] where !result.same.contains(text) {
          result.same.append(text)
        }
      } else {
        first[key] = index
        result.cells.append(index)
      }
    }
    return result
  }

  /// The same axes with some of the cells.
  func keeping(_ indices: [Int]) -> Grid { Grid(axes: axes, cells: indices.map { cells[$0] }) }

  /// The number of each cell's group, from 0. Cells of one group differ on the named axes only.
  func groups(apartFrom names: String...) -> [Int] {
    var numbers: [[String]: Int] = [:]
    return cells.map { cell in
      let key = zip(axes, cell.texts).filter { !names.contains($0.0.name) }.map(\.1)
      if let number = numbers[key] { return number }
      let number = numbers.count
      numbers[key] = number
      return number
    }
  }

  /// A cell's values on the axes with several values, except the named axes: `hidden 256,128, gradients owned`. May be
  /// empty.
  func title(of cell: GridCell, apartFrom names: String...) -> String {
    zip(axes, cell.texts).filter { !names.contains($0.0.name) && $0.0.texts.count > 1 }
      .map { "\($0.0.name) \($0.1)" }.joined(separator: ", ")
  }

  /// Every option of these groups with its value as text: all values of an axis, the given value, or the default.
  func values(of groups: [OptionGroup]) -> [(name: String, value: String)] {
    guard let arguments = cells.first?.arguments else { return [] }
    return groups.flatMap(\.options).compactMap { option in
      if let axis = axes.first(where: { $0.name == option.name }) {
        return ("--" + option.name, axis.texts.joined(separator: " | "))
      }
      let text = arguments.texts(option).last
      guard case .flag = option.form else { return (text ?? option.defaultText).map { ("--" + option.name, $0) } }
      // A flag with a default is on unless negated.
      let holds = text.map { $0 == "true" } ?? (option.defaultText != nil)
      return ("--" + option.name, holds ? "yes" : "no")
    }
  }
}
