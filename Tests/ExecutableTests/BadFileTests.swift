import Files
import Foundation
import Testing

/// A hundred kinds of invalid files, besides those of `BadInputTests`: the fault, the command line, its status, and the
/// one line on standard error says. `@` stands for the folder that they are in.
@Suite("Bad files get one clear line, soon and without much memory", .serialized)
struct BadFileTests {
  /// A command line, its status, and what its line says; of commands that take a model or picture by its file's name alone.
  typealias Row = (words: String, status: Int32, says: [String])

  private static func train(_ sources: [(String, [String])]) -> [Row] {
    sources.map { source, says in ("train --data @/\(source)", 1, [String(source.split(separator: " ")[0])] + says) }
  }

  static let idx = train([
    ("huge", ["images-idx3"]), ("huge-packed", ["images-idx3-ubyte.gz", "a header for", "Fetch the file again"]),
    ("most", ["images-idx3"]),
    ("wide-packed", ["65536 × 65536"]), ("none", ["0 samples"]), ("two-dimensions", ["0x00000802"]),
    ("reversed", ["0x03080000"]),
    ("packed-cut", ["ends early"]),
    ("packed-long", ["more bytes"]), ("packed-tail", ["after the end"]), ("packed-sum", ["damaged"]),
    ("packed-empty", ["empty"]), ("more-labels", ["labels-idx1"]), ("folder", ["no such file"]),
    ("dangling", ["images-idx3"]),
    ("device", ["0x00000000"]), ("loop", ["images-idx3", "symbolic links"]), ("pipe", ["images-idx3"]),
  ])

  static let tables = train([
    ("hexadecimal.csv", [":2:2", "0x10"]), ("decimal-comma.csv", [":2:2", "2,5"]), ("dashes.csv", [":2:2", "--"]),
    ("date.csv", [":2:2", "2024-01-01"]), ("float.csv", ["3.4e38"]),
    ("mixed.csv", [":2"]), ("inside.csv", [":2:2"]), ("sign.csv", [":2:2", "+-2"]), ("exponent.csv", [":2:2", "2e"]),
    ("point.csv", [":2:2"]), ("null.csv", [":2:2", "NULL"]), ("minus.csv", [":2:2", "-inf"]),
    ("blank-cell.csv", [":2:2", "nothing"]), ("words.data", ["no sample"]), ("quotes.csv", []),
    ("utf16.csv", ["UTF-16"]),
    ("noise.csv", []), ("nul.csv", [":2:2"]),
    ("cut.csv.gz", ["ends early"]),
    ("tail.csv.gz", ["after the end"]), ("empty.csv.gz", ["no sample"]), ("line.txt", ["one cell"]),
    ("cells.csv", ["more than 1048576 cells", "Write a line for each sample."]),
    ("bomb.csv.gz", ["bytes that are not text"]),
    ("folder.csv", ["no such file"]), ("endless.csv", ["a line of more than", "Write a line end after each sample."]),
    ("device.csv", ["bytes that are not text"]), ("one.csv --test-fraction 0", ["only label"]),
    ("marks.csv", [":2:1", "combining marks"]), ("header-marks.csv", [":1", "combining marks"]),
  ])

  static let matrices = train([
    ("empty.mat", ["0 bytes", "Fetch the file again"]), ("short.mat", ["127 bytes"]), ("text.mat", ["byte order mark"]),
    ("hdf.mat", ["HDF5"]), ("newer.mat", ["7.3"]), ("mark.mat", ["byte 126"]), ("cut.mat", ["whole MAT-file"]),
    ("no-y.mat", ["y"]), ("nothing.mat", ["no variables"]), ("rows.mat", ["3 rows in y"]),
    ("columns.mat", ["y of", "--targets 2"]), ("not-finite.mat", ["X(2,1)", "nan"]),
    ("label.mat", ["y(2,1)", "inf"]),
    ("negative.mat", ["dimensions"]), ("huge.mat", ["2147483647"]), ("fewer.mat", ["2 × 3"]),
    ("complex.mat", ["a complex matrix"]), ("cell.mat", ["a cell array"]), ("length.mat", ["4294967295"]),
    ("packed-noise.mat", ["compressed", "Copy or download the file again"]), ("bomb.mat", ["2 × 2 numbers"]),
  ])

  static let arrays = train([
    ("no-rows.npy", ["0 × 4611686018427387904", "at least one sample"]), ("no-cubes.npy", ["1099511627776"]),
    ("no-rows.npy --targets 1", ["at least one sample"]), ("no-columns.npy", ["1099511627776 × 0"]),
  ])

  static let models: [Row] = [
    ("length", "a header of"), ("zip", "ZIP"), ("zero", ""), ("array", "not a JSON object"), ("nested", "16 levels"),
    ("members", "without a dtype"), ("half", "I16"), ("gap", "at byte 4"), ("overlap", "at byte 8"),
    ("backward", "data_offsets"), ("negative", "-2"), ("overflow", "4294967296"), ("twice", "twice"),
    ("rest", "17 bytes"), ("second", "a chain"), ("flat", "[4]"), ("infinite", "not finite"),
    ("newer", "version 2"),
    ("version", "one"), ("activation", "swish"), ("activations", "2 activations"),
    ("labels", "labels"),
    ("same-labels", "labels"), ("scale", "scale"), ("resize", "resize"), ("targets", "targets"),
    ("number", "not a string"),
    ("marks", "combining marks"), ("dimensions", "100000 numbers in its shape"), ("sparse", "4.4 TB"),
    ("long-name", "twice"),
  ].map { name, says in ("info @/\(name).st", 1, ["\(name).st", says]) }

  static let pictures: [Row] = [
    ("empty.png", "empty"), ("text.png", "without PNG, PGM"), ("jpeg.png", "JPEG"), ("cut.png", "truncated"),
    ("large.png", "4294967295"), ("promise.png", "8000"), ("none.png", "0 × 2"), ("kind.png", ""), ("sum.png", "CRC"),
    ("pixels.png", ""), ("gray.pgm", "one gray"), ("short.pgm", "bytes of pixels"), ("large.pgm", "99999"),
    ("white.pgm", "white"), ("device.png", "without PNG, PGM or JPEG header"), ("nowhere.png", ""),
  ].map { name, says in ("predict @/digits.st @/\(name)", 1, [name, says]) }

  static let others: [Row] = [
    ("evaluate @/good.st --data @/huge", 1, ["huge"]), ("gradient @/good.st --data @/bomb.mat", 1, ["bomb.mat"]),
    ("gradcheck --data @/date.csv", 1, ["date.csv:2:2"]), ("data describe @/packed-cut", 1, ["packed-cut"]),
    ("data describe @/no-cubes.npy", 1, ["no-cubes.npy"]),
    ("predict @/good.st --data @/no-rows.npy", 1, ["no-rows.npy"]),
    ("predict @/good.st --data @/not-finite.mat", 1, ["not-finite.mat"]),
    ("train --data @/names.csv --label colour", 2, ["--label", "colour"]),
    ("train --data @/names.csv --classes a,b", 2, ["--classes", "a"]),
    ("train --data @/names.csv --label 1", 1, ["only label"]),
    ("train --data @/rows.mat --variables X,z", 1, ["rows.mat", "z"]),
    ("train --data @/rows.mat --variables X", 2, ["--variables"]),
    ("train --data @/columns.mat --targets 3", 2, ["--targets", "columns.mat"]),
    ("train --data @/good --resize 3", 2, ["--resize", "2 × 3"]),
    ("train --data @/good --initial-weights @/twice.st", 1, ["twice.st"]),
    ("predict @/good.st @/gray.pgm", 1, ["good.st"]), ("predict @/digits.st @/gray.pgm --data @/good", 2, ["--data"]),
    ("info @/folder.csv", 1, ["folder.csv", "folder", "Name a file inside it."]), ("info @/bomb.mat", 1, ["bomb.mat"]),
    ("info @/layers.mat", 1, ["layers.mat", "Theta10001 of 1 × 3", "the bias in the first column."]),
  ]

  /// The limits of processor time and memory of a run, large enough for a debug build.
  private static let maximumSeconds = 2.0
  private static let maximumBytes = 500_000_000

  @Test("A bad file gets one clear line, whatever is wrong with it")
  func table() throws {
    let scratch = try Scratch()
    try BadFiles(scratch: scratch).writeAll()
    let folder = scratch.path
    let rows = Self.idx + Self.tables + Self.matrices + Self.arrays + Self.models + Self.pictures + Self.others
    #expect(rows.count + BadInputTests.rows.count >= 200)
    let failures = Guarded<[String]>([])
    // Two at a time: each is alone in its process, and waits for its files more than it works.
    DispatchQueue.concurrentPerform(iterations: rows.count) { index in
      let wrong = Self.flaws(of: rows[index], in: folder)
      failures.withLock { $0 += wrong.map { "\(rows[index].words): \($0)" } }
    }
    withExtendedLifetime(scratch) {}
    let found = failures.withLock { $0 }
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  private static func flaws(of row: Row, in folder: String) -> [String] {
    let line = row.words.replacing("@", with: folder).split(separator: " ").map { "'\($0)'" }.joined(separator: " ")
    guard let outcome = try? Executable.shell("exec $descent \(line) >/dev/null", in: folder) else { return ["no run"] }
    var flaws: [String] = []
    if outcome.status != row.status { flaws.append("status \(outcome.status), not \(row.status): \(outcome.errors)") }
    let isLine = outcome.errors.hasPrefix("descent: ") && outcome.errors.split(separator: "\n").count == 1
    if !isLine || !row.says.allSatisfy({ $0.isEmpty || outcome.errors.contains($0) }) {
      flaws.append("\(row.says): \(outcome.errors)")
    }
    // Whatever the file's own texts are.
    if outcome.errors.utf8.count > 2000 { flaws.append("a message of \(outcome.errors.utf8.count) bytes") }
    if outcome.seconds > maximumSeconds { flaws.append("\(outcome.seconds) s of processor time") }
    // A process's peak begins with that of the one that started it, here of the tests.
    let maximumBytes = max(maximumBytes, Executable.ownPeakMemory)
    if outcome.peakMemory > maximumBytes { flaws.append("\(outcome.peakMemory) bytes of memory") }
    return flaws
  }
}
