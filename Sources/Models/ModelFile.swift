import Datasets
import Files
import Networks

/// A model as files have it: the numbers, and what is known of how they were trained and what they answer.
///
/// A file that another program wrote may hold the numbers alone; everything else is then nil and comes from options.
public struct ModelFile: Sendable, Equatable {
  public var parameters: Parameters
  /// Inputs, then each layer's outputs.
  public let widths: [Int]
  /// One a layer, the output's last.
  public var activations: [Activation]?
  public var loss: Loss?
  /// What the model answers: nil where the file does not say, which means classes 0…K−1.
  public var answers: Answers?
  /// What features are divided by; nil for the source's default.
  public var scale: Double?
  /// Side that square images are resampled to.
  public var resize: Int?
  /// Whether images are stored column by column.
  public var transpose: Bool
  /// The epoch that the numbers are from, where the best one of a run was kept.
  public var epoch: Int?
  /// Whether the run ended on request before its time.
  public var isInterrupted = false
  /// Mean and standard deviation by which features were standardized.
  public var standardization: Standardization?
  /// The activation of a single sigmoid output from which on the second class is the answer; nil for 0.5.
  public var threshold: Double?
  /// The columns of the table that it was trained on; nil for other sources.
  public var columns: TableColumns?
  /// The source that it was trained on, as `--data` named it.
  public var source: String?

  /// Whether the file's weights were `[inputs, outputs]`, which only fitted so.
  public var isTransposed = false

  /// The meaning of the outputs.
  public enum Answers: Sendable, Equatable {
    /// Labels of the classes, in their order.
    case labels([String])
    /// Target values themselves.
    case targets(Int)
  }

  /// For each input, x ↦ (x − mean) / deviation.
  public struct Standardization: Sendable, Equatable {
    public var mean: [Double]
    public var deviation: [Double]
    /// Whether the numbers have more than a float's precision: those of a file with tensors alone don't.
    public var isExact = true

    public init(mean: [Double], deviation: [Double]) {
      self.mean = mean
      self.deviation = deviation
    }
  }

  /// The numbers of a network, without anything else known.
  /// - Precondition: each layer has `widths`' shapes; biases in all or none.
  public init(parameters: Parameters, widths: [Int]) {
    precondition(parameters.layers.count == widths.count - 1, "each layer has its widths")
    self.parameters = parameters
    self.widths = widths
    transpose = false
  }

  /// A network and its numbers.
  /// - Precondition: the parameters fit the topology.
  public init(topology: Topology, parameters: Parameters) {
    precondition(parameters.fit(topology), "the numbers have the topology's shapes")
    self.init(parameters: parameters, widths: [topology.inputs] + topology.layers.map(\.outputs))
    activations = topology.layers.map(\.activation)
    loss = topology.loss
  }

  /// Whether there are bias tensors.
  public var hasBiases: Bool { !parameters.layers[0].bias.isEmpty }

  /// The classes' labels, 0…K−1 where none are stored (0 and 1 for a single output); nil for a model of target values.
  public var labels: [String]? {
    switch answers {
    case .labels(let labels): labels
    case .targets: nil
    case nil: (0..<max(widths[widths.count - 1], 2)).map(String.init)
    }
  }

  /// The network that the file and options describe together; options win.
  ///
  /// - Parameters:
  ///   - hidden: activations of the hidden layers, one for all or one for each. Nil: the file's, else relu.
  ///   - output: nil: the file's, else softmax, or for a single output sigmoid.
  ///   - loss: nil: the file's unless another output is asked for, else the output's standard one.
  public func topology(
    hidden: [Activation]? = nil, output: Activation? = nil, loss: Loss? = nil
  ) throws(TopologyError) -> Topology {
    let outputs = widths[widths.count - 1]
    let newOutput = output ?? activations?.last ?? (outputs == 1 ? .sigmoid : .softmax)
    let keepsOutput = activations == nil || newOutput == activations?.last
    return try Topology(
      inputs: widths[0], hidden: Array(widths[1..<(widths.count - 1)]), outputs: outputs,
      activations: hidden ?? activations.map { Array($0.dropLast()) } ?? [.relu], output: newOutput,
      loss: loss ?? (keepsOutput ? self.loss : nil), hasBiases: hasBiases)
  }
}

extension ModelFile {
  /// Reads MODEL: the one place that every command goes through, where formats are told apart.
  /// - Throws: `FileError`, also where a number is not finite: such a model answers nothing.
  public static func read(_ path: String) throws(FileError) -> ModelFile {
    if path.lowercased().hasSuffix(".mat") { return try readMAT(path) }
    return try ModelFileDecoder(file: path, contents: Safetensors.read(path)).model()
  }

  /// Reads a model from the bytes of a safetensors file; `file` is its name in errors.
  public static func parse(_ bytes: [UInt8], file: String) throws(FileError) -> ModelFile {
    try ModelFileDecoder(file: file, contents: Safetensors.parse(bytes, file: file)).model()
  }

  /// Replaces the file at `path`, whole or not at all.
  /// - Throws: `FileError`, also where a number is not finite, so that no broken model takes a good one's place.
  public func write(to path: String) throws(FileError) {
    let contents = ModelFileEncoder.contents(of: self)
    if let tensor = contents.tensors.first(where: { $0.values.contains { !$0.isFinite } }) {
      throw FileError(
        file: path, found: "a number in \(tensor.name) that is not finite", expected: "a model that can answer",
        hint: "Nothing was written. A smaller \(option: "learningRate") may keep the numbers finite.")
    }
    try contents.write(to: path)
  }

  /// Finds out, before hours of work, whether a model with these labels can be stored: they stand in the file's header.
  /// - Throws: `FileError` where they are longer than what is read again.
  public static func checkStorable(labels: [String], to path: String) throws(FileError) {
    _ = try SafetensorsHeader(metadata: [ModelFileEncoder.metadata(labels: labels)]).checkedBytes(
      for: path, content: "labels")
  }

  /// Writes a gradient under the names of the model's own tensors, numbers that are not finite included.
  public static func writeGradient(_ gradient: Parameters, widths: [Int], to path: String) throws(FileError) {
    try Safetensors(tensors: ModelFileEncoder.tensors(gradient, widths: widths)).write(to: path)
  }
}
