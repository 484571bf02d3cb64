import Files
import Models
import Networks
import Platform

/// An event file of TensorBoard: scalars of every epoch and histograms of the parameters.
///
/// A file is a sequence of records: length (64 bits), its masked CRC-32C, the message, its masked CRC-32C, all
/// little-endian (TFRecord). A message is a `tensorflow.Event` of Protocol Buffers: wall_time 1, step 2, file_version
/// 3, summary 5, session_log 7. Steps count from the start of the run.
package final class TensorBoardFile {
  private let file: InPlaceFile

  /// Field numbers of `tensorflow.Event`.
  private enum Event {
    static let (wallTime, step, fileVersion, summary, sessionLog) = (1, 2, 3, 5, 7)
  }

  /// Creates an event file in a folder, which is created if it is missing.
  ///
  /// - Parameters:
  ///   - history: the epochs of the earlier part of a resumed run; written if the folder has no event file yet. Else
  ///     TensorBoard hides later steps of the folder's other files, among them the end of an interrupted epoch.
  /// - Throws: `FileError` if the folder or the file cannot be written.
  package init(folder: String, history: EpochHistory) throws(FileError) {
    try makeFolder(folder, expected: "a folder for TensorBoard's event files")
    let prefix = "events.out.tfevents."
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let isFirst = !names.contains { $0.hasPrefix(prefix) }
    let host = ProcessInfo.processInfo.hostName.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    let stem =
      "\(folder)/\(prefix)\(Int(Date.now.timeIntervalSince1970)).\(host).\(ProcessInfo.processInfo.processIdentifier)"
    // Another run of this process within the same second gets another number.
    let number = (0...).first { !FileManager.default.fileExists(atPath: "\(stem).\($0)") } ?? 0
    file = try InPlaceFile("\(stem).\(number)")
    try write(step: 0) { $0.add(Event.fileVersion, "brain.Event:2") }
    // TensorBoard discards events from this step on.
    let restart = isFirst || history.isEmpty ? 0 : history.reduce(1) { $0 + $1.steps }
    try write(step: restart) { event in
      var log = ProtobufMessage()
      // SessionLog.START.
      log.add(1, 1)
      event.add(Event.sessionLog, log)
    }
    guard isFirst else { return }
    var steps = 0
    for epoch in history {
      steps += epoch.steps
      try write(scalars: epoch, step: steps)
    }
  }

  /// Writes the metrics of an epoch, and histograms of the parameters after it.
  ///
  /// - Parameter step: the number of steps of the run at the epoch's end.
  /// - Throws: `FileError`.
  package func write(_ epoch: EpochMetrics, _ parameters: Parameters, step: Int) throws(FileError) {
    try write(scalars: epoch, step: step)
    try write(step: step) { event in
      var summary = ProtobufMessage()
      for (index, layer) in parameters.layers.enumerated() {
        summary.add(1, Self.value("layers.\(index).weight", 5, Histogram(layer.weight).message))
        if !layer.bias.isEmpty { summary.add(1, Self.value("layers.\(index).bias", 5, Histogram(layer.bias).message)) }
      }
      event.add(Event.summary, summary)
    }
  }

  private func write(scalars epoch: EpochMetrics, step: Int) throws(FileError) {
    let measures = EpochMeasure.Quantity.allCases.flatMap(EpochMeasure.of).map { measure in
      ("\(measure.quantity.rawValue)/\(measure.split.rawValue)", measure.value(epoch))
    }
    let figures: [(String, Double?)] =
      measures + [
        ("learning_rate", epoch.learningRate), ("gradient_norm", epoch.gradientNorm),
        ("samples_per_second", epoch.samplesPerSecond),
      ]
    try write(step: step) { event in
      var summary = ProtobufMessage()
      for case (let tag, let figure?) in figures where figure.isFinite {
        summary.add(1, Self.value(tag, Float(figure)))
      }
      event.add(Event.summary, summary)
    }
  }

  /// `Summary.Value`: tag 1, simple_value 2.
  private static func value(_ tag: String, _ number: Float) -> ProtobufMessage {
    var value = ProtobufMessage()
    value.add(1, tag)
    value.add(2, number)
    return value
  }

  /// `Summary.Value` with a message: tag 1, histo 5.
  private static func value(_ tag: String, _ field: Int, _ message: ProtobufMessage) -> ProtobufMessage {
    var value = ProtobufMessage()
    value.add(1, tag)
    value.add(field, message)
    return value
  }

  private func write(step: Int, _ fill: (inout ProtobufMessage) -> Void) throws(FileError) {
    var event = ProtobufMessage()
    event.add(Event.wallTime, Date.now.timeIntervalSince1970)
    event.add(Event.step, step)
    fill(&event)
    try file.write(bytes: Self.record(event.bytes))
  }

  /// A message as a TFRecord.
  static func record(_ message: [UInt8]) -> [UInt8] {
    func little(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
    let length = little(UInt64(message.count))
    return length + little(CRC32C.masked(length)) + message + little(CRC32C.masked(message))
  }
}

/// A histogram of numbers in equal bins from the least to the largest; numbers that are not finite are left out.
struct Histogram {
  var (least, largest) = (0.0, 0.0)
  var (count, sum, squares) = (0, 0.0, 0.0)
  /// The number of values in each bin.
  var counts: [Double]

  /// - Parameter bins: the number of bins, at least 1.
  init(_ numbers: [Float], bins: Int = 30) {
    counts = [Double](repeating: 0, count: bins)
    (least, largest) = (.infinity, -.infinity)
    for number in numbers where number.isFinite {
      let value = Double(number)
      (least, largest) = (min(least, value), max(largest, value))
      sum += value
      squares += value * value
      count += 1
    }
    if count == 0 { (least, largest) = (0, 0) }
    let width = (largest - least) / Double(bins)
    for number in numbers where number.isFinite {
      counts[width > 0 ? min(bins - 1, Int((Double(number) - least) / width)) : 0] += 1
    }
  }

  /// The upper end of each bin. If all numbers are equal, the ends are slightly apart, since they must increase.
  var limits: [Double] {
    let width = max((largest - least) / Double(counts.count), 1e-12 * max(1, abs(largest)))
    return counts.indices.map { $0 == counts.count - 1 && largest > least ? largest : least + width * Double($0 + 1) }
  }

  /// `tensorflow.HistogramProto`: min 1, max 2, num 3, sum 4, sum_squares 5, bucket_limit 6, bucket 7.
  var message: ProtobufMessage {
    var message = ProtobufMessage()
    for (index, number) in [least, largest, Double(count), sum, squares].enumerated() { message.add(index + 1, number) }
    message.add(6, numbers: limits)
    message.add(7, numbers: counts)
    return message
  }
}
