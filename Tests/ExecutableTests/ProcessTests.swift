import Foundation
import JSON
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("The process among others", .serialized)
struct ProcessTests {
  private let scratch: Scratch
  private let clouds: String

  init() throws {
    scratch = try Scratch()
    clouds = try scratch.write("clouds.csv", SmallData.clouds())
  }

  private func model() throws -> String {
    let outcome = try Executable.run(
      "train --data \(clouds) --hidden 8 --epochs 1 --quiet --save \(scratch.file("model"))")
    try #require(outcome.status == 0, "\(outcome.errors)")
    return scratch.file("model")
  }

  // MARK: Outputs that fail

  @Test("A closed output ends a command quietly, but a run with files to write continues")
  func brokenPipe() throws {
    let model = try model()
    for words in [
      "predict '\(model)' --data '\(clouds)'", "help train", "train --data '\(clouds)' --epochs 3000",
      "train --data '\(clouds)' --epochs 3000 --quiet --metrics /dev/stdout",
    ] {
      let outcome = try Executable.shell(
        "{ sleep 0.3; $descent \(words) --quiet 2>&1 | true; }; { $descent \(words); echo $? >status; } | head -n 1",
        in: scratch.path)
      #expect(try scratch.text("status") == "0\n", "\(words)")
      #expect(outcome.output.split(separator: "\n").count <= 2 && outcome.errors == "", "\(outcome.errors)")
    }
    let files = ["late", "late.jsonl", "late.html", "charts/loss.svg"]
    let run =
      "mkdir charts; $descent train --data '\(clouds)' --hidden 8 --epochs 400 --save late --metrics late.jsonl "
      + "--report late.html --charts charts --plot"
    _ = try Executable.shell("{ \(run); echo $? >status; } | head -n 1", in: scratch.path)
    #expect(try scratch.text("status") == "0\n")
    #expect(files.filter { !FileManager.default.fileExists(atPath: scratch.file($0)) } == [])
    #expect(try scratch.text("late.jsonl").split(separator: "\n").last?.contains("\"end\"") == true)
  }

  @Test(
    "A full device is a reported failure", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: ["", "--quiet --save /dev/full", "--quiet --metrics /dev/full"])
  func fullDevice(options: String) throws {
    let words = "train --data \(clouds) --epochs 1 \(options)".split(separator: " ").map(String.init)
    let outcome = try Executable.run(words, output: "/dev/full")
    #expect(outcome.status == 1)
    #expect(outcome.errors.lowercased().contains("no space left"), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    let results = try Executable.run(["info"], output: "/dev/full")
    #expect(results.status == 1)
  }

  @Test("A model that does not fit leaves the good one, and nothing beside it")
  func noRoom() throws {
    let model = try model()
    let good = try scratch.read("model")
    let outcome = try Executable.shell(
      "$descent train --data '\(clouds)' --hidden 4000 --epochs 1 --quiet --save '\(model)'", in: scratch.path,
      fileBlocks: 8)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(model) && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(try scratch.read("model") == good)
    #expect(scratch.names == ["clouds.csv", "model"])
  }

  @Test("A symbolic link is followed, and a pipe is written into")
  func destinations() throws {
    try FileManager.default.createSymbolicLink(atPath: scratch.file("link"), withDestinationPath: "target")
    let run = "$descent train --data '\(clouds)' --hidden 8 --epochs 1 --quiet"
    #expect(try Executable.shell("\(run) --save link && test -L link && test -s target", in: scratch.path).status == 0)
    let piped = try Executable.shell("\(run) --save /dev/stdout | cmp - target", in: scratch.path)
    #expect(piped.status == 0, "\(piped.output)\(piped.errors)")
    let metrics = try Executable.shell("\(run) --metrics /dev/stdout | wc -l", in: scratch.path)
    #expect(metrics.output.trimmingCharacters(in: .whitespacesAndNewlines) == "3")
  }

  @Test("A pipe whose writer comes later is read, and waiting for a writer ends with a signal")
  func pipes() throws {
    let script = "mkfifo rows.csv; { sleep 0.5; cat clouds.csv >rows.csv; } & $descent data describe rows.csv"
    let piped = try Executable.shell(script, in: scratch.path)
    let plain = try Executable.shell("$descent data describe clouds.csv", in: scratch.path)
    #expect(piped.status == 0 && piped.errors == "", "\(piped.errors)")
    #expect(piped.output.replacing("rows.csv", with: "clouds.csv") == plain.output)
    let running = try Running(program: Executable.path, ["data", "describe", scratch.file("rows.csv")])
    try running.waitForSleep()
    running.send(SIGTERM)
    #expect(try running.wait().status == 143)
  }

  @Test("A file is replaced in a folder whose name is not UTF-8")
  func otherEncoding() throws {
    let outcome = try Executable.shell(
      """
      folder=$(printf 'caf\\351')
      mkdir "$folder" && cd "$folder" && echo old >model
      $descent train --data ../clouds.csv --hidden 8 --epochs 1 --quiet --save model && ls -A && wc -c <model
      """, in: scratch.path)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(
      outcome.lines.first == "model" && outcome.lines.count == 2 && outcome.lines.last != "4", "\(outcome.output)")
  }

  // MARK: Signals

  /// A run without an end, as soon as its first epoch is in its metrics.
  private func endless(_ options: String = "") throws -> Running {
    try? FileManager.default.removeItem(atPath: scratch.file("run.jsonl"))
    let words =
      "train --data \(clouds) --hidden 8 --epochs 1000000000 --metrics \(scratch.file("run.jsonl")) \(options)"
    let running = try Running(words, output: "/dev/null")
    try Event.wait(for: "the second epoch", from: running) { scratch.has("\"epoch\":2", in: "run.jsonl") }
    return running
  }

  @Test(
    "A signal ends the run after its step, with the signal's status",
    arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func signals(signal: Int32, status: Int32) throws {
    let model = try model()
    let good = try scratch.read("model")
    for options in ["--save \(model)", "--save \(model) --workers 3 --quiet", "--save \(model) --batch-size full"] {
      let running = try endless("\(options) --report \(scratch.file("page"))")
      running.send(signal)
      let outcome = try running.wait()
      #expect(outcome.status == status, "\(options)")
      #expect(outcome.errors.contains("interrupted in epoch"), "\(outcome.errors)")
      #expect(outcome.errors.contains("the model was saved to \(model), marked as interrupted"), "\(outcome.errors)")
      let info = try JSONValue.parse(try Executable.run("info --json \(model)").output.utf8)
      #expect(info["model"]?["interrupted"] == .bool(true))
      #expect(try scratch.read("model") != good)
      #expect(scratch.names == ["clouds.csv", "model", "page", "run.jsonl"])
      #expect(try scratch.text("page").contains("interrupted before its end"))
      let events = try scratch.rows("run.jsonl")
      #expect(events.count >= 3 && events.last?["reason"] == "interrupted", "every line is whole")
      #expect(events.last?["test_accuracy"]?.double != nil)
      let epochs = events.filter { $0["event"] == "epoch" }
      #expect(epochs.reduce(0) { $0 + ($1["steps"]?.int ?? 0) } == events.last?["steps"]?.int, "parts are reported")
      #expect(epochs.count == events.last?["epochs"]?.int && epochs.last?["test_accuracy"]?.double != nil)
    }
  }

  /// The text that a process writes to a pipe, up to the end of the process, which may never open it.
  private func text(ofPipe pipe: String, from running: Running) throws -> String {
    let descriptor = open(scratch.file(pipe), O_RDONLY | O_NONBLOCK)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      let hasEnded = !running.isRunning
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer[..<count]
      } else if hasEnded {
        return String(decoding: bytes, as: UTF8.self)
      } else {
        usleep(1000)
      }
    }
  }

  /// Starts a command with a page that is a pipe, and waits until its figures are printed and it waits for a reader of the page.
  ///
  /// - Parameter figures: a text of the figures.
  private func atPage(_ words: String, after figures: String) throws -> Running {
    try #require(mkfifo(scratch.file("page"), 0o600) == 0)
    let line = words + " --report " + scratch.file("page")
    let running = try Running(line, output: scratch.file("figures"))
    try Event.wait(for: figures, from: running) { scratch.has(figures, in: "figures") }
    try running.waitForSleep()
    return running
  }

  /// Commands with a report, and a text of their figures.
  private static let reported = [
    ("train --data CLOUDS --hidden 8 --epochs 1 --save MODEL --metrics ROWS", "finished 1 epoch"),
    ("compare --data CLOUDS --hidden 8 --batch-size 8 --learning-rate 0.1 --steps 3", "Input dense"),
    ("sweep --data CLOUDS --hidden 2|3 --epochs 1 --quiet", "descent train"),
    ("scale --data CLOUDS --hidden 8 --batch-size 16 --workers 1 --rounds 1 --quiet", "No prediction"),
    ("course berzal-xor", "5 of 5 checks"), ("evaluate MODEL --data CLOUDS", "true \\ predicted"),
    ("reproduce lecun-linear --data synthetic:300,100 --seeds 1 --quiet", "Differences to the source"),
  ]

  @Test("A first signal while the page is written lets the command write it, and the run is a finished one")
  func signalDuringReport() throws {
    _ = try model()
    for (command, figures) in Self.reported {
      let words = command.replacing("CLOUDS", with: clouds).replacing("MODEL", with: scratch.file("model"))
        .replacing("ROWS", with: scratch.file("rows.jsonl"))
      let running = try atPage(words, after: figures)
      running.send(SIGTERM)
      try running.waitForDelivery(of: SIGTERM)
      try running.waitForSleep()
      let page = try text(ofPipe: "page", from: running)
      let outcome = try running.wait()
      #expect(outcome.status == 0 && !outcome.errors.contains("interrupted"), "\(words): \(outcome)")
      #expect(page.hasSuffix("</html>\n"), "\(words)")
      if words.contains("--save") {
        let info = try JSONValue.parse(try Executable.run("info --json \(scratch.file("model"))").output.utf8)
        #expect(info["model"]?["interrupted"] == .bool(false))
        #expect(try scratch.text("rows.jsonl").split(separator: "\n").last?.contains("\"epochs\"") == true)
      }
      for name in ["page", "figures"] { try FileManager.default.removeItem(atPath: scratch.file(name)) }
    }
  }

  @Test("A second signal while the page is written ends the run at once, and the model is there")
  func secondSignalDuringReport() throws {
    let words = "train --data \(clouds) --hidden 8 --epochs 1 --save \(scratch.file("late"))"
    let running = try atPage(words, after: "finished 1 epoch")
    running.send(SIGTERM)
    try running.waitForDelivery(of: SIGTERM)
    running.send(SIGINT)
    let outcome = try running.wait()
    #expect(outcome.status == 130 && outcome.errors == "", "\(outcome.status) \(outcome.errors)")
    #expect(try scratch.read("late").count > 0)
  }

  @Test("A signal before the first step leaves an interrupted run, with the end of its metrics")
  func signalBeforeFirstStep() throws {
    // The metrics are a pipe, for whose reader the run waits once its first line is printed.
    try #require(mkfifo(scratch.file("rows"), 0o600) == 0)
    let files = "--save \(scratch.file("early")) --report \(scratch.file("page")) --metrics \(scratch.file("rows"))"
    let running = try Running("train --data \(clouds) --hidden 8 \(files)", output: scratch.file("lines"))
    try Event.wait(for: "the first line", from: running) { scratch.has("Data: ", in: "lines") }
    try running.waitForSleep()
    running.send(SIGINT)
    try running.waitForDelivery(of: SIGINT)
    // The thread that waits for signals has done so again: the request is made.
    try running.waitForSleep()
    let events = try text(ofPipe: "rows", from: running).split(separator: "\n").map { try JSONValue.parse($0.utf8) }
    let outcome = try running.wait()
    #expect(outcome.status == 130, "\(outcome.status)")
    #expect(outcome.errors.contains("interrupted before the first step; the model was saved"), "\(outcome.errors)")
    #expect(events.map { $0["event"] } == ["run", "end"] && events.last?["reason"] == "interrupted")
    #expect(events.last?["steps"]?.int == 0)
    #expect(try scratch.text("page").contains("interrupted before its end"))
    let info = try JSONValue.parse(try Executable.run("info --json \(scratch.file("early"))").output.utf8)
    #expect(info["model"]?["interrupted"] == .bool(true))
  }

  @Test("A signal during a run's last step leaves a finished run, reported as such")
  func signalDuringLastStep() throws {
    try SmallData.idxFolder(scratch, "digits", training: 20_000)
    let words =
      "train --data \(scratch.file("digits")) --hidden 512,512 --batch-size full --epochs 1 --instruction-set portable "
      + "--checkpoint \(scratch.file("ck")) --save \(scratch.file("late"))"
    let running = try Running(words)
    try Event.wait(for: "a checkpoint", from: running) { !scratch.names(in: "ck").isEmpty }
    try running.waitForWork()
    try #require(!scratch.names.contains("late"), "the step is under way")
    running.send(SIGTERM)
    let outcome = try running.wait()
    #expect(outcome.status == 0, "\(outcome.status) \(outcome.errors)")
    #expect(outcome.output.contains("finished 1 epoch"), "\(outcome.output)")
    #expect(try scratch.read("late").count > 0)
  }

  @Test(
    "A signal while data are read ends the process with a line",
    arguments: ["train --save new", "compare --epochs 1", "evaluate MODEL"])
  func signalWhileReading(words: String) throws {
    _ = try model()
    try #require(mkfifo(scratch.file("pipe"), 0o600) == 0)
    let words = words.replacing("MODEL", with: scratch.file("model")).replacing("new", with: scratch.file("new"))
    let running = try Running(words + " --data " + scratch.file("pipe"))
    // Until the command has opened the pipe there is no reader to open it for; its data never come.
    var writer: Int32 = -1
    try Event.wait(for: "a reader of the pipe", from: running) {
      writer = open(scratch.file("pipe"), O_WRONLY | O_NONBLOCK)
      return writer >= 0
    }
    defer { close(writer) }
    running.send(SIGINT)
    let outcome = try running.wait()
    #expect(outcome.status == 130 && outcome.output == "", "\(outcome)")
    let line = "descent: interrupted while reading the data; nothing was trained or saved.\n"
    #expect(outcome.errors == line, "\(outcome.errors)")
  }

  @Test("A signal before there is anything to finish ends the process at once")
  func earlySignal() throws {
    let running = try Running(
      program: Executable.path, ["data", "synthesize", scratch.file("d"), "--data", "synthetic:3000000,1"])
    try Event.wait(for: "the folder", from: running) { scratch.names.contains("d") }
    running.send(SIGTERM)
    #expect(try running.wait().status == 143)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.file("d")) == [], "nor is anything left half written")
  }

  #if os(Linux)
    @Test(
      "Ctrl-C on a terminal leaves it as it was",
      .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "needs util-linux's script"))
    func terminal() throws {
      let train = "'\(Executable.path)' train --data '\(clouds)' --hidden 8 --epochs 1000000000 --metrics run.jsonl"
      try scratch.write(
        "session", "trap : INT\nstty -a >before\n\(train) >epochs\necho $? >status\nstty -a >after\n")
      // The keys are typed once the run is under way; the terminal makes a signal of them.
      let outcome = try Executable.shell(
        """
        { for i in $(seq 100000); do grep -qs ' %  loss ' typescript && break; sleep 0.01; done
          printf '\\003'; for i in $(seq 100000); do test -e after && break; sleep 0.01; done; } |
          script -qefc 'sh session' typescript >/dev/null
        """, in: scratch.path)
      #expect(outcome.errors == "")
      #expect(try scratch.text("status") == "130\n")
      #expect(try scratch.text("before") == scratch.text("after"))
      let screen = try scratch.text("typescript")
      #expect(screen.contains("0 %  loss "), "a live line was there")
      #expect(screen.contains("\r\u{1B}[K\u{1B}[C\u{1B}[J\r"), "and was taken away")
      // Wrapping is off within a drawing (see ProgressDisplay), and nothing else is changed.
      let rest = screen.replacing(#/\u{1B}\[\?7l[^\r\n]*?\u{1B}\[\?7h/#, with: "")
      #expect(!rest.contains("\u{1B}[?"), "every mode of the terminal is as it was")
      #expect(screen.contains("descent: interrupted in epoch"))
    }
  #endif
}
