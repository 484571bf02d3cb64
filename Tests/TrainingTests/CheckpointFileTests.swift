import Files
import Foundation
import JSON
import Models
import Networks
import Optimizers
import Testing

@testable import Training

@Suite("Checkpoint files")
struct CheckpointFileTests {
  private static func trainer(best: Bool = true, resuming state: TrainingState? = nil) throws -> Trainer {
    let data = SmallData(samples: 7, width: 2, outputs: 2, classes: 2, seed: 3)
    var configuration = TrainingConfiguration {
      $0.optimizer = Momentum()
      $0.batchSize = .samples(2)
      $0.workers = 1
    }
    configuration.keepsBest = best
    return try Trainer(
      try Topology(inputs: 2, hidden: [], outputs: 2), training: data.samples, validation: data.samples,
      configuration: configuration, resuming: state)
  }

  private static func checkpoint(best: Bool = true) throws -> Checkpoint {
    let trainer = try trainer(best: best)
    _ = try trainer.nextEpoch()
    _ = try trainer.advance(steps: 2)
    return Checkpoint(state: trainer.state(), options: ["given": ["seed": "1"]])
  }

  private static func bytes(_ checkpoint: Checkpoint) throws -> [UInt8] {
    let folder = try ScratchFolder()
    try checkpoint.write(to: folder.file("c"))
    return try readWhole(folder.file("c"))
  }

  @Test("come back as they were, numbers that are not finite included")
  func roundTrip() throws {
    var checkpoint = try Self.checkpoint()
    #expect(try Checkpoint.parse(Self.bytes(checkpoint), file: "c") == checkpoint)
    #expect(try Self.trainer(resuming: checkpoint.state).earlierEpochs == 1)
    checkpoint.state.position.bestValidationLoss = .infinity
    checkpoint.state.position.best = nil
    checkpoint.state.position.seconds = 0.1 + 0.2
    checkpoint.state.position.part?.gradientNorm = -0.0
    checkpoint.state.position.part?.loss = .leastNonzeroMagnitude
    checkpoint.state.data.checksum = .max
    #expect(try Checkpoint.parse(Self.bytes(checkpoint), file: "c") == checkpoint)
  }

  @Test("are safetensors that hold every part under its name")
  func names() throws {
    let bytes = try Self.bytes(Self.checkpoint())
    let (metadata, sections) = try SafetensorsParser(file: "c", bytes: bytes)
      .sections(sizes: ["F64": 8, "F32": 4, "I32": 4, "U64": 8])
    #expect(metadata.map(\.name) == ["format", "version", "state", "options"])
    #expect(
      sections.map { "\($0.name) \($0.type) \($0.shape)" } == [
        "epochs F64 [1, 16]", "layers.0.weight F32 [2, 2]", "layers.0.bias F32 [2]",
        "optimizer.0.layers.0.weight F32 [2, 2]", "optimizer.0.layers.0.bias F32 [2]",
        "best.layers.0.weight F32 [2, 2]", "best.layers.0.bias F32 [2]", "order I32 [7]", "checksum U64 [1]",
      ])
  }

  @Test("with any byte changed, cut anywhere or made longer are refused")
  func damage() throws {
    let good = try Self.bytes(Self.checkpoint())
    func isRefused(_ bytes: [UInt8]) -> Bool {
      do throws(CheckpointError) {
        _ = try Checkpoint.parse(bytes, file: "c")
        return false
      } catch {
        if case .unusable = error { return true }
        return false
      }
    }
    var flipped = good
    var accepted: [Int] = []
    for index in good.indices {
      for mask: UInt8 in [0x01, 0x80, 0xFF] {
        flipped[index] ^= mask
        if !isRefused(flipped) { accepted.append(index) }
        flipped[index] ^= mask
      }
    }
    #expect(accepted == [], "bytes changed without notice")
    #expect(good.indices.filter { !isRefused(Array(good[..<$0])) } == [], "lengths cut without notice")
    #expect(isRefused(good + [0]) && isRefused([]) && isRefused(good + good))
    #expect(isRefused([UInt8](repeating: 0, count: 100)))
  }

  @Test(
    "have no remedy for a model that another program wrote",
    arguments: ["{", "[]", #"{"a":1}"#, #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#])
  func remedy(header: String) throws {
    let folder = try ScratchFolder()
    let path = try folder.write("c", Self.signed(header))
    let errors = [
      #expect(throws: CheckpointError.self) { try Checkpoint.read(path) },
      #expect(throws: CheckpointError.self) { try Checkpoint.parse(Self.signed(header), file: "c") },
    ]
    for error in errors {
      guard case .unusable(let reason)? = error else {
        Issue.record("no damaged checkpoint: \(String(describing: error))")
        continue
      }
      #expect(reason.hint == nil, "\(reason)")
    }
  }

  /// A header and data with the checksum that makes them whole.
  private static func signed(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    let bytes = safetensorsBytes(header: header, data: data)
    return bytes + little(bytes.withUnsafeBytes(XXH64.sum))
  }

  /// The header of a checkpoint, and its data without the checksum.
  private static func parts(_ checkpoint: Checkpoint) throws -> (header: String, data: [UInt8]) {
    let bytes = try Self.bytes(checkpoint)
    let length = Int(bytes[0]) + Int(bytes[1]) << 8
    return (String(decoding: bytes[8..<(8 + length)], as: UTF8.self), Array(bytes[(8 + length)..<(bytes.count - 8)]))
  }

  private static let later = signed(
    #"{"__metadata__":{"format":"descent-checkpoint","version":"2"},"#
      + #""checksum":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}"#)

  @Test("of a later version are distinguished from damaged ones, and undamaged but inconsistent ones are rejected")
  func foreign() throws {
    do throws(CheckpointError) {
      _ = try Checkpoint.parse(Self.later, file: "c")
      Issue.record("taken")
    } catch {
      #expect("\(error)".contains("version 2"))
      if case .unusable = error { Issue.record("a later version is not damaged") }
    }
    // A whole checkpoint with one part of its header replaced, signed again.
    let (header, data) = try Self.parts(Self.checkpoint())
    let whole = try Checkpoint.parse(Self.signed(header, data), file: "c")
    let replacements = [
      ("descent-checkpoint", "descent"), (#""version":"1""#, #""version":"x""#),
      (#"\"widths\":[2,2]"#, #"\"widths\":[2]"#),
      (#"\"widths\":[2,2]"#, #"\"widths\":[2,3]"#), (#"\"widths\":[2,2]"#, #"\"widths\":[2,0]"#),
      (#"\"widths\":[2,2]"#, #"\"widths\":[2,99999999999]"#), (#"\"random\":["#, #"\"random\":[1,"#),
      (#"\"gradients\":\"owned\""#, #"\"gradients\":\"other\""#),
      (#"\"optimizer_states\":1"#, #"\"optimizer_states\":2"#),
      (#"\"optimizer_states\":1"#, #"\"optimizer_states\":999999"#), (#"\"steps\":2"#, #"\"steps\":-2"#),
      (#"\"correct\":"#, #"\"corect\":"#), ("\"order\"", "\"ordem\""),
      ("\"best.layers.0.bias\"", "\"best.layers.1.bias\""),
      (#""shape":[1,16]"#, #""shape":[16,1]"#), (#""shape":[1,16]"#, #""shape":[16]"#), (#""I32""#, #""F32""#),
      (#"\"epochs_done\":1"#, #"\"epochs_done\":1e3"#), (#"\"biases\":true"#, #"\"biases\":null"#),
      (#"\"last_batch\":\"keep\""#, #"\"last_batch\":\"kept\""#),
      (#"\"surplus\":"#, #"\"surplus\":null,\"plus\":"#),
    ]
    for (old, new) in replacements {
      #expect(header.contains(old), "\(old)")
      #expect(throws: CheckpointError.self, "\(old) as \(new)") {
        try Checkpoint.parse(Self.signed(header.replacing(old, with: new, maxReplacements: 1), data), file: "c")
      }
    }
    // Names of earlier releases.
    let earlier = header.replacing(#"\"correct\":"#, with: #"\"hits\":"#)
    #expect(try earlier != header && Checkpoint.parse(Self.signed(earlier, data), file: "c") == whole)
  }

  @Test(
    "with an integer that no run has are rejected, and those with one that a run may have do not trap a trainer",
    arguments: [
      (#"\"workers\":"#, 1...128), (#"\"ranks\":"#, 1...(1 << 20)), (#"\"batch_size\":"#, 1...(1 << 31)),
      (#"\"steps_per_epoch\":"#, 1...(1 << 31)), (#"\"widths\":["#, 1...Topology.maximumWidth),
      (#"\"epochs_done\":"#, 0...(1 << 53)), (#"\"steps_done\":"#, 0...(1 << 53)),
      (#"\"epochs_without_better\":"#, 0...(1 << 53)), (#"\"best_epoch\":"#, 1...(1 << 53)),
      (#"\"snapshots\":["#, 1...(1 << 53)), (#"\"optimizer_states\":"#, 0...64), (#"\"steps\":"#, 0...(1 << 31)),
      (#"\"samples\":"#, 0...(1 << 31)), (#"\"changes\":"#, 0...(1 << 53)),
      (#"\"evaluations\":"#, 0...(1 << 53)), (#"\"training_samples\":"#, 0...(1 << 31)),
      (#"\"validation_samples\":"#, 0...(1 << 31)), (#"\"test_samples\":"#, 0...(1 << 31)),
      (#"\"class_weights_checksum\":"#, 0...Int.max), (#"\"data_checksum\":"#, 0...Int.max),
      (#"\"random\":["#, 0...Int.max),
    ] as [(String, ClosedRange<Int>)])
  func integers(member: String, range: ClosedRange<Int>) throws {
    var checkpoint = try Self.checkpoint()
    checkpoint.state.position.snapshots = [EpochParameters(epoch: 1, parameters: checkpoint.state.parameters)]
    // Only a run of L-BFGS can be resumed with these.
    if member.contains("changes") || member.contains("evaluations") {
      checkpoint.state.position.search = LBFGSPosition(
        changes: 1, evaluations: 2, current: LBFGSEvaluation(objective: 1, figures: [1, 1]))
    }
    let (header, data) = try Self.parts(checkpoint)
    let start = try #require(header.firstRange(of: member)?.upperBound, "\(header)")
    let end = header[start...].firstIndex { !$0.isNumber } ?? header.endIndex
    func parse(_ number: String) throws -> Checkpoint {
      try Checkpoint.parse(Self.signed(header.replacingCharacters(in: start..<end, with: number), data), file: "c")
    }
    #expect(try parse(String(header[start..<end])) == checkpoint)
    let beyond =
      ["-1", "\(Int.max)0"] + [0, Int.max, range.upperBound &+ 1].filter { !range.contains($0) }.map { "\($0)" }
    for number in beyond {
      #expect(throws: CheckpointError.self, "\(member)\(number)") { try parse(number) }
    }
    let needsTensors = ["widths", "snapshots", "optimizer_states"].contains { member.contains($0) }
    for number in [range.lowerBound, range.upperBound] {
      let state: TrainingState
      do {
        state = try parse("\(number)").state
      } catch let error as CheckpointError {
        // Tensors of these widths, epochs and states are not in the file.
        #expect(needsTensors, "\(member)\(number): \(error)")
        continue
      }
      for ranks in 1...3 { _ = state.choices.workers(onRanks: ranks) }
      do { _ = try Self.trainer(resuming: state) } catch is TrainingError {}
    }
  }

  // MARK: Folders

  @Test("are kept two at a time, the newest, under rising numbers")
  func keepTwo() throws {
    let folder = try ScratchFolder()
    let checkpoint = try Self.checkpoint()
    let store = try CheckpointStore(folder.path)
    #expect(!store.hadCheckpoints)
    for count in 1...5 {
      try store.write(checkpoint)
      #expect(folder.names.count == min(2, count))
    }
    #expect(folder.names == ["checkpoint-00000004.safetensors", "checkpoint-00000005.safetensors"])
    let newest = folder.file("checkpoint-00000005.safetensors")
    #expect(try CheckpointFolder(folder.path).newest()?.file == newest)
    // For other ranks, without reading the file again.
    let bytes = try CheckpointFolder(folder.path).newest(keepsBytes: true)?.bytes
    #expect(try bytes == Array(Data(contentsOf: URL(fileURLWithPath: newest))))
    #expect(try CheckpointFolder(folder.path).newest()?.bytes == nil)
  }

  @Test("that are damaged are skipped, reported, and removed once there is a better one")
  func fallback() throws {
    let folder = try ScratchFolder()
    var checkpoint = try Self.checkpoint()
    do {
      let store = try CheckpointStore(folder.path)
      for seconds in [1.0, 2] {
        checkpoint.state.position.seconds = seconds
        try store.write(checkpoint)
      }
    }
    var bytes = try readWhole(folder.file("checkpoint-00000002.safetensors"))
    bytes[bytes.count / 2] ^= 4
    try folder.write("checkpoint-00000002.safetensors", bytes)
    var reported: [FileError] = []
    let found = try #require(try CheckpointFolder(folder.path).newest { reported.append($0) })
    #expect(found.checkpoint.state.position.seconds == 1)
    #expect(reported.map(\.file) == [folder.file("checkpoint-00000002.safetensors")])
    do {
      let store = try CheckpointStore(folder.path)
      #expect(store.hadCheckpoints)
      try store.write(checkpoint)
    }
    #expect(folder.names == ["checkpoint-00000001.safetensors", "checkpoint-00000003.safetensors"])
    for name in folder.names { try folder.write(name, [1, 2, 3]) }
    reported = []
    #expect(try CheckpointFolder(folder.path).newest { reported.append($0) } == nil)
    #expect(reported.count == 2)
    // Without a valid one they may be those of another run, and stay, also for a later store.
    let damaged = folder.names
    for _ in 1...2 {
      let store = try CheckpointStore(folder.path)
      for _ in 1...3 { try store.write(checkpoint) }
      #expect(folder.names.count == 4 && folder.names.prefix(2) == damaged[...], "\(folder.names)")
    }
  }

  @Test("of a later version are checkpoints of their folder, which another run must not replace")
  func laterInFolder() throws {
    let folder = try ScratchFolder()
    try folder.write("checkpoint-00000001.safetensors", Self.later)
    #expect(try CheckpointStore(folder.path).hadCheckpoints)
  }

  @Test("left incomplete by an ended process are removed; those of a running one, and other files, stay")
  func strays() throws {
    let folder = try ScratchFolder()
    // No process has this number: Linux ends at 2²², other systems before.
    let names = [
      ".descent-2000000000-77.tmp", ".descent-\(getpid())-5.tmp", ".descent-1-5.tmp", "notes.tmp", "checkpoint-1",
    ]
    for name in names { try folder.write(name, [1]) }
    _ = try CheckpointStore(folder.path)
    #expect(folder.names == [".descent-1-5.tmp", "checkpoint-1", "notes.tmp"])
  }

  @Test("are written to a folder, which is created if missing, and removed again if nothing was written")
  func paths() throws {
    let folder = try ScratchFolder()
    try folder.write("file", [1])
    for path in ["file", "file/inside"] {
      #expect(throws: FileError.self, "\(path)") { try CheckpointStore(folder.file(path)) }
    }
    #expect(throws: FileError.self) { try CheckpointFolder(folder.file("file")).newest() }
    #expect(try CheckpointFolder(folder.file("missing")).newest() == nil)
    try withExtendedLifetime(CheckpointStore(folder.file("a/b"))) { _ in #expect(folder.names == ["a", "file"]) }
    #expect(folder.names == ["file"])
    try folder.write("kept/b/notes", [1])
    _ = try CheckpointStore(folder.file("kept/c"))
    #expect(folder.names == ["file", "kept"])
  }

  @Test(
    "are taken every epoch, every so many steps or seconds",
    arguments: [
      ("epoch", .epoch), ("1", .steps(1)), ("500", .steps(500)), ("2.5s", .seconds(2.5)), ("30s", .seconds(30)),
      ("0", nil), ("-1", nil), ("0s", nil), ("s", nil), ("-2s", nil), ("infs", nil), ("nans", nil), ("1.5", nil),
      ("epochs", nil), ("", nil),
    ] as [(String, CheckpointSchedule?)])
  func schedules(text: String, schedule: CheckpointSchedule?) {
    #expect(CheckpointSchedule(text) == schedule)
    if let schedule { #expect(schedule.text == text) }
  }

  @Test("larger than the memory are rejected before memory is allocated")
  func beyondMemory() throws {
    let folder = try ScratchFolder()
    let size = 1 << 42
    let text = #"{"layers.0.weight":{"dtype":"F32","shape":[1048576,1048576],"data_offsets":[0,\#(size)]}}"#
    for bytes in [safetensorsBytes(header: text), []] {
      try folder.write("c", bytes)
      #expect(truncate(folder.file("c"), off_t(bytes.count + size)) == 0)
      #expect(throws: CheckpointError.self) { try Checkpoint.read(folder.file("c")) }
    }
  }
}
