import Descent

/// Rivera's own run.
enum RiveraBase {
  static let exercise = CourseExercise(
    name: "rivera-base", document: .rivera,
    what: "zeros against ones, 784-64-1, sigmoids, full batch, 30 epochs: loss and accuracy of the page",
    asks:
      "A network of one hidden layer tells zeros from ones: W ~ 0.1·N(0, 1), b = 0, sigmoids, binary "
      + "cross-entropy, simple gradient "
      + "descent over the whole training set, α = 10⁻⁴, 30 epochs. The page prints a loss of 0.01814 at epoch 29 "
      + "and 99.86 % (2952 of 2956).",
    command: Rivera.command,
    notes: [
      "D-01: the loss (2) is a sum over the data, the printed one its mean, and the gradient that of the sum; on "
        + "the mean, α is "
        + "10⁻⁴ · 11824 = 1.1824.",
      "D-03b: the text prints epochs 0–3 and 28–29 of the 30, and a comment on probabilities stands beside the "
        + "threshold.",
      "The page's split is made again: RandomState(42).permutation of the 14780 zeros and ones, the first 2956 to "
        + "test on.",
    ],
    expectations: [
      .init("training", "images to train on", 11824, within: 0),
      .init("test", "images to test on", 2956, within: 0),
      .init("loss29", "loss at epoch 29 (the page: 0.018139)", from: 0.014, to: 0.019),
      .init("loss28", "loss at epoch 28 (the page: 0.018629)", from: 0.0145, to: 0.0195),
      .init("loss0", "loss at epoch 0 (the page: 0.7805)", from: 0.6, to: 1.1),
      .init("largest", "largest loss on the way: it rises before it falls (the page: 2.516)", from: 1.1, to: 4.2),
      .init("right", "right of the 2956 (the page: 2952)", from: 2948, to: 2956),
      .init("other.loss29", "on another split (--split all): loss at epoch 29", from: 0.009, to: 0.019),
      .init("other.right", "on another split: right of 2956", from: 2938, to: 2956),
      .init("plain", "distance to the Double network, 48 images, 4 steps, relative", 0, within: 1e-4),
    ],
    compute: compute)

  private static func compute(_ files: CourseFiles) throws -> CourseFigures {
    let split = try Rivera.split(files)
    let run = try Rivera.base(split)
    var figures = CourseFigures()
    figures["training"] = Double(split.training.count)
    figures["test"] = Double(split.test.count)
    figures["loss0"] = run.losses.first
    figures["loss28"] = run.losses.dropLast().last
    figures["loss29"] = run.losses.last
    figures["largest"] = run.losses.max()
    figures["right"] = run.testCorrect(of: split.test.count)
    figures["plain"] = try Rivera.distance(Rivera.topology(), split.training, Rivera.configuration())
    var options = DataOptions()
    options.classes = ["0", "1"]
    options.split = .all
    let other = try files.forTraining(options)
    let topology = try Rivera.topology()
    let otherRun = try CourseDescent(
      topology, Rivera.parameters(topology), training: other.training, test: other.test, Rivera.configuration())
    figures["other.loss29"] = otherRun.losses.last
    figures["other.right"] = otherRun.testCorrect(of: other.test?.count ?? 0)
    var page = CoursePage("Loss before each update", ["epoch", "loss", "gradient norm"])
    for epoch in run.epochs { page.add("\(epoch.epoch - 1)", [epoch.trainLoss, epoch.gradientNorm]) }
    figures.pages = [page]
    figures.pictures = [
      .curves(
        "Loss during training (evolución de la pérdida)",
        "The mean loss over the training images before each update, on the page's own split and on another: it rises "
          + "before it falls.", x: "epoch", y: "loss",
        [CoursePicture.Path("page's split", run.losses), CoursePicture.Path("another split", otherRun.losses)]),
      .curves(
        "Gradient norm", "‖∂L/∂θ‖ of the mean loss at each update, on the page's split.", x: "epoch",
        y: "gradient norm", [CoursePicture.Path("", run.epochs.map(\.gradientNorm))], isLogarithmic: true),
    ]
    return figures
  }
}

/// The page's run with the weights that NumPy draws, step by step against float64.
enum RiveraSeeded {
  static let exercise = CourseExercise(
    name: "rivera-seeded", document: .rivera,
    what: "the same run from the weights of np.random.seed(0), epoch by epoch, and a stop by the gradient's magnitude",
    asks:
      "With the seed that the page has commented out the run can be repeated exactly. It goes on until a number of "
      + "iterations or a "
      + "magnitude of the gradient is reached (por iteraciones o por magnitud del gradiente).",
    command: Rivera.command + " --stop-gradient-norm 0.15",
    notes: [
      "D-03: np.sum(delta_1)[0] fails on arrays; on DataFrames it is hidden column 0's sum, given to all 64 "
        + "biases. The sums here are per "
        + "unit, as meant; the difference is below 0.4 % of the last loss and moves no answer.",
      "R-16: the page gives no tolerance for the gradient. ‖∂L/∂θ‖ of the sum falls below 2000 at epoch 6.",
    ],
    expectations: losses.enumerated().map { epoch, loss in
      CourseExpectation("loss\(epoch)", "loss at epoch \(epoch)", loss, within: 2e-4 * loss)
    } + [
      .init("norm0", "‖gradient of the sum‖ at epoch 0", 9221.744373167394, within: 0.5),
      .init("right", "right of 2956 after 30 epochs", 2952, within: 1),
      .init("testLoss", "loss on the test images", 0.014055103401776646, within: 1e-5),
      .init("bias", "output bias after 30 epochs", -0.12483765413943634, within: 1e-4),
      .init("stop", "epoch at which ‖gradient of the sum‖ ≤ 2000 ends a run", 6, within: 0),
    ],
    compute: compute)

  private static let losses = [
    0.7924556535767249, 1.198300199598478, 2.687206555142081, 0.6614105985241888, 0.3421547083266644,
    0.13222759802004755, 0.10129667278544369, 0.0814930959279649, 0.06806589075564091, 0.05849025916209715,
    0.05137120381614437, 0.04589629615388367, 0.0415676585371375, 0.03806608916170255, 0.035178801264303,
    0.03275911171268885, 0.030702942792815595, 0.028934576151703403, 0.027397710306299897, 0.026049671904770432,
    0.024857564884060202, 0.02379564582988405, 0.022843495850692754, 0.021984722196814525, 0.021206019775935833,
    0.020496481927030737, 0.01984708687389568, 0.01925030999121561, 0.018699827496821326, 0.018190287479386932,
  ]

  private static func compute(_ files: CourseFiles) throws -> CourseFigures {
    let split = try Rivera.split(files)
    let topology = try Rivera.topology()
    let start = try Rivera.seededParameters(0)
    let run = try CourseDescent(
      topology, start, training: split.training, test: split.test, Rivera.configuration())
    var figures = CourseFigures()
    for (epoch, loss) in run.losses.enumerated() { figures["loss\(epoch)"] = loss }
    figures["norm0"] = run.epochs.first.map { $0.gradientNorm * Double(split.training.count) }
    figures["right"] = run.testCorrect(of: split.test.count)
    figures["testLoss"] = run.epochs.last?.testLoss
    figures.pictures = [
      .curves(
        "Loss from NumPy's weights", "The mean loss over the training images before each update.", x: "epoch",
        y: "loss", [CoursePicture.Path("", run.losses)]),
      .curves(
        "Magnitude of the gradient (magnitud del gradiente)",
        "‖∂L/∂θ‖ of the summed loss at each update; the stop criterion asks for 2000.", x: "epoch",
        y: "gradient norm of the sum",
        [CoursePicture.Path("", run.epochs.map { $0.gradientNorm * Double(split.training.count) })],
        isLogarithmic: true),
    ]
    figures["bias"] = run.parameters.layers.last.map { Double($0.bias[0]) }
    var configuration = Rivera.configuration()
    configuration.stop.gradientNorm = 2000 / Double(split.training.count)
    let stopped = try CourseDescent(topology, start, training: split.training, configuration)
    figures["stop"] = stopped.reason == .stopGradientNorm ? Double(stopped.epochs.count - 1) : .nan
    return figures
  }
}
