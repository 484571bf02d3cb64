import Datasets
import JSON
import KernelInterface
import Kernels
import Reports

/// Every kernel at the shapes that training meets, for every instruction set, beside the multiply-add peak.
struct KernelBenchmarks {
  let data: BenchmarkData
  let options: BenchmarkOptions
  let stopwatch: Stopwatch

  init(_ data: BenchmarkData, _ options: BenchmarkOptions) {
    self.data = data
    self.options = options
    stopwatch = Stopwatch(budget: options.isQuick ? 2e-3 : 50e-3)
  }

  func run() throws -> JSONValue {
    var sets: [JSONValue] = []
    var table = TextTable(KernelFigure.columns)
    var peaks: [String] = []
    for set in options.instructionSets ?? InstructionSet.available {
      let kernels = Kernels(set)
      var peak = HighestPeak(kernels)
      var figures: [KernelFigure] = []
      for measurement in try products(kernels) + elementwise(kernels) + gathering(kernels)
      where options.selects(measurement.name) {
        peak.measure()
        figures.append(measurement.figure(set, stopwatch))
      }
      peak.measure()
      peaks.append("\(set.rawValue) \(NumberText.fixed(peak.rate, 1)) GFLOP/s")
      for figure in figures { table.add(figure.cells(peak: peak.rate)) }
      sets.append([
        "instruction_set": .string(set.rawValue), "multiply_add_peak": .number(peak.rate),
        "figures": .array(figures.map { $0.json(peak: peak.rate) }),
      ])
    }
    print("Kernels on one core. Multiply-add peak: \(peaks.joined(separator: ", "))\n\n\(table.text)")
    return .array(sets)
  }

  private func products(_ kernels: Kernels) throws -> [KernelMeasurement] {
    try LayerShape.all.flatMap { shape in
      let dense = try LayerProblem(shape, kernels, samples: nil)
      let name = "GEMM Float \(shape.text)"
      var measurements = [
        KernelMeasurement(name: "\(name) forward", operations: shape.operations) { dense.forward() },
        KernelMeasurement(name: "\(name) weight gradient", operations: shape.operations) { dense.weightGradient() },
      ]
      if !shape.isFirst {
        measurements.append(
          KernelMeasurement(name: "\(name) error signal", operations: shape.operations) { dense.errorSignal() })
      } else if case .bytes(let bytes) = data.training.storage, bytes.width == shape.inputs {
        let masked = try LayerProblem(shape, kernels, samples: data.training)
        let operations = shape.operations * masked.density
        measurements += [
          KernelMeasurement(
            name: "\(name) masked forward", operations: operations, denseOperations: shape.operations
          ) { masked.forward() },
          KernelMeasurement(
            name: "\(name) masked weight gradient", operations: operations, denseOperations: shape.operations
          ) { masked.weightGradient() },
        ]
      }
      return measurements
    }
  }
}

/// A kernel about to be timed.
struct KernelMeasurement {
  var name: String
  var operations = 0.0
  var denseOperations: Double?
  var bytes: Double?
  var elements: Double?
  /// Done before each repetition, off the clock.
  var prepare: (() -> Void)?
  let work: () -> Void

  init(
    name: String, operations: Double = 0, denseOperations: Double? = nil, bytes: Double? = nil, elements: Double? = nil,
    prepare: (() -> Void)? = nil, work: @escaping () -> Void
  ) {
    self.name = name
    self.operations = operations
    self.denseOperations = denseOperations
    self.bytes = bytes
    self.elements = elements
    self.prepare = prepare
    self.work = work
  }

  func figure(_ set: InstructionSet, _ stopwatch: Stopwatch) -> KernelFigure {
    KernelFigure(
      name: name, instructionSet: set, timings: stopwatch.time(work, prepare: prepare), operations: operations,
      denseOperations: denseOperations, bytes: bytes, elements: elements)
  }
}
