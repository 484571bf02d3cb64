import KernelInterface

/// A slice: a rectangle of one layer's weights, adjacent inputs times adjacent panels of outputs, with the panels'
/// biases if it has the first input. A worker owns a list of slices.
package struct GradientSlice: Sendable, Equatable, BitwiseCopyable {
  package let layer: Int
  package let firstInput: Int
  package let inputs: Int
  /// The first output, at the start of a panel.
  package let firstColumn: Int
  /// The number of outputs: whole panels, or the one vector of a narrow last panel.
  package let columns: Int

  /// The slices of the whole network: those of a single worker, or of the gradient over a worker's own rows.
  package static func all(of layout: ParameterLayout) -> [GradientSlice] {
    layout.layers.indices.flatMap { index in
      rectangles(
        layout, layer: index, inputs: 0..<layout.layers[index].inputs, columns: 0..<layout.layers[index].paddedOutputs)
    }
  }

  /// The slices of a range of inputs and columns (whole panels): full panels, and separately a narrow last one, since
  /// its rows are shorter.
  static func rectangles(
    _ layout: ParameterLayout, layer: Int, inputs: Range<Int>, columns: Range<Int>
  ) -> [GradientSlice] {
    let whole = columns.count / layout.shape.panelWidth * layout.shape.panelWidth
    let rest = columns.count - whole
    // A last panel of more than one vector has full width.
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

  /// Divides the first layer among `workers` by panels, and the other layers evenly. The worker that computes columns
  /// of the first layer's product also updates their weights; no other worker reads them.
  package static func columnShares(of layout: ParameterLayout, workers: Int) -> [[GradientSlice]] {
    var rest = upperShares(of: layout, workers: workers)
    for worker in 0..<workers {
      let columns = firstLayerColumns(layout, worker: worker, of: workers)
      rest[worker] = rectangles(layout, layer: 0, inputs: 0..<layout.layers[0].inputs, columns: columns) + rest[worker]
    }
    return rest
  }

  /// The columns of the first layer that `columnShares` gives to a worker: whole panels.
  package static func firstLayerColumns(_ layout: ParameterLayout, worker: Int, of workers: Int) -> Range<Int> {
    let padded = layout.layers[0].paddedOutputs
    let width = layout.shape.panelWidth
    let panels = (padded + width - 1) / width
    return min(padded, panels * worker / workers * width)..<min(padded, panels * (worker + 1) / workers * width)
  }

  /// Divides the first layer between two workers by the blocks of its input, and the other layers evenly. The worker
  /// that computes the product of a block for all rows also updates its weights; the other worker does not read them.
  package static func partShares(of layout: ParameterLayout, masks: MaskLayout) -> [[GradientSlice]] {
    upperShares(of: layout, workers: 2).enumerated().map { part, rest in
      rectangles(
        layout, layer: 0, inputs: masks.inputs(ofPart: part), columns: 0..<layout.layers[0].paddedOutputs) + rest
    }
  }

  /// Divides the network among `workers` so that each has about the same work. The cost of a weight is constant in
  /// dense layers; in a masked first layer it is proportional to the density of its input.
  ///
  /// - Parameter inputDensity: for each input the fraction of rows in which it is nonzero; nil for a dense first layer.
  package static func shares(
    of layout: ParameterLayout, workers: Int, inputDensity: [Float]?
  ) -> [[GradientSlice]] {
    shares(of: workUnits(layout, inputDensity: inputDensity), layout: layout, workers: workers)
  }

  /// Divides a masked first layer separately, by the density of its inputs as in `shares`, and the other layers evenly.
  package static func layerShares(
    of layout: ParameterLayout, workers: Int, inputDensity: [Float]
  ) -> [[GradientSlice]] {
    let first = shares(
      of: workUnits(layout, inputDensity: inputDensity).filter { $0.layer == 0 }, layout: layout, workers: workers)
    return zip(first, upperShares(of: layout, workers: workers)).map { $0 + $1 }
  }

  /// Divides all layers except the first evenly.
  private static func upperShares(of layout: ParameterLayout, workers: Int) -> [[GradientSlice]] {
    shares(of: workUnits(layout, inputDensity: nil).filter { $0.layer > 0 }, layout: layout, workers: workers)
  }

  private static func shares(of units: [WorkUnit], layout: ParameterLayout, workers: Int) -> [[GradientSlice]] {
    let total = units.reduce(0) { $0 + $1.cost }
    var shares: [[GradientSlice]] = Array(repeating: [], count: workers)
    var done = 0.0
    var runs: [(worker: Int, unit: WorkUnit)] = []
    for unit in units {
      // Each worker has a range of the total cost; a unit goes to the worker in whose range its midpoint is.
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

  /// Adds a unit; merges it with the previous one if both belong to one worker and form a rectangle.
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
          // Masked products run at half the dense rate; an inactive input still costs the test of its mask bit.
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

  /// Units of one tile of inputs in one panel, panel after panel.
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

/// The smallest unit of the division among workers, or several adjacent units.
private struct WorkUnit {
  var layer: Int
  var inputs: Range<Int>
  var columns: Range<Int>
  var cost: Double

  /// This unit merged with the next inputs of the same columns; nil if `next` is not that.
  func joinedInputs(with next: WorkUnit) -> WorkUnit? {
    guard next.layer == layer, next.columns == columns, next.inputs.lowerBound == inputs.upperBound else { return nil }
    var joined = self
    joined.inputs = inputs.lowerBound..<next.inputs.upperBound
    joined.cost += next.cost
    return joined
  }

  /// This unit merged with the next columns of the same inputs; nil if `next` is not that.
  func joinedColumns(with next: WorkUnit) -> WorkUnit? {
    guard next.layer == layer, next.inputs == inputs, next.columns.lowerBound == columns.upperBound else { return nil }
    var joined = self
    joined.columns = columns.lowerBound..<next.columns.upperBound
    joined.cost += next.cost
    return joined
  }
}
