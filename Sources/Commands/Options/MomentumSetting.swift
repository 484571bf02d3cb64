import Optimizers

/// A value of `--momentum`: one for the whole run, or one that changes.
enum MomentumSetting: Sendable, Equatable {
  case constant(Double)
  case linear(MomentumSchedule)

  /// The optimizer's hyperparameter: for a changing momentum its last value.
  var last: Double {
    switch self {
    case .constant(let momentum): momentum
    case .linear(let schedule): schedule.to
    }
  }

  var schedule: MomentumSchedule? { if case .linear(let schedule) = self { schedule } else { nil } }
}

extension ValueKind where Value == MomentumSetting {
  static var momentum: ValueKind {
    let number = NumberRange(Hyperparameter.momentum.bounds)
    return ValueKind(
      placeholder: "X",
      allowed: "\(number.words), or linear:FROM,TO,EPOCHS with two such numbers and EPOCHS 1 or more",
      explanation:
        "\(number.explanation), or linear:FROM,TO,EPOCHS, which changes it step by step over that many epochs",
      words: ["linear:"]
    ) { text in
      if let schedule = MomentumSchedule(text) { return .linear(schedule) }
      return Double(text).flatMap { number.contains($0) ? .constant($0) : nil }
    }.written { setting in
      if case .constant(let momentum) = setting { .number(momentum) } else { nil }
    }
  }
}
