import Descent

/// Two small networks with five examples each, drawn once at random, for checks of the notes' formulas.
///
/// The exercises' expected losses and gradients for them were computed with NumPy in float64 and confirmed by complex-step derivatives.
enum CourseNumbers {
  /// 4-3-2: layer by layer `[outputs × inputs]`, row-major.
  static let weightsA: [[Double]] = [
    [
      1.050715, -0.240785, 0.338185, -1.22812, 0.154043, 0.557682, 0.098834, -0.470507, 0.840846, 1.162145,
      0.12008, 1.279624,
    ],
    [1.053921, 0.225778, 0.279974, 0.794855, 0.49416, -0.83448],
  ]
  static let biasesA: [[Double]] = [
    [-0.054326, 0.36116, -0.419533],
    [-0.003379, -0.218099],
  ]
  /// `[examples][inputs]`; targets alike.
  static let inputsA: [[Double]] = [
    [-0.32133, -0.485661, 1.680058, 1.970527],
    [0.155184, -1.257765, 0.200218, 0.042053],
    [-0.878016, 1.529408, 0.995537, -1.40924],
    [0.883434, -1.428807, -0.433473, -0.888188],
    [-0.742408, 0.001025, -0.473709, -0.316115],
  ]
  static let binaryTargetsA: [[Double]] = [
    [1, 1],
    [1, 0],
    [1, 0],
    [1, 0],
    [0, 1],
  ]
  /// 6-5-4-3: layer by layer `[outputs × inputs]`, row-major.
  static let weightsB: [[Double]] = [
    [
      -0.196876, 0.03795, -0.138098, -0.341229, -0.689092, -1.507624, -0.67404, 0.395739, 0.357256, 1.485243,
      0.594118, 1.330086, -0.59562, -0.699939, -0.11255, 0.393693, -0.188296, -0.186394, 0.816287, -0.316077,
      1.269362, 0.623246, 0.486749, -0.619729, 0.411676, 0.240623, 0.82404, -0.311266, 0.952279, -1.911861,
    ],
    [
      -0.18224, 1.424641, 0.042181, -0.232469, 1.25449, -0.272184, -0.472384, 0.31623, 0.332135, 0.299782,
      -0.510552, -0.331038, -0.310731, 0.740777, -0.471157, -0.104974, 0.006878, 0.096611, 0.185955,
      0.096927,
    ],
    [
      0.560622, -0.881729, -0.166089, 0.850988, 0.345505, 0.414805, -0.102127, 0.001899, 0.261485, 1.259443,
      -0.398284, 0.936692,
    ],
  ]
  static let biasesB: [[Double]] = [
    [-0.339243, -0.152281, 0.109768, 0.035583, -0.21371],
    [0.046734, 0.412809, -0.25565, -0.297419],
    [-0.18515, 0.108256, 0.217737],
  ]
  static let inputsB: [[Double]] = [
    [0.932322, -0.134842, -1.097771, 1.209314, -1.520061, -0.365906],
    [0.087537, -0.673526, -0.312201, 0.651751, 0.101883, 2.118328],
    [-0.17471, -0.053022, 1.177655, 1.03407, 1.357064, -0.26346],
    [0.656353, -1.051036, -0.295157, -0.603615, 0.427573, 1.164091],
    [-0.183493, -0.069507, 0.96656, -0.61792, 1.307118, -1.80925],
  ]
  static let real01TargetsB: [[Double]] = [
    [0.177865, 0.432431, 0.73803],
    [0.618914, 0.780397, 0.546149],
    [0.939162, 0.387297, 0.977872],
    [0.657224, 0.753576, 0.21355],
    [0.84943, 0.011791, 0.727634],
  ]
  static let onehotTargetsB: [[Double]] = [
    [1, 0, 0],
    [1, 0, 0],
    [0, 0, 1],
    [0, 0, 1],
    [0, 0, 1],
  ]

  /// The 4-3-2 network with these activations.
  static func networkA(hidden: Activation, output: Activation, loss: Loss) throws -> PlainNetwork {
    let topology = try Topology(inputs: 4, hidden: [3], outputs: 2, activations: [hidden], output: output, loss: loss)
    return PlainNetwork(topology: topology, weights: weightsA, biases: biasesA)
  }

  /// The 6-5-4-3 network with these activations.
  static func networkB(hidden: [Activation], output: Activation, loss: Loss) throws -> PlainNetwork {
    let topology = try Topology(inputs: 6, hidden: [5, 4], outputs: 3, activations: hidden, output: output, loss: loss)
    return PlainNetwork(topology: topology, weights: weightsB, biases: biasesB)
  }
}
