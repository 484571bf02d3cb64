#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

// The program: libFuzzer's own, for the reader that DESCENT_FUZZ_READER names. `../../run` calls it.
// SwiftPM gives every executable a `main` of Swift's, so libFuzzer is entered through its documented second door.

/// `LLVMFuzzerRunDriver` of compiler-rt's FuzzerInterface.h.
@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ tryInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Of this thread, in seconds.
func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// The function called for every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let start = processorTime()
  FuzzTarget.chosen(Array(UnsafeBufferPointer(start: bytes, count: count)))
  // Processor time, which a machine that is shared does not lengthen.
  precondition(processorTime() - start < 2, "no input of some kilobytes takes two seconds")
  return 0
}

/// libFuzzer's own ways to change an input: `LLVMFuzzerMutate` of FuzzerInterface.h.
@_silgen_name("LLVMFuzzerMutate")
func mutate(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ room: Int) -> Int

/// The mutator of inputs. Its seed is libFuzzer's, so that a run with the same seed is repeatable.
@_cdecl("LLVMFuzzerCustomMutator")
public func customMutator(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ room: Int, _ seed: UInt32) -> Int {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  guard FuzzTarget.isText, seed % 4 == 0, let changed = NumberMutation.changed(input, choice: Int(seed / 4)),
    changed.count <= room
  else { return mutate(bytes, count, room) }
  bytes.update(from: changed, count: changed.count)
  return changed.count
}

var count = CommandLine.argc
var words = CommandLine.unsafeArgv
exit(runDriver(&count, &words, testOneInput))
