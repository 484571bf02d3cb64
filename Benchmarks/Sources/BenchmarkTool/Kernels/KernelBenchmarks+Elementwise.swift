import KernelInterface
import Kernels
import Networks
import Optimizers

extension KernelBenchmarks {
  /// Activations and their derivatives over a hidden layer, the output layer, dropout, max-norm, the updates.
  func elementwise(_ kernels: Kernels) -> [KernelMeasurement] {
    activations(kernels) + [outputLayer(kernels), dropout(kernels), maxNorm(kernels)]
      // The first layer of 784-128-10, and a layer of 2500 × 2000, which no cache holds.
      + [784 * 128, 2500 * 2000].flatMap { updates(kernels, count: $0) }
  }

  private func activations(_ kernels: Kernels) -> [KernelMeasurement] {
    let count = 64 * 128
    let values = AlignedBuffer<Float>(count: count)
    let delta = AlignedBuffer<Float>(count: count)
    delta.elements.update(repeating: 1)
    let kept = UnsafePointer(values.pointer)
    return kernels.activations.sorted { $0.key < $1.key }.map { name, activation in
      KernelMeasurement(name: "Activation \(name) 64×128", bytes: Double(8 * count), elements: Double(count)) {
        activation.activate(kept, values.pointer, count)
      }
    }
      // With activations of 0, tanh′ is 1, so that repeated multiplications do not change δ.
      + ["relu", "tanh"].map { name in
        KernelMeasurement(
          name: "Derivative \(name) 64×128", bytes: Double(12 * count), elements: Double(count),
          prepare: { values.elements.update(repeating: 0) }
        ) {
          kernels.activations[name]?.derivative(kept, delta.pointer, count)
        }
      }
  }

  /// Many rows at once, since it overwrites what it reads and is prepared anew each time.
  private func outputLayer(_ kernels: Kernels) -> KernelMeasurement {
    let (rows, outputs) = (4096, 10)
    let stride = kernels.shape.padded(outputs)
    let values = AlignedBuffer<Float>(count: rows * stride)
    let delta = AlignedBuffer<Float>(count: rows * stride)
    let classes = AlignedBuffer<Int32>(count: rows)
    let losses = AlignedBuffer<Float>(count: rows)
    let correct = AlignedBuffer<Float>(count: rows)
    for row in 0..<rows { classes.pointer[row] = Int32(row % outputs) }
    let prepare = {
      for row in 0..<rows {
        for output in 0..<outputs { values.pointer[row * stride + output] = Float((row + 3 * output) % 11) }
      }
    }
    return KernelMeasurement(
      name: "Output softmax cross-entropy \(rows)×\(outputs)", elements: Double(rows), prepare: prepare
    ) {
      var operands = OutputOperands(
        values: values.pointer, stride: stride, rows: rows, outputs: outputs, classes: UnsafePointer(classes.pointer),
        delta: delta.pointer, losses: losses.pointer, correct: correct.pointer)
      kernels.losses["cross-entropy"]?["softmax"]?(&operands)
    }
  }

  /// A hidden layer's outputs, half of which are dropped.
  private func dropout(_ kernels: Kernels) -> KernelMeasurement {
    let (rows, width) = (64, 512)
    let values = AlignedBuffer<Float>(count: rows * width)
    let factors = AlignedBuffer<Float>(count: rows * width)
    let result = AlignedBuffer<Float>(count: rows * width)
    return KernelMeasurement(
      name: "Dropout \(rows)×\(width)", bytes: Double(12 * rows * width), elements: Double(rows * width)
    ) {
      for row in 0..<rows {
        let first = row * width
        kernels.dropout.dropOutputs(
          values.pointer + first, factors.pointer + first, result.pointer + first, width, 1 << 31, 2, 1, 2,
          UInt32(row), 0, 1)
      }
    }
  }

  /// The weights of a layer, none of whose units exceeds the bound.
  private func maxNorm(_ kernels: Kernels) -> KernelMeasurement {
    let (inputs, outputs, width) = (784, 128, kernels.shape.panelWidth)
    let weights = AlignedBuffer<Float>(count: inputs * outputs)
    return KernelMeasurement(
      name: "Max-norm \(inputs)×\(outputs)", bytes: Double(4 * weights.count), elements: Double(weights.count)
    ) {
      for panel in 0..<(outputs / width) {
        _ = kernels.elementwise.boundNorms(weights.pointer + panel * inputs * width, inputs, width, 1)
      }
    }
  }

  private func updates(_ kernels: Kernels, count: Int) -> [KernelMeasurement] {
    // One set of arrays for all optimizers.
    let arrays = (0..<4).map { _ in AlignedBuffer<Float>(count: count) }
    let coefficients = AlignedBuffer<UpdateCoefficients>(count: 1)
    for position in 0..<count {
      arrays[0].pointer[position] = Float(position % 17) * 0.01
      arrays[1].pointer[position] = Float(position % 13 - 6) * 0.001
    }
    var measurements = OptimizerCatalog.all.filter { !$0.searchesStepLength }.map { type in
      let optimizer = OptimizerStep(type.init(), kernels: kernels.updates)
      let states = type.stateCount
      // The gradient is read; weights and states are read and written.
      let bytes = Double(4 * count * (1 + 2 * (1 + states)))
      return KernelMeasurement(
        name: "Update \(type.name) \(count)", bytes: bytes, elements: Double(count),
        prepare: {
          coefficients.pointer.pointee = optimizer.coefficients(
            step: 100, learningRate: 1e-6, gradientScale: 1, l2: 0)
        },
        work: {
          optimizer.kernel(
            arrays[0].pointer, UnsafePointer(arrays[1].pointer), states > 0 ? arrays[2].pointer : nil,
            states > 1 ? arrays[3].pointer : nil, count, UnsafePointer(coefficients.pointer))
        })
    }
    let sources = AlignedBuffer<Floats>(count: 2)
    for index in 0..<2 { (sources.pointer + index).initialize(to: UnsafePointer(arrays[index].pointer)) }
    measurements.append(
      KernelMeasurement(name: "Reduction of 2 × \(count)", bytes: Double(12 * count), elements: Double(count)) {
        kernels.samples.addSources(UnsafePointer(sources.pointer), 2, 0, count, arrays[2].pointer)
      })
    return measurements
  }
}
