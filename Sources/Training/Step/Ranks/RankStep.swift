import Kernels
import Networks
import Ranks

/// The messages of a step on several ranks.
///
/// With `partial`, a rank's slice consists of whole blocks of the gradient. The rank sums the gradients of its slice over
/// all ranks in a fixed tree of pairs, updates the parameters, and sends them to all others (stage 1 of ZeRO: Rajbhandari
/// et al., 2020). So all ranks have the same parameters even on different processors, and the result does not depend on
/// the MPI library.
final class RankStep: @unchecked Sendable {
  // Unchecked: memory is used between barriers, as documented at `PartialRankExchange`.
  let group: RankGroup
  let division: any RankDivision
  private let workers: Int
  /// The exchanges of every step, in their order.
  private(set) var traffic: [any StepTraffic] = []

  init(_ group: RankGroup, _ division: any RankDivision, workers: Int) {
    (self.group, self.division, self.workers) = (group, division, workers)
  }

  /// Adds an exchange of every step: its time and bytes are counted in `Trainer.exchange`.
  func counted<Traffic: StepTraffic>(_ exchange: Traffic) -> Traffic {
    traffic.append(exchange)
    return exchange
  }

  /// The messages that give every rank the other ranks' parts of an array in the parameters' layout.
  func messages(gathering numbers: AlignedBuffer<Float>) -> RankMessages {
    division.messages(gathering: numbers, group)
  }

  /// The messages from which every rank computes the norm of the whole gradient; see `RankDivision`.
  ///
  /// - Parameter isInEveryStep: true if the norm is needed in every step, false if only in the last one of an epoch.
  func normMessages(
    gradient: AlignedBuffer<Float>, squares: AlignedBuffer<Double>, isInEveryStep: Bool
  ) -> NormMessages {
    let messages = division.normMessages(group, gradient: gradient, squares: squares)
    if isInEveryStep, case .gradient(let exchange) = messages { traffic.append(exchange) }
    return messages
  }

  /// The messages of the first exchange of a step: slices of the gradient, and the metrics of this rank's workers.
  ///
  /// - Parameter slices: the messages that exchange the slices with another rank.
  func messages(exchanging metrics: StepMetrics, slices: (_ peer: Int) -> [RankMessages.Message]) -> RankMessages {
    var messages: [RankMessages.Message] = []
    for peer in group.others {
      messages += slices(peer)
      for array in metrics.arrays {
        let count = workers * array.stride
        messages.append(.send(array.numbers + group.rank * count, count: count, of: metrics, to: peer))
        messages.append(.receive(array.numbers + peer * count, count: count, of: metrics, from: peer))
      }
    }
    return counted(RankMessages(group, messages))
  }

  /// The messages of the last exchange of a step: this rank's slice of the parameters, and its flag, to all others.
  ///
  /// - Parameter flags: one number for each rank.
  func messages(gathering parameters: AlignedBuffer<Float>, flags: AlignedBuffer<Int>) -> RankMessages {
    messages(gathering: flags) { division.messages(sharing: parameters, group, with: $0) }
  }

  /// The messages of the last exchange of a step, with parameters in another form than that of the buffer.
  ///
  /// - Parameter slices: the messages that exchange the parameters with another rank.
  func messages(
    gathering flags: AlignedBuffer<Int>, slices: (_ peer: Int) -> [RankMessages.Message]
  ) -> RankMessages {
    let messages = group.others.flatMap { peer -> [RankMessages.Message] in
      slices(peer) + [.send(flags, at: group.rank, to: peer), .receive(flags, at: peer, from: peer)]
    }
    return counted(RankMessages(group, messages))
  }

  /// Exchanges the updated parameters, and requests to stop, with the other ranks. Called by worker 0 after the update.
  ///
  /// - Parameters:
  ///   - stops: one number for each rank.
  ///   - exchange: exchanges parameters and `stops`; false if that failed.
  func shareParameters(_ metrics: StepMetrics, stops: AlignedBuffer<Int>, by exchange: () -> Bool) {
    if metrics.status == .disconnected { return }
    stops.pointer[group.rank] = metrics.status == .stopped ? 1 : 0
    guard exchange() else {
      metrics.status = .disconnected
      return
    }
    // A divergence needs no message, since all ranks have the same sums.
    if metrics.status == .none, stops.elements.contains(1) { metrics.status = .stopped }
  }
}

/// An exchange that takes place in every step.
protocol StepTraffic: AnyObject {
  /// The nanoseconds of all exchanges so far, the wait for other ranks included.
  var nanoseconds: UInt64 { get }
  /// The bytes that this rank sends in a step: the mean, or for a step with a whole batch.
  var bytesPerStep: Int { get }
}

extension RankMessages: StepTraffic {
  var bytesPerStep: Int { bytesSent }

  /// Exchanges the messages.
  ///
  /// - Returns: false if that failed; `RankGroup.failure` then has the reason.
  func exchange() -> Bool {
    do {
      try run()
      return true
    } catch {
      return false
    }
  }
}
