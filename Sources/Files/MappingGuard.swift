import Platform
import Synchronization

/// A registered mapping of a file, in which reading a part that the file no longer has does not end the process.
///
/// The system answers such a read with SIGBUS, at any instruction of any thread. The handler checks whether the address is in a
/// registered mapping. If so, it maps zero pages over the rest of that mapping and counts the fault; the instruction runs again and
/// reads zeros, and the code that uses the file checks `faults` before relying on a result. Any other SIGBUS is passed to the
/// previous handler.
///
/// The handler allocates nothing, takes no lock and calls only `mmap`, a bare system call.
final class MappingGuard: Sendable {
  private let index: Int

  /// Registers a mapping.
  ///
  /// - Returns: nil if too many files are mapped at the same time.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let index = freeSlots.withLock({ $0.popLast() }) else { return nil }
    self.index = index
    installOnce
    let start = UInt(bitPattern: bytes.baseAddress)
    slots[index].faults.store(0, ordering: .relaxed)
    // Releasing: a reader of this end also sees that the previous mapping in this slot is gone.
    slots[index].end.store(start + UInt(bytes.count), ordering: .releasing)
    slots[index].start.store(start, ordering: .releasing)
  }

  /// Runs before the mapping is removed: its addresses may belong to another mapping afterwards.
  deinit {
    slots[index].start.store(0, ordering: .sequentiallyConsistent)
    freeSlots.withLock { $0.append(index) }
  }

  /// The number of reads of a missing part.
  var faults: UInt { slots[index].faults.load(ordering: .acquiring) }

  static let maximumMappings = 1024
}

/// A mapping known to the handler; `start` is 0 in a free slot.
private struct Slot: ~Copyable {
  let start = Atomic<UInt>(0)
  let end = Atomic<UInt>(0)
  let faults = Atomic<UInt>(0)
}

/// Never freed: the handler may read it at any time.
nonisolated(unsafe) private let slots: UnsafeMutablePointer<Slot> = {
  let slots = UnsafeMutablePointer<Slot>.allocate(capacity: MappingGuard.maximumMappings)
  for index in 0..<MappingGuard.maximumMappings { (slots + index).initialize(to: Slot()) }
  return slots
}()

/// The indices of the free slots.
private let freeSlots = Guarded<[Int]>(Array((0..<MappingGuard.maximumMappings).reversed()))

private let pageSize = UInt(sysconf(Int32(_SC_PAGESIZE)))

/// The previous handler of SIGBUS.
nonisolated(unsafe) private var previous = sigaction()

/// Installs the handler on first use, after everything that the handler needs has been initialized.
private let installOnce: Void = {
  _ = (slots, pageSize)
  var action = sigaction()
  #if canImport(Darwin)
    action.__sigaction_u.__sa_sigaction = handleFault
  #elseif canImport(Glibc)
    action.__sigaction_handler.sa_sigaction = handleFault
  #else
    action.__sa_handler.sa_sigaction = handleFault
  #endif
  action.sa_flags = SA_SIGINFO | SA_ONSTACK
  sigaction(SIGBUS, &action, &previous)
}()

private let handleFault: @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void = {
  signal, information, context in
  #if canImport(Darwin)
    let address = information?.pointee.si_addr
  #elseif canImport(Glibc)
    let address = information?.pointee._sifields._sigfault.si_addr
  #else
    let address = information?.pointee.__si_fields.__sigfault.si_addr
  #endif
  if !fillHole(at: UInt(bitPattern: address)) { passOn(signal, information, context) }
}

/// Maps zeros from the page of the address to the mapping's end: everything behind a missing part is missing too.
private func fillHole(at address: UInt) -> Bool {
  for index in 0..<MappingGuard.maximumMappings {
    let start = slots[index].start.load(ordering: .acquiring)
    let end = slots[index].end.load(ordering: .acquiring)
    // Another thread may have reused the slot between the two loads: `start` and `end` must belong to one mapping. The slot of `address`
    // itself cannot change, because this thread is using that mapping.
    guard slots[index].start.load(ordering: .relaxed) == start else { continue }
    guard start != 0, start <= address, address < end else { continue }
    let page = address & ~(pageSize - 1)
    let zeros = mmap(
      UnsafeMutableRawPointer(bitPattern: page), Int(end - page), PROT_READ, MAP_PRIVATE | MAP_ANON | MAP_FIXED, -1, 0)
    guard zeros != MAP_FAILED else { return false }
    slots[index].faults.wrappingAdd(1, ordering: .releasing)
    return true
  }
  return false
}

private func passOn(
  _ signal: Int32, _ information: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
) {
  #if canImport(Darwin)
    let handler = previous.__sigaction_u.__sa_sigaction
  #elseif canImport(Glibc)
    let handler = previous.__sigaction_handler.sa_sigaction
  #else
    let handler = previous.__sa_handler.sa_sigaction
  #endif
  if previous.sa_flags & SA_SIGINFO != 0, let handler {
    handler(signal, information, context)
  } else {
    // Restores the previous action: a plain handler is called when the instruction repeats, and the default ends the process.
    sigaction(signal, &previous, nil)
  }
}
