import Foundation
import Testing

@testable import Files

@Suite("The limit of memory")
struct MemoryLimitTests {
  @Test("the least of free memory and the container's limit holds")
  func limit() throws {
    let root = try ScratchFolder()
    try root.write("proc/meminfo", "MemTotal:  2000 kB\nMemAvailable:    1000 kB\n")
    #expect(MemoryLimit.current(root: root.path) == .init(bytes: 1_024_000, of: .free))
    try root.write("proc/self/cgroup", "0::/a\n")
    try root.write("sys/fs/cgroup/a/memory.max", "500000\n")
    try root.write("sys/fs/cgroup/a/memory.current", "200000\n")
    try root.write("sys/fs/cgroup/a/memory.stat", "anon 5\ninactive_file 50000\n")
    #expect(MemoryLimit.current(root: root.path) == .init(bytes: 350_000, of: .controlGroup))
    try root.write("sys/fs/cgroup/a/memory.max", "max\n")
    #expect(MemoryLimit.current(root: root.path)?.memory == .free)
    #expect(MemoryLimit.text(13_400_000_000) == "13.4 GB" && MemoryLimit.text(999) == "999.0 B")
  }

  @Test("where the system grants no more than it has, memory counts that is not written")
  func committed() throws {
    let root = try ScratchFolder()
    try root.write("proc/meminfo", "MemAvailable:  100000 kB\nCommitLimit:  300000 kB\nCommitted_AS: 220000 kB\n")
    #expect(MemoryLimit.exceeded(by: 70e6, addresses: 100e6, root: root.path) == nil)
    #expect(MemoryLimit.exceeded(by: 110e6, root: root.path)?.memory == .free)
    try root.write("proc/sys/vm/overcommit_memory", "2\n")
    #expect(
      MemoryLimit.exceeded(by: 70e6, addresses: 100e6, root: root.path)
        == .init(bytes: 81_920_000, of: .committed))
    #expect(MemoryLimit.exceeded(by: 70e6, addresses: 75e6, root: root.path) == nil)
  }

  @Test("a number of the system is found behind blanks and tabs, as the kernel writes them")
  func numbers() throws {
    let root = try ScratchFolder()
    try root.write("status", "Name:\tdescent\nVmPeak:\t   70000 kB\nVmSize:\t   50000 kB\nMemAvailable:    1000 kB\n")
    let file = root.path + "/status"
    #expect(SystemFile.kilobytes("VmSize:", in: file) == 51_200_000)
    #expect(SystemFile.kilobytes("MemAvailable:", in: file) == 1_024_000)
    #expect(SystemFile.kilobytes("VmSwap:", in: file) == nil)
  }

  @Test("a file of the system is read to its end, which is far behind the first 16 KiB on a machine of many processors")
  func longFile() throws {
    let root = try ScratchFolder()
    let lines = (0..<2000).map { "cpu\($0) 12 0 7 40 2 0 0 0 0 0\n" }.joined()
    try root.write("stat", lines)
    #expect(SystemFile.text(root.path + "/stat") == lines)
    #expect(SystemFile.text(root.path + "/missing") == nil)
    // A file without an end.
    #expect(SystemFile.text("/dev/zero")?.utf8.count == SystemFile.largest)
  }

  @Test("what does not fit is refused by what wants it, before the system grants it")
  func refusal() throws {
    // Linux grants more than it has: without a look beforehand, the process would end when the pages are touched.
    let error = #expect(throws: FileError.self) { try MemoryLimit.take(1 << 60, for: "--resize", "pictures") }
    #expect(
      error?.file == "--resize" && error?.found == "pictures that take 1.2 EB of memory", "\(error?.description ?? "")")
    let memory = try MemoryLimit.take(100, for: "--resize", "pictures")
    free(memory)
  }
}
