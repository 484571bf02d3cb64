import Files

extension DataLoader {
  /// Both splits, each as `load` has it without a model, but read at once: a stream can be read only once, and a table is parsed once.
  ///
  /// - Parameter describes: true to keep what floats would lose: `LoadedPart.moments`, and `Samples.targetOrigins`.
  /// - Returns: the training split, or the whole source if it has no test split, and the test split.
  package func loadSplits(describes: Bool = false) throws -> (first: LoadedPart, test: Samples?) {
    precondition(options.split == nil, "the splits are those of the source")
    try checkOptions(targets: options.targets)
    let raw = try loadRaw(need: .both, targets: options.targets, targetOrigins: describes ? nil : [])
    try checkDivision(hasTest: raw.test != nil, divided: true)
    let numbering = try sourceNumbering(raw)
    let unlimited = Selection(raw.training, numbering: numbering).targets
    var training = limited(raw.training, numbering)
    training.measuresSource = describes
    var preparation = Preparation(self, raw, standardizesTables: false)
    var test: Samples?
    var testMoments: FeatureMoments?
    if let own = raw.test {
      var tested = Selection(own, numbering: numbering)
      tested.measuresSource = describes
      tested.limit(total: options.testLimit, perClass: nil)
      try preparation.prepare(&training, &tested)
      test = try tested.samples(preparation.preprocessing.transform, source: raw.description, part: "to use")
      testMoments = tested.sourceMoments
    } else {
      try preparation.prepare(&training, by: nil)
    }
    for storage in [raw.training.storage, raw.test?.storage] { try storage?.checkFile() }
    let preprocessing = preparation.preprocessing
    var first = LoadedPart(
      samples: try training.samples(preprocessing.transform, source: raw.description, part: "to use"),
      labels: numbering?.labels, preprocessing: preprocessing, description: raw.description,
      split: raw.test == nil ? .all : .train)
    first.details = preparation.details
    first.moments = [training.sourceMoments, testMoments]
    first.notes =
      notes(raw) + preparation.notes + unusedTestLimit(hasTest: test != nil)
      + classNotes(
        raw, numbering, training: first.samples.targets, unlimited: unlimited, test: test?.targets, isDivided: false)
    first.rows = training.sourceRows(of: raw.training.table)
    first.table = raw.training.table
    return (first, test)
  }
}
