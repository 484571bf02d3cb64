/// The processor time of training steps: what the workers could have had, what they had, and what other programs had meanwhile.
///
/// Where other programs use the processors, workers are kept from running: they wait to be run, or sleep at a barrier for one that waits.
/// Neither alone tells: two workers may even take turns on one processor without either waiting, while another program has the other one. What
/// counts is processor time that the workers did not use although they had work, and that others used: the smaller of the two. Waits that
/// belong to training cost no other program anything to explain, and programs on processors that training does not need are no hindrance.
public struct ProcessorUse: Sendable, Equatable {
  /// Seconds of training times the processors that its workers can keep busy: one for each worker, at most the cores.
  public var wanted: Double
  /// Seconds of processor time that the workers had.
  public var used: Double
  /// Seconds of processor time that other programs had meanwhile, other virtual machines of the same host included; nil where the system does
  /// not tell.
  public var others: Double?

  public init(wanted: Double = 0, used: Double = 0, others: Double? = 0) {
    self.wanted = wanted
    self.used = used
    self.others = others
  }

  /// The share of the wanted time for which other programs kept the workers waiting, 0 to 1; nil before the first step, and where the system
  /// does not tell what others had.
  public var waitingShare: Double? {
    guard wanted > 0, let others else { return nil }
    return max(0, min(1, min(wanted - used, others) / wanted))
  }

  /// Whether other programs slowed training down by more than measurements bear: more than 5 %, and more than the system's clocks are off.
  public var isDisturbed: Bool {
    waitingShare.map { $0 > Self.bearable && $0 * wanted > Self.resolution } ?? false
  }

  private static let bearable = 0.05
  /// Seconds: some ticks of the clock by which systems count the idle time of a processor.
  private static let resolution = 0.03

  public static func + (first: ProcessorUse, second: ProcessorUse) -> ProcessorUse {
    ProcessorUse(
      wanted: first.wanted + second.wanted, used: first.used + second.used,
      others: first.others.flatMap { others in second.others.map { others + $0 } })
  }

  public static func - (first: ProcessorUse, second: ProcessorUse) -> ProcessorUse {
    ProcessorUse(
      wanted: first.wanted - second.wanted, used: first.used - second.used,
      others: first.others.flatMap { others in second.others.map { others - $0 } })
  }
}
