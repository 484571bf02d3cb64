import Files
import JSON

/// A measured run in a file that `scale --json` wrote.
package struct MergedRun: Sendable {
  package let file: String
  package let ranks: Int
  package let hosts: Int
  package let workers: Int
  package let batchSize: Int
  /// Seconds of an epoch.
  package let seconds: Double
  package let samplesPerSecond: Double
  package let stepsPerEpoch: Int
  /// The seconds of exchanges between ranks in an epoch, and the bytes that each rank sends in a step; nil for one process.
  package let exchangeSeconds: Double?
  package let bytesPerStep: Int?
  /// The options that the file's runs share, then the run's own: equal for runs that differ only in their ranks.
  package let configuration: String
  /// The options that the file's runs share, by name.
  let shared: [String: String]
  /// The values on the axes of the experiment: `gradients partial, batch size 64, workers 2`.
  package let options: JSONValue
  /// The run as it is in the file.
  package let members: [JSONValue.Member]

  /// The events in rows of `scale` that no other experiment has.
  private static let rowEvents: Set = ["timing", "phases", "cores", "reach"]

  /// Reads the runs of a file.
  ///
  /// - Throws: `FileError` for bytes that are not JSON of `scale`.
  package static func all(_ bytes: [UInt8], file: String) throws(FileError) -> [MergedRun] {
    func refuse(_ found: String, hint: OptionText = "'descent scale \(option: "json")' writes it.") -> FileError {
      FileError(file: file, found: found, expected: "the JSON of 'descent scale'", hint: hint)
    }
    if let event = RowsReader.first(of: bytes, file: file)?["event"] {
      if event == "run" { throw refuse("the metrics of 'descent train'") }
      guard rowEvents.contains(event) else { throw refuse("rows of another experiment") }
      throw refuse(
        "rows of the metrics file",
        hint:
          "The experiment's command line with \(option: "resume", file) and \(option: "json") writes it, without measuring again."
      )
    }
    guard let json = try? JSONValue.parse(bytes) else { throw refuse("text that is not JSON") }
    guard case .array(let runs) = json["runs"] else { throw refuse("no runs") }
    guard !runs.isEmpty else { throw refuse("an experiment without runs") }
    let shared = json["experiment"]?.string ?? ""
    var all: [MergedRun] = []
    for (index, run) in runs.enumerated() {
      guard let run = MergedRun(run, file: file, shared: shared) else { throw refuse("an incomplete run \(index + 1)") }
      all.append(run)
    }
    return all
  }

  /// - Returns: nil for a run without the figures, or with figures that are out of range.
  private init?(_ json: JSONValue, file: String, shared: String) {
    func count(_ name: String) -> Int? { json[name]?.int.flatMap { (1...1 << 40).contains($0) ? $0 : nil } }
    func positive(_ name: String) -> Double? { json[name]?.double.flatMap { $0 > 0 ? $0 : nil } }
    guard case .object(let members) = json, let options = json["options"], let workers = count("workers"),
      let batchSize = count("batch_size"), let seconds = positive("seconds"),
      let samplesPerSecond = positive("samples_per_second"), let stepsPerEpoch = count("steps_per_epoch")
    else { return nil }
    // Files of earlier releases are of one process.
    let ranks = json["ranks"] == nil ? 1 : count("ranks")
    let hosts = json["hosts"] == nil ? 1 : count("hosts")
    guard let ranks, let hosts else { return nil }
    (self.file, self.members, self.options) = (file, members, options)
    (self.ranks, self.hosts, self.workers, self.batchSize) = (ranks, hosts, workers, batchSize)
    (self.seconds, self.samplesPerSecond, self.stepsPerEpoch) = (seconds, samplesPerSecond, stepsPerEpoch)
    exchangeSeconds = ranks > 1 ? positive("exchange_seconds") : nil
    bytesPerStep = ranks > 1 ? count("bytes_per_step") : nil
    configuration = shared + "\n" + options.text
    self.shared = PercentText.members(shared)
  }

  /// The ranks, the hosts and the configuration without the number of workers: equal for runs that differ only in their workers.
  var withoutWorkers: String {
    var others = options
    if case .object(let members) = options { others = .object(members.filter { $0.name != "workers" }) }
    let shared = configuration.prefix { $0 != "\n" }
    return "\(ranks) \(hosts)\n\(shared)\n\(others.text)"
  }

  /// The share of the time that ranks exchange gradients and parameters, the wait for each other included.
  package var exchangeShare: Double? { exchangeSeconds.map { $0 / seconds } }

  /// The values on the axes as text.
  ///
  /// - Parameter names: the axes to leave out.
  func axes(apartFrom names: Set<String>) -> String {
    guard case .object(let members) = options else { return "" }
    return members.filter { !names.contains($0.name) }.map { member in
      let name = String(member.name.map { $0 == "_" ? " " : $0 })
      return "\(name) \(member.value.string ?? member.value.text)"
    }.joined(separator: ", ")
  }
}
