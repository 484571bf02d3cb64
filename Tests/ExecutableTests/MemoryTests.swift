#if os(Linux)
  import Foundation
  import Testing

  @Suite("Peak memory")
  struct MemoryTests {
    @Test(
      "The pixels of a file, plain or gzip, and its packed rows are never completely in memory at the same time",
      arguments: [false, true])
    func packedRows(isGzip: Bool) throws {
      // Elsewhere, gzip is inflated into memory.
      if isGzip, !hasUnnamedFiles(in: "/var/tmp") { return }
      let scratch = try Scratch()
      let rows = 30_000
      let peaks = try [64, rows].map { count in
        // Every other pixel is nonzero: packed rows are six tenths of the file.
        let pixels = (0..<(count * 784)).map { UInt8($0 & 1) }
        let data = "\(count)"
        let images = IDXBytes.file([UInt32(count), 28, 28], pixels)
        try scratch.write(
          "\(data)/train-images-idx3-ubyte" + (isGzip ? ".gz" : ""), isGzip ? gzip(images) : images)
        try scratch.write(
          "\(data)/train-labels-idx1-ubyte", IDXBytes.file([UInt32(count)], (0..<count).map { UInt8($0 % 10) }))
        try scratch.write("\(data)/t10k-images-idx3-ubyte", IDXBytes.file([2, 28, 28], Array(pixels.prefix(2 * 784))))
        try scratch.write("\(data)/t10k-labels-idx1-ubyte", IDXBytes.file([2], [0, 1]))
        return try peak(data: scratch.file(data), metrics: scratch.file("\(data).jsonl"))
      }
      let more = Double(peaks[1] - peaks[0]) / Double(rows * 784)
      #expect((0.5..<1.35).contains(more), "\(more) times the file")
    }

    @Test("A gzip file is read where no temporary file can be written")
    func noTemporaryFiles() throws {
      let scratch = try Scratch()
      let images = IDXBytes.images(2000, 28, 28)
      try scratch.write("data/train-images-idx3-ubyte.gz", gzip(images))
      try scratch.write("data/train-labels-idx1-ubyte", IDXBytes.labels((0..<2000).map { UInt8($0 % 10) }))
      let outcomes = try ["/var/tmp", scratch.file("missing")].map {
        try Executable.shell("TMPDIR='\($0)' \"$descent\" data describe data", in: scratch.path)
      }
      #expect(outcomes[0].status == 0 && outcomes[1].status == 0, "\(outcomes[1].errors)")
      #expect(outcomes[0].output == outcomes[1].output && !outcomes[0].output.isEmpty)
    }

    /// The most memory that a run has taken after its first epoch, in bytes. As reported by the system while it runs: the figure that comes
    /// with a process's end is at least what its parent had when it began.
    private func peak(data: String, metrics: String) throws -> Int {
      let running = try Running(
        program: Executable.path,
        ["train", "--data", data, "--hidden", "4", "--epochs", "100000", "--input", "masked", "--quiet"]
          + ["--metrics", metrics])
      try Event.wait(for: "the first line of metrics", from: running) {
        (try? String(contentsOfFile: metrics, encoding: .utf8))?.contains("\n") == true
      }
      let status = try String(contentsOfFile: "/proc/\(running.identifier)/status", encoding: .utf8)
      running.send(SIGTERM)
      _ = try running.wait()
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
      return try #require(Int(line.split(separator: " ").dropLast().last ?? "")) * 1024
    }
  }
#endif
