import KernelInterface

/// A slice: a rectangle of one layer's weights, adjacent inputs times adjacent panels of outputs, with the panels'
/// biases if it has the first input. A thread has a list of slices of the network.
package struct GradientSlice: Sendable, Equatable, BitwiseCopyable {
  /// The index of the layer, from 0.
  package let layer: Int
  /// The first input.
  package let firstInput: Int
  /// The number of inputs.
  package let inputs: Int
  /// The first output, at the start of a panel.
  package let firstColumn: Int
  /// The number of outputs: whole panels, or the one vector of a narrow last panel.
  package let columns: Int

  /// The slices of the whole network.
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
    // The rest is at most one vector, half a panel: outputs are padded to whole vectors.
    let full = columns.count / layout.shape.panelWidth * layout.shape.panelWidth
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

  /// The slices of each of `count` threads: the first layer divided by panels, the other layers evenly. A thread that
  /// computes the first layer's product in the columns of its slices needs no other weights of that layer.
  package static func columnSlices(of layout: ParameterLayout, count: Int) -> [[GradientSlice]] {
    var slices = upperSlices(of: layout, count: count)
    for index in 0..<count {
      let columns = firstLayerColumns(layout, thread: index, of: count)
      let first = rectangles(layout, layer: 0, inputs: 0..<layout.layers[0].inputs, columns: columns)
      slices[index] = first + slices[index]
    }
    return slices
  }

  /// The columns of the first layer in the `columnSlices` of a thread: whole panels.
  package static func firstLayerColumns(_ layout: ParameterLayout, thread: Int, of count: Int) -> Range<Int> {
    let padded = layout.layers[0].paddedOutputs
    let width = layout.shape.panelWidth
    let panels = (padded + width - 1) / width
    return min(padded, panels * thread / count * width)..<min(padded, panels * (thread + 1) / count * width)
  }

  /// The slices of each of two threads: the first layer divided by the blocks of its input, the other layers evenly. A
  /// thread that computes the product of its block needs no other weights of that layer.
  package static func blockSlices(of layout: ParameterLayout, masks: MaskLayout) -> [[GradientSlice]] {
    upperSlices(of: layout, count: 2).enumerated().map { block, rest in
      rectangles(
        layout, layer: 0, inputs: masks.inputs(ofBlock: block), columns: 0..<layout.layers[0].paddedOutputs) + rest
    }
  }

  /// The slices of each of `count` threads, with about the same work. The cost of a weight is constant in dense layers; in a
  /// masked first layer it is proportional to the density of its input.
  ///
  /// - Parameter inputDensity: for each input the fraction of rows in which it is nonzero; nil for a dense first layer.
  package static func slices(
    of layout: ParameterLayout, count: Int, inputDensity: [Float]?
  ) -> [[GradientSlice]] {
    slices(of: workUnits(layout, inputDensity: inputDensity), layout: layout, count: count)
  }

  /// The slices of each of `count` threads: a masked first layer divided by the density of its inputs as in `slices`, the
  /// other layers evenly.
  package static func layerSlices(
    of layout: ParameterLayout, count: Int, inputDensity: [Float]
  ) -> [[GradientSlice]] {
    let first = slices(
      of: workUnits(layout, inputDensity: inputDensity).filter { $0.layer == 0 }, layout: layout, count: count)
    return zip(first, upperSlices(of: layout, count: count)).map { $0 + $1 }
  }

  /// The slices of each of `count` threads: all layers except the first, divided evenly.
  private static func upperSlices(of layout: ParameterLayout, count: Int) -> [[GradientSlice]] {
    slices(of: workUnits(layout, inputDensity: nil).filter { $0.layer > 0 }, layout: layout, count: count)
  }

  private static func slices(of units: [WorkUnit], layout: ParameterLayout, count: Int) -> [[GradientSlice]] {
    let total = units.reduce(0) { $0 + $1.cost }
    var slices: [[GradientSlice]] = Array(repeating: [], count: count)
    var done = 0.0
    var runs: [(thread: Int, unit: WorkUnit)] = []
    for unit in units {
      // Each thread has a range of the total cost; a unit belongs to the range that contains its midpoint.
      let thread = min(count - 1, Int((done + unit.cost / 2) / max(total, .leastNormalMagnitude) * Double(count)))
      done += unit.cost
      append(thread, unit, to: &runs) { $0.joinedInputs(with: $1) }
    }
    var wider: [(thread: Int, unit: WorkUnit)] = []
    for (thread, unit) in runs {
      append(thread, unit, to: &wider) { $0.joinedColumns(with: $1) }
    }
    for (thread, unit) in wider {
      slices[thread] += rectangles(layout, layer: unit.layer, inputs: unit.inputs, columns: unit.columns)
    }
    return slices
  }

  /// Adds a unit; merges it with the previous one if both belong to one thread and form a rectangle.
  private static func append(
    _ thread: Int, _ unit: WorkUnit, to runs: inout [(thread: Int, unit: WorkUnit)],
    joining join: (WorkUnit, WorkUnit) -> WorkUnit?
  ) {
    if let last = runs.last, last.thread == thread, let joined = join(last.unit, unit) {
      runs[runs.count - 1].unit = joined
    } else {
      runs.append((thread, unit))
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

/// The smallest unit of a division into slices, or several adjacent units.
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
