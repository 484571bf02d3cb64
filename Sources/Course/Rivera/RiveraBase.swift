import Descent

/// Rivera's own run.
enum RiveraBase {
  static let exercise = CourseExercise(
    name: "rivera-base", document: .rivera,
    what: .init(
      "zeros against ones, 784-64-1, sigmoids, full batch, 30 epochs: loss and accuracy of the document",
      es: "ceros frente a unos, 784-64-1, sigmoides, lote completo, 30 épocas: pérdida y exactitud del documento"),
    asks:
      .init(
        "A network of one hidden layer distinguishes zeros from ones: W ~ 0.1·N(0, 1), b = 0, sigmoids, binary "
          + "cross-entropy, simple gradient descent over the whole training set, α = 10⁻⁴, 30 epochs. The document "
          + "prints a loss of 0.01814 at epoch 29 and 99.86 % (2952 of 2956).",
        es: "Una red de una capa oculta distingue ceros de unos: W ~ 0.1·N(0, 1), b = 0, sigmoides, entropía "
          + "cruzada binaria, descenso de gradiente simple sobre todo el conjunto de entrenamiento, α = 10⁻⁴, "
          + "30 épocas. El documento imprime una pérdida de 0.01814 en la época 29 y 99.86 % (2952 de 2956)."),
    command: Rivera.command(Rivera.options),
    notes: [
      .init(
        "D-01: the loss (2) is a sum over the data, the printed one its mean, and the gradient that of the "
          + "sum; on the mean, α is 10⁻⁴ · 11824 = 1.1824.",
        es: "D-01: la pérdida (2) es una suma sobre los datos, la impresa es su media, y el gradiente es el de "
          + "la suma; sobre la media, α es 10⁻⁴ · 11824 = 1.1824."),
      .init(
        "D-03b: the text prints epochs 0–3 and 28–29 of the 30, and a comment on probabilities is next to the "
          + "threshold.",
        es: "D-03b: el texto imprime las épocas 0–3 y 28–29 de las 30, y un comentario sobre probabilidades "
          + "está junto al umbral."),
      .init(
        "The document's split is repeated: RandomState(42).permutation of the 14780 zeros and ones, the first "
          + "2956 are the test split.",
        es: "La partición del documento se repite: RandomState(42).permutation de los 14780 ceros y unos, los "
          + "primeros 2956 para prueba."),
    ],
    expectations: [
      .init("training", "training images", es: "imágenes de entrenamiento", 11824, within: 0, isPrinted: true),
      .init("test", "test images", es: "imágenes de prueba", 2956, within: 0, isPrinted: true),
      .init(
        "loss29",
        "loss at epoch 29",
        es: "pérdida en la época 29", from: 0.014, to: 0.019, printed: 0.018139),
      .init(
        "loss28",
        "loss at epoch 28",
        es: "pérdida en la época 28", from: 0.0145, to: 0.0195, printed: 0.018629),
      .init(
        "loss0",
        "loss at epoch 0",
        es: "pérdida en la época 0", from: 0.6, to: 1.1, printed: 0.7805),
      .init(
        "largest",
        "largest loss; it rises before it falls",
        es: "mayor pérdida; sube antes de bajar", from: 1.1, to: 4.2, printed: 2.516),
      .init(
        "correct",
        "correct of 2956",
        es: "correctas de 2956", from: 2948, to: 2956, printed: 2952),
      .init(
        "other.loss29",
        "on another split (--split all): loss at epoch 29",
        es: "con otra partición (--split all): pérdida en la época 29", from: 0.009, to: 0.019),
      .init(
        "other.correct",
        "on another split: correct of 2956",
        es: "con otra partición: correctas de 2956", from: 2938, to: 2956),
      .plain("plain", ", 48 images, 4 steps", es: ", 48 imágenes, 4 pasos"),
    ],
    compute: compute)

  private static func compute(_ files: CourseFiles) throws -> ExerciseResult {
    let baseline = try files.baseline()
    let run = baseline.run
    var result = ExerciseResult()
    result["training"] = Double(baseline.training.count)
    result["test"] = Double(baseline.test.count)
    result["loss0"] = run.losses.first
    result["loss28"] = run.losses.dropLast().last
    result["loss29"] = run.losses.last
    result["largest"] = run.losses.max()
    result["correct"] = run.testCorrect(of: baseline.test.count)
    result["plain"] = try Rivera.distance(Rivera.topology(), baseline.training, Rivera.configuration())
    var options = DataOptions()
    options.classes = ["0", "1"]
    options.split = .all
    let other = try files.forTraining(options)
    let topology = try Rivera.topology()
    let otherRun = try CourseDescent(
      topology, Rivera.parameters(topology), training: other.training, test: other.test, Rivera.configuration())
    result["other.loss29"] = otherRun.losses.last
    result["other.correct"] = otherRun.testCorrect(of: other.test?.count ?? 0)
    var table = CourseTable(
      .init("Loss before each update", es: "Pérdida antes de cada actualización"), [.epoch, .loss, .gradientNorm])
    for epoch in run.epochs { table.add("\(epoch.epoch - 1)", [epoch.trainLoss, epoch.gradientNorm]) }
    result.tables = [table]
    result.figures = figures(run, other: otherRun)
    return result
  }

  private static func figures(_ run: CourseDescent, other otherRun: CourseDescent) -> [CourseFigure] {
    [
      .curves(
        .init(
          "Loss during training (evolución de la pérdida)",
          es: "Evolución de la pérdida durante el entrenamiento"),
        .init(
          "The mean loss over the training images before each update, on the document's split and on another: "
            + "it rises before it falls.",
          es: "La pérdida media en las imágenes de entrenamiento antes de cada actualización, con la partición "
            + "del documento y con otra: sube antes de bajar."), x: .epoch, y: .loss,
        [
          CourseFigure.Path(.init("document's split", es: "partición del documento"), run.losses),
          CourseFigure.Path(.init("another split", es: "otra partición"), otherRun.losses),
        ]),
      .curves(
        .init("Gradient norm", es: "Norma del gradiente"),
        .init(
          "‖∂L/∂θ‖ of the mean loss at each update, on the document's split.",
          es: "‖∂L/∂θ‖ de la pérdida media en cada actualización, con la partición del documento."), x: .epoch,
        y: .gradientNorm, [CourseFigure.Path("", run.epochs.map(\.gradientNorm))], isLogarithmic: true),
    ]
  }
}
