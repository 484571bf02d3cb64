/// Names from other programs that are no option or command here, and what to write instead.
enum ForeignNames {
  /// The commands for what other programs call by these words.
  private static let commands: [String: String] = [
    "fit": "train", "run": "train", "learn": "train", "training": "train",
    "test": "evaluate", "eval": "evaluate", "score": "evaluate", "validate": "evaluate", "evaluation": "evaluate",
    "infer": "predict", "inference": "predict", "classify": "predict", "prediction": "predict",
    "convert": "export", "save": "export", "onnx": "export",
    "tune": "sweep", "search": "sweep", "hpo": "sweep", "optimize": "sweep", "grid-search": "sweep",
    "random-search": "sweep",
    "bench": "scale", "benchmark": "scale", "scaling": "scale", "profile": "scale",
    "download": "data fetch", "fetch": "data fetch", "describe": "data describe", "summary": "info", "show": "info",
    "grad": "gradient", "grad-check": "gradcheck", "gradient-check": "gradcheck", "check-gradient": "gradcheck",
    "check": "gradcheck", "autocomplete": "completions", "shell-completion": "completions",
    "exercises": "course", "notes": "course", "list": "help", "man": "help --man", "usage": "help",
    "version": "--version",
  ]

  /// The command for a first word of another program; nil for an unknown one.
  static func command(for word: String) -> String? {
    commands[word.lowercased().replacing("_", with: "-")]
  }

  /// Advice on options that have no counterpart. Each is a sentence without its period, for commands with the option that it names.
  private static let advice: [(names: [String], text: String, option: String?)] = [
    (
      ["device", "gpu", "gpus", "cuda", "use-cuda", "no-cuda", "cpu", "mps", "accelerator"],
      "training always runs on the CPU: leave it out", nil
    ),
    (
      ["verbose", "verbosity", "progress", "progress-bar"], "progress is shown without it, and --quiet hides it",
      "quiet"
    ),
    (["nesterov"], "write --optimizer nesterov", "optimizer"),
    (["adam", "adamw", "rmsprop"], "write it as --optimizer", "optimizer"),
    (
      ["warm-start"], "--initial-weights MODEL starts from a model, and --resume DIR from a checkpoint",
      "initial-weights"
    ),
    (
      ["separator", "delimiter", "delim", "sep", "field-separator", "delim-whitespace"],
      "separators are detected: commas, semicolons, tabs or spaces", "skip"
    ),
    (["no-header", "noheader", "without-header", "header-none"], "write --header no", "header"),
    (["index-col", "index-column", "row-names"], "--ignore COLUMN leaves the column out", "ignore"),
    (["amsgrad"], "that variant of Adam is not available", "optimizer"),
  ]

  /// Returns advice on an option that this program does not have; nil if nothing is known.
  ///
  /// - Parameter declared: the options of the command.
  static func advice(on option: String, declared: [any OptionDeclaration]) -> String? {
    let plain = option.lowercased().replacing("_", with: "-")
    let found = advice.first { $0.names.contains(plain) }
    return found?.option.map { name in declared.contains { $0.name == name } } == false ? nil : found?.text
  }
}
