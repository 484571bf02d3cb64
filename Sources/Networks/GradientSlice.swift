import KernelInterface

/// A rectangle of one layer's weights: adjacent inputs against adjacent panels of outputs, with the panels' biases where the
/// rectangle has the first input. What a worker owns is a list of these.
public struct GradientSlice: Sendable, Equatable {
  public let layer: Int
  public let firstInput: Int
  public let inputs: Int
  /// The first output: where a panel starts.
  public let firstColumn: Int
  /// Outputs in whole panels, or the one vector of a narrow last panel.
  public let columns: Int

  /// The whole network, as one worker has it, or has it for its own rows.
  public static func all(of layout: ParameterLayout) -> [GradientSlice] {
    layout.layers.indices.flatMap { index in
      rectangles(
        layout, layer: index, inputs: 0..<layout.layers[index].inputs, columns: 0..<layout.layers[index].paddedOutputs)
    }
  }

  /// The rectangles of a range of inputs and columns (from a panel's start to a panel's end): full panels, and a narrow last one apart,
  /// since its rows are shorter.
  static func rectangles(
    _ layout: ParameterLayout, layer: Int, inputs: Range<Int>, columns: Range<Int>
  ) -> [GradientSlice] {
    let whole = columns.count / layout.shape.panelWidth * layout.shape.panelWidth
    let rest = columns.count - whole
    // A last panel of more than one vector is a full one.
    let full = rest > layout.shape.vectorWidth ? columns.count : whole
    var slices: [GradientSlice] = []
    if !inputs.isEmpty, full > 0 {
      slices.append(
        GradientSlice(
          layer: layer, firstInput: inputs.lowerBound, inputs: inputs.count, firstColumn: columns.lowerBound,
          columns: full))
    }
    if !inputs.isEmpty, columns.count > full {
      slices.append(
        GradientSlice(
          layer: layer, firstInput: inputs.lowerBound, inputs: inputs.count, firstColumn: columns.lowerBound + full,
          columns: columns.count - full))
    }
    return slices
  }

  /// Divides the first layer among `workers` by its panels, and the others' weights evenly: who computes some columns of the first
  /// layer's product moves those columns' weights too, and nobody else ever reads them.
  public static func columnShares(of layout: ParameterLayout, workers: Int) -> [[GradientSlice]] {
    var rest = upperShares(of: layout, workers: workers)
    for worker in 0..<workers {
      let columns = firstLayerColumns(layout, worker: worker, of: workers)
      rest[worker] = rectangles(layout, layer: 0, inputs: 0..<layout.layers[0].inputs, columns: columns) + rest[worker]
    }
    return rest
  }

  /// The columns of the first layer that a worker has under `columnShares`: whole panels.
  public static func firstLayerColumns(_ layout: ParameterLayout, worker: Int, of workers: Int) -> Range<Int> {
    let padded = layout.layers[0].paddedOutputs
    let width = layout.shape.panelWidth
    let panels = (padded + width - 1) / width
    return min(padded, panels * worker / workers * width)..<min(padded, panels * (worker + 1) / workers * width)
  }

  /// Divides the first layer between two workers by the parts of its input, and the others' weights evenly: who looks up some inputs, and
  /// works out their product for all rows, moves their weights too, and nobody else ever reads them.
  public static func partShares(of layout: ParameterLayout, masks: MaskLayout) -> [[GradientSlice]] {
    upperShares(of: layout, workers: 2).enumerated().map { part, rest in
      rectangles(
        layout, layer: 0, inputs: masks.inputs(ofPart: part), columns: 0..<layout.layers[0].paddedOutputs) + rest
    }
  }

  /// Divides the network among `workers` so that each has about the same work: every weight of a dense layer costs its batch's rows;
  /// the first layer, where it is masked, costs as its inputs are lit.
  ///
  /// - Parameter inputDensity: for each input the share of rows that light it, or nil for a dense first layer.
  public static func shares(
    of layout: ParameterLayout, workers: Int, inputDensity: [Float]?
  ) -> [[GradientSlice]] {
    shares(of: workUnits(layout, inputDensity: inputDensity), layout: layout, workers: workers)
  }

  /// Divides a masked first layer by how often its inputs are lit, and for itself, as `shares` does, and the others' weights evenly.
  public static func layerShares(
    of layout: ParameterLayout, workers: Int, inputDensity: [Float]
  ) -> [[GradientSlice]] {
    let first = shares(
      of: workUnits(layout, inputDensity: inputDensity).filter { $0.layer == 0 }, layout: layout, workers: workers)
    return zip(first, upperShares(of: layout, workers: workers)).map { $0 + $1 }
  }

  /// Divides all layers but the first, evenly.
  private static func upperShares(of layout: ParameterLayout, workers: Int) -> [[GradientSlice]] {
    shares(of: workUnits(layout, inputDensity: nil).filter { $0.layer > 0 }, layout: layout, workers: workers)
  }

  private static func shares(of units: [WorkUnit], layout: ParameterLayout, workers: Int) -> [[GradientSlice]] {
    let total = units.reduce(0) { $0 + $1.cost }
    var shares: [[GradientSlice]] = Array(repeating: [], count: workers)
    var done = 0.0
    var runs: [(worker: Int, unit: WorkUnit)] = []
    for unit in units {
      // A unit belongs where its middle falls.
      let worker = min(workers - 1, Int((done + unit.cost / 2) / max(total, .leastNormalMagnitude) * Double(workers)))
      done += unit.cost
      append(worker, unit, to: &runs) { $0.joinedInputs(with: $1) }
    }
    var wider: [(worker: Int, unit: WorkUnit)] = []
    for (worker, unit) in runs {
      append(worker, unit, to: &wider) { $0.joinedColumns(with: $1) }
    }
    for (worker, unit) in wider {
      shares[worker] += rectangles(layout, layer: unit.layer, inputs: unit.inputs, columns: unit.columns)
    }
    return shares
  }

  /// Adds a unit, as a part of the one before it where the same worker has that and the two make one rectangle.
  private static func append(
    _ worker: Int, _ unit: WorkUnit, to runs: inout [(worker: Int, unit: WorkUnit)],
    joining join: (WorkUnit, WorkUnit) -> WorkUnit?
  ) {
    if let last = runs.last, last.worker == worker, let joined = join(last.unit, unit) {
      runs[runs.count - 1].unit = joined
    } else {
      runs.append((worker, unit))
    }
  }

  private static func workUnits(_ layout: ParameterLayout, inputDensity: [Float]?) -> [WorkUnit] {
    var units: [WorkUnit] = []
    for (index, layer) in layout.layers.enumerated() {
      if index == 0, let inputDensity {
        for input in 0..<layer.inputs {
          // Masked products run at half the dense ones' rate; a dark input still costs its look at the mask.
          let cost = 2 * (Double(inputDensity[input]) + 0.01) * Double(layer.paddedOutputs)
          units.append(
            WorkUnit(layer: 0, inputs: input..<(input + 1), columns: 0..<layer.paddedOutputs, cost: cost))
        }
      } else {
        units += denseUnits(layout, index)
      }
    }
    return units
  }

  /// One tile of inputs in one panel each, panel after panel.
  private static func denseUnits(_ layout: ParameterLayout, _ index: Int) -> [WorkUnit] {
    let layer = layout.layers[index]
    let shape = layout.shape
    var units: [WorkUnit] = []
    for column in stride(from: 0, to: layer.paddedOutputs, by: shape.panelWidth) {
      let columns = column..<min(column + shape.panelWidth, layer.paddedOutputs)
      for input in stride(from: 0, to: layer.inputs, by: shape.tileRows) {
        let inputs = input..<min(input + shape.tileRows, layer.inputs)
        units.append(
          WorkUnit(layer: index, inputs: inputs, columns: columns, cost: Double(inputs.count * columns.count)))
      }
    }
    return units
  }
}

/// The smallest piece that changes hands, or several of them in a row.
private struct WorkUnit {
  var layer: Int
  var inputs: Range<Int>
  var columns: Range<Int>
  var cost: Double

  /// This piece and the one below it in the same panels.
  func joinedInputs(with next: WorkUnit) -> WorkUnit? {
    guard next.layer == layer, next.columns == columns, next.inputs.lowerBound == inputs.upperBound else { return nil }
    var joined = self
    joined.inputs = inputs.lowerBound..<next.inputs.upperBound
    joined.cost += next.cost
    return joined
  }

  /// This piece and the one beside it, over the same inputs.
  func joinedColumns(with next: WorkUnit) -> WorkUnit? {
    guard next.layer == layer, next.inputs == inputs, next.columns.lowerBound == columns.upperBound else { return nil }
    var joined = self
    joined.columns = columns.lowerBound..<next.columns.upperBound
    joined.cost += next.cost
    return joined
  }
}
