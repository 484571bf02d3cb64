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
      search.extend([])
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
    /// For each layer, the ones of the same kind with smaller numbers.
    private let earlier: [[Int]]
    /// At most two orders.
    private(set) var found: [[Int]] = []
    /// The number of layers that may still be tried. Without a limit the search could take exponential time.
    private var tries = 100_000

    init(_ links: [Link], keepsNumbers: Bool) {
      self.links = links
      let stems = links.map(\.stem)
      earlier = links.indices.map { index in
        keepsNumbers ? (0..<index).filter { stems[$0] == stems[index] } : []
      }
    }

    static func isChain(_ order: [Int], _ links: [Link]) -> Bool {
      zip(order, order.dropFirst()).allSatisfy { links[$0].outputs == links[$1].inputs }
    }

    mutating func extend(_ order: [Int]) {
      guard order.count < links.count else { return found.append(order) }
      for next in links.indices where !order.contains(next) {
        guard found.count < 2, tries > 0 else { return }
        tries -= 1
        guard order.last.map({ links[$0].outputs == links[next].inputs }) ?? true,
          earlier[next].allSatisfy(order.contains)
        else { continue }
        extend(order + [next])
      }
    }
  }
}
