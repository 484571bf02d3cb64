import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Keeps a process alive that touches a part of a mapped file which is no longer there.
///
/// The system answers such a touch with SIGBUS, at any instruction of any thread. The handler here looks whether the address lies in a
/// mapping that it was told of. If so, it puts zero pages over the rest of that mapping and notes the fault; the instruction runs
/// again and reads zeros, and whoever works on the file asks `faults` before the result counts. Any other SIGBUS goes to whatever
/// handled it before.
///
/// The handler allocates nothing, takes no lock and calls `mmap` alone, a bare system call.
final class MappingGuard: Sendable {
  private let index: Int

  /// - Returns: nil where too many files are mapped at once.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let index = places.withLock({ $0.popLast() }) else { return nil }
    self.index = index
    installOnce
    let start = UInt(bitPattern: bytes.baseAddress)
    slots[index].faults.store(0, ordering: .relaxed)
    // Releasing: who reads this end also sees that the mapping before it in this slot is gone.
    slots[index].end.store(start + UInt(bytes.count), ordering: .releasing)
    slots[index].start.store(start, ordering: .releasing)
  }

  /// Must go before the mapping does: its addresses may be another's afterwards.
  deinit {
    slots[index].start.store(0, ordering: .sequentiallyConsistent)
    places.withLock { $0.append(index) }
  }

  /// How often a part that is gone has been touched.
  var faults: UInt { slots[index].faults.load(ordering: .acquiring) }

  static let mostMappings = 1024
}

/// A mapping that the handler knows of; `start` is 0 in a free slot.
private struct Slot: ~Copyable {
  let start = Atomic<UInt>(0)
  let end = Atomic<UInt>(0)
  let faults = Atomic<UInt>(0)
}

/// Never freed: a handler may look at it at any time.
nonisolated(unsafe) private let slots: UnsafeMutablePointer<Slot> = {
  let slots = UnsafeMutablePointer<Slot>.allocate(capacity: MappingGuard.mostMappings)
  for index in 0..<MappingGuard.mostMappings { (slots + index).initialize(to: Slot()) }
  return slots
}()

/// The free slots.
private let places = Mutex<[Int]>(Array((0..<MappingGuard.mostMappings).reversed()))

private let pageSize = UInt(sysconf(Int32(_SC_PAGESIZE)))

/// What SIGBUS did before.
nonisolated(unsafe) private var previous = sigaction()

/// Installs the handler, the first time that it is looked at; what the handler uses is there before.
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

/// Puts zeros over a mapping, from the page of the address to the mapping's end: what lies behind a part that is gone is gone too.
private func fillHole(at address: UInt) -> Bool {
  for index in 0..<MappingGuard.mostMappings {
    let start = slots[index].start.load(ordering: .acquiring)
    let end = slots[index].end.load(ordering: .acquiring)
    // Another thread may have given the slot to another mapping in between: the ends of two must not be taken for one's. Mappings come and
    // go in other slots alone: that of the address is in use by the very thread that is here.
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
    // Once more, and without us: a plain handler is called, and the default ends the process.
    sigaction(signal, &previous, nil)
  }
}
