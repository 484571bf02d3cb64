import Files
import Networks
import SampleData

/// A model in a file: parameters, and metadata on training, preprocessing and outputs.
///
/// A file of another program may have only parameters; everything else is then nil and must be given by options.
public struct ModelFile: Sendable, Equatable {
  /// The weights and biases of all layers.
  public var parameters: Parameters
  /// The number of inputs, then of each layer's outputs.
  public let widths: [Int]
  /// The activation of each layer, that of the output layer last; nil if the file does not contain them.
  public var activations: [Activation]?
  /// The loss of training; nil if the file does not contain it.
  public var loss: Loss?
  /// The meaning of the outputs; nil if the file lacks it, which means classes 0…K−1.
  public var answers: Answers?
  /// The preprocessing from the features of the training source to the inputs.
  public var preprocessing = Preprocessing(scale: nil)
  /// The epoch of the parameters, from 1, if the best one of a run was kept; else nil.
  public var epoch: Int?
  /// True if the run was interrupted.
  public var isInterrupted = false
  /// The number to add to each output; nil for 0. In Double, for targets whose differences are too small for a float bias,
  /// such as 1.7e9 ± 50.
  public var targetOrigins: [Double]?
  /// The least activation of a single sigmoid output for which the second class is predicted; nil for 0.5.
  public var threshold: Double?
  /// The parameters after earlier epochs of the run, in their order, if it kept them.
  public var snapshots: [Snapshot] = []
  /// The training source, as given by `--data`.
  public var source: String?
  /// The options with which the source was read, by name: `data-seed`, `decimal`.
  package var sourceOptions: [String: String] = [:]
  /// The split of a source with two that was divided into training and test samples, if not the training split: `test` or `all`; else nil.
  package var sourceSplit: String?

  /// True if the file's weights were `[inputs, outputs]`, the only order that fits.
  public var isTransposed = false
  /// The names of the file's weights in the order of the layers, if their shapes allow other orders; else nil.
  public var assumedOrder: [String]?
  /// The names of the tensors in the file of another program, by layer; nil if the file has this program's names.
  var foreignNames: [LayerTensorNames]?

  /// The meaning of the outputs.
  public enum Answers: Sendable, Equatable {
    /// Class labels, in order.
    case labels([String])
    /// Target values.
    case targets(Int)
  }

  /// The weights and biases of all layers after an epoch.
  public struct Snapshot: Sendable, Equatable {
    /// The number of the epoch, from 1.
    public var epoch: Int
    /// The parameters after the epoch, with the shapes of the model's.
    public var parameters: Parameters

    /// Creates a snapshot.
    public init(epoch: Int, parameters: Parameters) {
      self.epoch = epoch
      self.parameters = parameters
    }
  }

  /// A model with parameters only.
  /// - Precondition: the shapes are those of `widths`, with biases in all layers or none.
  public init(parameters: Parameters, widths: [Int]) {
    precondition(parameters.layers.count == widths.count - 1, "every layer needs its widths")
    self.parameters = parameters
    self.widths = widths
  }

  /// A model with a topology and parameters.
  /// - Precondition: the parameters have the topology's shapes.
  public init(topology: Topology, parameters: Parameters) {
    precondition(parameters.fit(topology), "parameters must have the topology's shapes")
    self.init(parameters: parameters, widths: topology.widths)
    activations = topology.layers.map(\.activation)
    loss = topology.loss
  }

  /// True if there are bias tensors.
  public var hasBiases: Bool { !parameters.layers[0].bias.isEmpty }

  /// The class labels, 0…K−1 if none are stored (0 and 1 for a single output); nil for a regression.
  public var labels: [String]? {
    switch answers {
    case .labels(let labels): labels
    case .targets: nil
    case nil: (0..<max(widths[widths.count - 1], 2)).map(String.init)
    }
  }

  /// The network of the file; the parameters of this method take precedence.
  ///
  /// - Parameters:
  ///   - hidden: the activations of the hidden layers, one for all or one for each; if nil, those of the file, else relu.
  ///   - output: the activation of the output layer; if nil, that of the file, else softmax, or sigmoid for a single output.
  ///   - loss: the loss; if nil, that of the file unless `output` is another one, else the output's default.
  /// - Throws: `TopologyError` if these do not form a network, such as with a wrong number of activations.
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
  /// Reads a safetensors file, or the weights of a MAT-file (`.mat`).
  /// - Throws: `FileError`, also if a number is not finite.
  public static func read(_ path: String) throws(FileError) -> ModelFile {
    if path.lowercased().hasSuffix(".mat") { return try readMAT(path) }
    return try ModelFileDecoder(file: path, contents: Safetensors.read(path)).model()
  }

  /// Reads a model from the bytes of a safetensors file.
  ///
  /// - Parameter file: the file's name in errors.
  /// - Throws: `FileError`, also if a number is not finite.
  public static func parse(_ bytes: [UInt8], file: String) throws(FileError) -> ModelFile {
    try ModelFileDecoder(file: file, contents: Safetensors.parse(bytes, file: file)).model()
  }

  /// Writes the model as a safetensors file; an existing file is replaced atomically.
  /// - Throws: `FileError`, also if a number is not finite, so that an invalid model does not replace a valid one.
  public func write(to path: String) throws(FileError) {
    let contents = ModelFileEncoder.contents(of: self)
    if let tensor = contents.tensors.first(where: { !$0.values.areFinite }) {
      throw FileError(
        file: path, found: "a number in \(tensor.name) that is not finite", expected: "finite numbers",
        hint: "Nothing was written. A smaller \(option: "learningRate") may keep the numbers finite.")
    }
    try contents.write(to: path)
  }

  /// The largest size of a tensor's entry in a header: its name, two extents and two offsets.
  private static let maximumEntryLength = 160

  /// Checks that names, labels, and means and deviations that tensors do not keep fit into a file's header, so that a long run does not fail at its end. Parameters are not read.
  ///
  /// - Parameter snapshots: the number of snapshots that the file will have.
  /// - Throws: `FileError` if the header would be too long to be read again.
  package func checkStorable(snapshots: Int, to path: String) throws(FileError) {
    guard ModelFormats.saving(to: path) == nil else { return }
    let tensors = 2 * parameters.layers.count * (snapshots + 1) + 2
    let isExact = preprocessing.standardization.map { $0.isExact && !ModelFileEncoder.isKeptByTensors($0) } ?? false
    _ = try SafetensorsHeader(metadata: ModelFileEncoder.metadata(of: self, isExact: isExact)).checkedBytes(
      for: path, rest: tensors * Self.maximumEntryLength, outcome: "Nothing was trained.")
  }
}
