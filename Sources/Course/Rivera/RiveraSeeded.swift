import Descent

/// Rivera's run from the initial weights that NumPy draws, compared with a run in float64 epoch by epoch.
enum RiveraSeeded {
  static let exercise = CourseExercise(
    name: "rivera-seeded", document: .rivera,
    what: .init(
      "the same run from the weights of np.random.seed(0), epoch by epoch, and a stop by the gradient's magnitude",
      es: "la misma ejecución desde los pesos de np.random.seed(0), época por época, y una parada por la "
        + "magnitud del gradiente"),
    asks:
      .init(
        "With the seed that is a comment in the document the run can be repeated exactly. It continues until a "
          + "number of iterations or a magnitude of the gradient is reached (por iteraciones o por magnitud del "
          + "gradiente).",
        es: "Con la semilla que el documento tiene comentada la ejecución puede repetirse exactamente. "
          + "Continúa hasta un número de iteraciones o una magnitud del gradiente."),
    // The gradient of the mean loss over 11,824 samples, of which the sum's is 2000.
    command: Rivera.command(Rivera.options + " --stop-gradient-norm 0.16915"),
    notes: [
      .init(
        "D-03: np.sum(delta_1)[0] fails on arrays; on DataFrames it is hidden column 0's sum, given to all 64 "
          + "biases. The sums here are per unit, as intended; the difference is below 0.4 % of the last loss and "
          + "changes no answer.",
        es: "D-03: np.sum(delta_1)[0] falla con arrays; con DataFrames es la suma de la columna oculta 0, dada "
          + "a los 64 sesgos. Aquí las sumas son por unidad, como se pretendía; la diferencia es menor que el "
          + "0.4 % de la última pérdida y no cambia ninguna respuesta."),
      .init(
        "The document gives no tolerance for the stop by the gradient. ‖∂L/∂θ‖ of the sum falls "
          + "below 2000 at epoch 6.",
        es: "El documento no da una tolerancia para terminar por el gradiente. ‖∂L/∂θ‖ de la suma "
          + "baja de 2000 en la época 6."),
      .init(
        "The command begins with normal weights of its own, not with those of NumPy, so that its figures are not those "
          + "of the checks.",
        es:
          "La orden empieza con sus propios pesos normales, no con los de NumPy, por lo que sus números no son los de las "
          + "comprobaciones."),
    ],
    expectations: losses.enumerated().map { epoch, loss in
      CourseExpectation(
        "loss\(epoch)",
        "loss at epoch \(epoch)",
        es: "pérdida en la época \(epoch)", loss, within: 2e-4 * loss)
    } + [
      .init(
        "norm0",
        "‖gradient of the sum‖ at epoch 0",
        es: "‖gradiente de la suma‖ en la época 0", 9221.744373167394, within: 0.5),
      .init("correct", "correct of 2956 after 30 epochs", es: "correctas de 2956 tras 30 épocas", 2952, within: 1),
      .init(
        "testLoss", "loss on the test images", es: "pérdida en las imágenes de prueba", 0.014055103401776646,
        within: 1e-5),
      .init(
        "bias", "output bias after 30 epochs", es: "sesgo de la salida tras 30 épocas", -0.12483765413943634,
        within: 1e-4),
      .init(
        "stop",
        "epoch at which ‖gradient of the sum‖ ≤ 2000 ends a run",
        es: "época en la que ‖gradiente de la suma‖ ≤ 2000 termina una ejecución", 6, within: 0),
    ],
    compute: compute)

  /// The loss before each update, computed with NumPy in float64.
  private static let losses = [
    0.7924556535767249, 1.198300199598478, 2.687206555142081, 0.6614105985241888, 0.3421547083266644,
    0.13222759802004755, 0.10129667278544369, 0.0814930959279649, 0.06806589075564091, 0.05849025916209715,
    0.05137120381614437, 0.04589629615388367, 0.0415676585371375, 0.03806608916170255, 0.035178801264303,
    0.03275911171268885, 0.030702942792815595, 0.028934576151703403, 0.027397710306299897, 0.026049671904770432,
    0.024857564884060202, 0.02379564582988405, 0.022843495850692754, 0.021984722196814525, 0.021206019775935833,
    0.020496481927030737, 0.01984708687389568, 0.01925030999121561, 0.018699827496821326, 0.018190287479386932,
  ]

  private static func compute(_ files: CourseFiles) throws -> ExerciseResult {
    let split = try Rivera.split(files)
    let topology = try Rivera.topology()
    let start = try Rivera.seededParameters(0)
    let run = try CourseDescent(
      topology, start, training: split.training, test: split.test, Rivera.configuration())
    var result = ExerciseResult()
    for (epoch, loss) in run.losses.enumerated() { result["loss\(epoch)"] = loss }
    result["norm0"] = run.epochs.first.map { $0.gradientNorm * Double(split.training.count) }
    result["correct"] = run.testCorrect(of: split.test.count)
    result["testLoss"] = run.epochs.last?.testLoss
    result.figures = [
      .curves(
        .init("Loss from NumPy's weights", es: "Pérdida desde los pesos de NumPy"),
        .init(
          "The mean loss over the training images before each update.",
          es: "La pérdida media en las imágenes de entrenamiento antes de cada actualización."), x: .epoch,
        y: .loss, [CourseFigure.Path("", run.losses)]),
      .curves(
        .init("Magnitude of the gradient (magnitud del gradiente)", es: "Magnitud del gradiente"),
        .init(
          "‖∂L/∂θ‖ of the summed loss at each update; the stop criterion is 2000.",
          es: "‖∂L/∂θ‖ de la pérdida sumada en cada actualización; el criterio de paro es 2000."), x: .epoch,
        y: .init("gradient norm of the sum", es: "norma del gradiente de la suma"),
        [CourseFigure.Path("", run.epochs.map { $0.gradientNorm * Double(split.training.count) })],
        isLogarithmic: true),
    ]
    result["bias"] = run.parameters.layers.last.map { Double($0.bias[0]) }
    var configuration = Rivera.configuration()
    configuration.stop.gradientNorm = 2000 / Double(split.training.count)
    let stopped = try CourseDescent(topology, start, training: split.training, configuration)
    result["stop"] = stopped.reason == .stopGradientNorm ? Double(stopped.epochs.count - 1) : .nan
    return result
  }
}
