/// The orders of layers in which each layer's outputs are the next one's inputs.
struct LayerOrder {
  /// The properties of a layer that restrict its position among the others.
  struct Link {
    /// The name of its weights.
    var name: String
    var inputs: Int
    var outputs: Int
    /// False if the bias does not have an element for each output.
    var isWhole: Bool

    init(_ weight: Safetensors.Tensor, bias: Safetensors.Tensor?, isTransposed: Bool) {
      name = weight.name
      (inputs, outputs) =
        isTransposed ? (weight.shape[0], weight.shape[1]) : (weight.shape[1], weight.shape[0])
      isWhole = bias == nil || bias?.shape == [outputs]
    }

    /// The name without its numbers, which count the layers of one kind.
    var stem: String { name.filter { !$0.isNumber } }
  }

  /// The order of the layers, as indices; nil if there is none.
  let chosen: [Int]?
  /// True if the shapes allow other orders, and numbers in the names do not exclude them.
  let isAmbiguous: Bool

  /// - Parameters:
  ///   - links: the layers in the order of their names.
  ///   - filePositions: the position of each layer in the file.
  init(_ links: [Link], filePositions: [Int]) {
    guard links.allSatisfy(\.isWhole) else {
      (chosen, isAmbiguous) = (nil, false)
      return
    }
    // Layers `fc1`, `fc2`, … are in this order if that is possible at all.
    var found: [[Int]] = []
    for keepsNumbers in [true, false] where found.isEmpty {
      var search = Search(links, keepsNumbers: keepsNumbers)
      search.run()
      found = search.found
    }
    isAmbiguous = found.count > 1
    let byFile = links.indices.sorted { filePositions[$0] < filePositions[$1] }
    // If the order of the names is possible, the search finds it first.
    let isByName = found.first == Array(links.indices)
    chosen = isAmbiguous && !isByName && Search.isChain(byFile, links) ? byFile : found.first
  }

  /// A search for orders, in which layers are tried in the order of their names.
  private struct Search {
    private let links: [Link]
    /// For each layer, the one of the same kind with the next smaller number; nil for the first.
    private let previous: [Int?]
    /// The layers before the one that is tried.
    private var order: [Int] = []
    /// True for the layers in `order`.
    private var isUsed: [Bool]
    /// At most two orders.
    private(set) var found: [[Int]] = []
    /// The number of layers that may still be tried. Without a limit the search could take exponential time.
    private var tries = 100_000

    init(_ links: [Link], keepsNumbers: Bool) {
      self.links = links
      isUsed = links.map { _ in false }
      var last: [String: Int] = [:]
      previous = links.enumerated().map { index, link in
        keepsNumbers ? last.updateValue(index, forKey: link.stem) : nil
      }
    }

    static func isChain(_ order: [Int], _ links: [Link]) -> Bool {
      zip(order, order.dropFirst()).allSatisfy { links[$0].outputs == links[$1].inputs }
    }

    /// Finds the orders. A loop, since a recursion as deep as the number of layers could exceed a thread's stack.
    mutating func run() {
      var candidate = 0
      while found.count < 2, tries > 0 {
        if order.count == links.count {
          found.append(order)
        } else if let next = next(from: candidate) {
          order.append(next)
          isUsed[next] = true
          candidate = 0
          continue
        }
        guard let last = order.popLast() else { return }
        isUsed[last] = false
        candidate = last + 1
      }
      if tries == 0, order.count == links.count { found.append(order) }
    }

    /// The first layer from an index on that can follow `order`; nil if there is none, or no more may be tried.
    private mutating func next(from first: Int) -> Int? {
      for next in first..<max(first, links.count) where !isUsed[next] {
        guard tries > 0 else { return nil }
        tries -= 1
        if order.last.map({ links[$0].outputs == links[next].inputs }) ?? true,
          previous[next].map({ isUsed[$0] }) ?? true
        {
          return next
        }
      }
      return nil
    }
  }
}
