#if KERNELS_BFLOAT16EMULATED || KERNELS_AMXEMULATED
  import KernelInterface

  // The kernels that the emulated products take from the table of AVX-512 elsewhere: layouts of 16 floats a vector, in plain
  // loops. With them whole networks compute in bfloat16 on every processor, for tests.

  /// Products by emulated units, and the layouts of their operands.
  public let emulatedProducts: ProductKernels = {
    let layouts = ProductKernels(
      shape: KernelShape(vectorWidth: vectorWidth, tileRows: 12), forward: forward, weightGradient: weightGradient,
      errorSignal: errorSignal, transposeWeights: transposeWeights, packColumns: packColumns,
      transposeToRows: transposeToRows, transposeToColumns: transposeToColumns, biasGradient: biasGradient,
      unpackedWidth: 0)
    #if KERNELS_AMXEMULATED
      return tileProductKernels(with: layouts)
    #else
      return bfloat16ProductKernels(with: layouts)
    #endif
  }()

  /// The place of an element of a matrix in panels of columns, `[rows × columns]`.
  private func place(_ row: Int, _ column: Int, rows: Int, columns: Int) -> Int {
    let lane = column % panelWidth
    let width = columns - (column - lane) > vectorWidth ? panelWidth : vectorWidth
    return (column - lane) * rows + row * width + lane
  }

  private func transposeWeights(_ weights: Floats, _ inputs: Int, _ outputs: Int, _ result: MutableFloats) {
    for output in 0..<outputs {
      for input in 0..<inputs {
        result[place(output, input, rows: outputs, columns: inputs)] =
          weights[place(input, output, rows: inputs, columns: outputs)]
      }
      for input in inputs..<((inputs + vectorWidth - 1) / vectorWidth * vectorWidth) {
        result[place(output, input, rows: outputs, columns: inputs)] = 0
      }
    }
  }

  private func transposeToColumns(_ source: Floats, _ stride: Int, _ result: MutableFloats, _ rows: Int, _ columns: Int)
  {
    for row in 0..<((rows + vectorWidth - 1) / vectorWidth * vectorWidth) {
      for column in 0..<columns {
        result[row / panelWidth * panelWidth * columns + column * panelWidth + row % panelWidth] =
          row < rows ? source[row * stride + column] : 0
      }
    }
  }

  private func transposeToRows(
    _ source: Floats, _ result: MutableFloats, _ stride: Int, _ rows: Int, _ columns: Int, _ paddedColumns: Int
  ) {
    for row in 0..<rows {
      for column in 0..<paddedColumns {
        result[row * stride + column] =
          column < columns
          ? source[row / panelWidth * panelWidth * columns + column * panelWidth + row % panelWidth] : 0
      }
    }
  }

  private func biasGradient(
    _ delta: Floats, _ stride: Int, _ rows: Int, _ columns: Int, _ gradient: MutableFloats, _ accumulates: Bool
  ) {
    for column in 0..<columns {
      gradient[column] = (0..<rows).reduce(accumulates ? gradient[column] : 0) { $0 + delta[$1 * stride + column] }
    }
  }
#endif
