import KernelInterface
import Kernels
import Networks
import Ranks

/// The two exchanges of a data-parallel step between ranks: each sends every other rank that rank's slice of its gradient,
/// and after the update its own slice of the parameters to all.
///
/// Both may leave out groups of numbers (`CompactExchange`): groups of the gradient that are zero, and parameters for which
/// no rank's gradient has a group. The results are the same, bit for bit.
final class SliceExchange: @unchecked Sendable {
  // Unchecked: worker 0 exchanges between barriers; after them all workers read gradients.
  private let rank: Int
  private let gradient: AlignedBuffer<Float>
  private let parameters: AlignedBuffer<Float>
  private let compact: CompactExchange
  /// For each rank the address of its gradient, of which other ranks' have only this rank's slice.
  private let gradients: AlignedBuffer<Floats>
  /// Compact slices, by rank. That of another rank is sent with this rank's gradient, and received with the updated
  /// parameters; that of this rank is sent with the parameters that it has updated.
  private let slices: AlignedBuffer<CompactSlice>
  /// Compact slices: for each other rank its gradient of this rank's slice.
  private let received: AlignedBuffer<CompactSlice>
  private let gradientMessages: RankMessages
  private let parameterMessages: RankMessages
  /// Memory of the slices and of received gradients.
  private let memory: [AlignedBuffer<UInt64>]

  /// - Parameters:
  ///   - gradient: this rank's gradient.
  ///   - stops: for each rank its request to stop, sent with the parameters.
  init(
    _ context: StepContext, _ step: RankStep, gradient: AlignedBuffer<Float>, stops: AlignedBuffer<Int>,
    _ compact: CompactExchange
  ) {
    let (group, parameters) = (step.group, context.network.buffer)
    // For each rank the parameters of its slice.
    let division = step.division.parameters.map { ranges in
      precondition(ranges.count == 1, "a rank exchanges one range of the parameters")
      return ranges[0]
    }
    (self.gradient, self.parameters, self.compact, rank) = (gradient, parameters, compact, group.rank)
    let own = division[group.rank]
    let received = group.others.map { _ in Self.slice(own) }
    let slices = compact.ofGradients ? division.map(Self.slice) : []
    gradients = AlignedBuffer(count: group.size)
    gradients.pointer[group.rank] = UnsafePointer(gradient.pointer)
    for (peer, slice) in zip(group.others, received) {
      // Offsets are those of the parameters.
      gradients.pointer[peer] = UnsafePointer(slice.slice.numbers - own.lowerBound)
    }
    gradientMessages = step.messages(exchanging: context.metrics) { peer in
      let source = received[peer < group.rank ? peer : peer - 1]
      return compact.ofGradients
        ? Self.messages(peer, sending: slices[peer], receiving: source)
        : [
          .send(gradient, division[peer], to: peer),
          .receive(source.slice.numbers, count: own.count, of: source.memory, from: peer),
        ]
    }
    parameterMessages =
      compact.ofParameters
      ? step.messages(gathering: stops) {
        Self.messages($0, sending: slices[group.rank], receiving: slices[$0])
      }
      : step.messages(gathering: parameters, flags: stops)
    (self.slices, self.received) = (AlignedBuffer(slices.map { $0.slice }), AlignedBuffer(received.map { $0.slice }))
    memory = (slices + received).map { $0.memory }
  }

  private typealias OwnedSlice = (slice: CompactSlice, memory: AlignedBuffer<UInt64>)

  /// A compact slice in memory of its own.
  private static func slice(_ range: Range<Int>) -> OwnedSlice {
    let memory = AlignedBuffer<UInt64>(count: CompactSlice.memoryCount(range))
    return (CompactSlice(range, in: memory), memory)
  }

  /// The messages that exchange compact slices with another rank.
  private static func messages(
    _ peer: Int, sending source: OwnedSlice, receiving target: OwnedSlice
  ) -> [RankMessages.Message] {
    [source.slice.message(to: peer, source.memory), target.slice.message(from: peer, target.memory)]
  }

  /// The address of a rank's gradient, in the parameters' layout. Of other ranks' only this rank's slice may be read, after
  /// `exchangeGradients()`.
  @inline(__always)
  func gradient(of rank: Int) -> Floats { gradients.pointer[rank] }

  /// Exchanges the slices of the gradient.
  ///
  /// - Returns: false if that failed; `RankGroup.failure` then has the reason.
  func exchangeGradients() -> Bool {
    if compact.ofGradients {
      for peer in 0..<slices.count where peer != rank {
        slices.pointer[peer].mark(UnsafePointer(gradient.pointer))
        slices.pointer[peer].pack(UnsafePointer(gradient.pointer))
      }
    }
    guard gradientMessages.exchange() else { return false }
    guard compact.ofGradients else { return true }
    if compact.ofParameters { slices.pointer[rank].mark(UnsafePointer(gradient.pointer)) }
    for index in 0..<received.count {
      if compact.ofParameters { slices.pointer[rank].mark(received.pointer[index]) }
      received.pointer[index].expand()
    }
    return true
  }

  /// Exchanges the slices of the parameters, after the update.
  ///
  /// - Returns: false if that failed; `RankGroup.failure` then has the reason.
  func exchangeParameters() -> Bool {
    if compact.ofParameters { slices.pointer[rank].pack(UnsafePointer(parameters.pointer)) }
    guard parameterMessages.exchange() else { return false }
    guard compact.ofParameters else { return true }
    for peer in 0..<slices.count where peer != rank { slices.pointer[peer].unpack(to: parameters.pointer) }
    return true
  }
}
