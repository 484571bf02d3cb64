/// An error or ambiguity of a document.
package struct CourseDefect: Sendable, Equatable {
  /// `D-03b`.
  package var id: String
  package var document: CourseDocument
  /// A sentence.
  package var error: LocalizedText
  /// The way in which the exercises treat it, as a sentence.
  package var treatment: LocalizedText

  private init(_ id: String, _ document: CourseDocument, _ error: LocalizedText, _ treatment: LocalizedText) {
    self.id = id
    self.document = document
    self.error = error
    self.treatment = treatment
  }

  /// All defects, with the texts of the table in `Data/README.md`; a test compares the two.
  package static let all: [CourseDefect] = [
    CourseDefect(
      "D-01", .rivera,
      .init(
        "The loss (2) is a sum, the printed one is a mean, and the gradient is that of the sum.",
        es: "La pérdida (2) es una suma, la impresa es una media y el gradiente es el de la suma."),
      .init("The exercises use α · 11824 on the mean.", es: "Los ejercicios usan α · 11824 sobre la media.")),
    CourseDefect(
      "D-02", .rivera,
      .init(
        "Equations (3) and (4) write y₂ − φ₂(z₂), which is always 0; ∂z₁/∂z₂ and L(y, ŷ₂) are misprints.",
        es: "Las ecuaciones (3) y (4) escriben y₂ − φ₂(z₂), que es siempre 0; ∂z₁/∂z₂ y L(y, ŷ₂) son erratas."),
      .init(
        "The exercises use φ₂(z₂) − y, as the code does.",
        es: "Los ejercicios usan φ₂(z₂) − y, como el código.")),
    CourseDefect(
      "D-03", .rivera,
      .init(
        "The expression `np.sum(delta_1)[0]` fails on arrays; on DataFrames the sum of one column is "
          + "used for all biases.",
        es: "La expresión `np.sum(delta_1)[0]` falla con arrays; con DataFrames la suma de una columna "
          + "se usa para todos los sesgos."),
      .init("Each unit has a sum of its own.", es: "Cada unidad tiene su propia suma.")),
    CourseDefect(
      "D-03b", .rivera,
      .init(
        "A comment is at the wrong line, and only 6 of 30 epochs are printed.",
        es: "Un comentario está en la línea equivocada, y solo se imprimen 6 de 30 épocas."),
      .init("All 30 are shown.", es: "Se muestran las 30.")),
    CourseDefect(
      "D-04", .arriola,
      .init("The text speaks of bits, but uses ln.", es: "El texto habla de bits, pero usa ln."),
      .init(
        "The exercises use nats, and bits in one check.",
        es: "Los ejercicios usan nats, y bits en una comprobación.")),
    CourseDefect(
      "D-05", .arriola,
      .init("A denominator has e^{XΘ} in place of e^{−XΘ}.", es: "Un denominador tiene e^{XΘ} en lugar de e^{−XΘ}."),
      .init("The exercises use the sigmoid.", es: "Los ejercicios usan la sigmoide.")),
    CourseDefect(
      "D-06", .arriola,
      .init(
        "Equation (11) has g(a)(1 − g(a)), and (8) has θ_jk for θ_ij; under the braces (9) has δ_i "
          + "for δ_k, and (11) for δ_j.",
        es: "La ecuación (11) tiene g(a)(1 − g(a)), y (8) tiene θ_jk por θ_ij; bajo las llaves (9) tiene "
          + "δ_i por δ_k, y (11) por δ_j."),
      .init("The exercises use a(1 − a), θ_ij, δ_k and δ_j.", es: "Los ejercicios usan a(1 − a), θ_ij, δ_k y δ_j.")),
    CourseDefect(
      "D-07", .arriola,
      .init(
        "Y has columns 0…s_L, and Θ⁽ˡ⁾ is counted in two ways.",
        es: "Y tiene columnas 0…s_L, y Θ⁽ˡ⁾ se cuenta de dos maneras."),
      .init(
        "Y has s_L columns, and Θ⁽ˡ⁾ leads from l to l + 1.",
        es: "Y tiene s_L columnas, y Θ⁽ˡ⁾ lleva de l a l + 1.")),
    CourseDefect(
      "D-08", .arriola,
      .init(
        "The column of ones is put before X alone, Δ has the wrong shape, and the bounds of the loops are wrong.",
        es: "La columna de unos se pone solo delante de X, Δ tiene una forma equivocada y los límites de "
          + "los bucles son erróneos."),
      .init("Ones are put before every A.", es: "Se ponen unos delante de cada A.")),
    CourseDefect(
      "D-09", .practica5,
      .init(
        "Some code has no effect, and the file has the digit 0 as 10, in the last place.",
        es: "Hay código sin efecto, y el archivo tiene el dígito 0 como 10, en último lugar."),
      .init(
        "The rows of Θ₂ are rotated by one, as for the printed numbers.",
        es: "Las filas de Θ₂ se rotan una posición, como para los números impresos.")),
    CourseDefect(
      "D-10", .practica5,
      .init(
        "The printed one-hot rows 3–9 have eleven columns, and rows 7–9 have no 1.",
        es: "Las filas one-hot impresas 3–9 tienen once columnas, y las filas 7–9 no tienen ningún 1."),
      .init("The rows are made and checked.", es: "Las filas se hacen y se comprueban.")),
    CourseDefect(
      "D-11", .practica5,
      .init(
        "The 10⁻⁶ inside one logarithm changes the cost.",
        es: "El 10⁻⁶ dentro de un logaritmo cambia el coste."),
      .init("Both costs are given.", es: "Se dan ambos costes.")),
    CourseDefect(
      "D-12", .practica5,
      .init(
        "The gradient printed as not regularized is the regularized one.",
        es: "El gradiente impreso como no regularizado es el regularizado."),
      .init("Both are given.", es: "Se dan ambos.")),
    CourseDefect(
      "D-13", .practica5,
      .init(
        "A call lacks an argument, a function is printed twice, and a step is at the wrong position.",
        es: "A una llamada le falta un argumento, una función se imprime dos veces y un paso está en un "
          + "lugar equivocado."),
      .init("It is noted; there is nothing to compute.", es: "Se señala; no hay nada que calcular.")),
    CourseDefect(
      "D-14", .bunge,
      .init(
        "The form diag(h′) holds for elementwise activations only.",
        es: "La forma diag(h′) vale solo para activaciones elemento a elemento."),
      .init(
        "The exercises use the full Jacobian of softmax.",
        es: "Los ejercicios usan el jacobiano completo de softmax.")),
    CourseDefect(
      "D-15", .bunge,
      .init("Algorithm 1 omits ∂L/∂w₀⁽ᴸ⁾.", es: "El Algoritmo 1 omite ∂L/∂w₀⁽ᴸ⁾."),
      .init("It is computed.", es: "Se calcula.")),
    CourseDefect(
      "D-16", .berzal,
      .init(
        "The quantities, the prices and the total are in figures that are lost.",
        es: "Las cantidades, los precios y el total están en figuras perdidas."),
      .init(
        "The quantities x = (5, 2, 3) follow, and prices of (50, 150, 100) fit.",
        es: "Se deducen las cantidades x = (5, 2, 3), y los precios (50, 150, 100) encajan.")),
    CourseDefect(
      "D-17", .berzal,
      .init(
        "Weights are indexed in two ways, and E is that of one example or of all.",
        es: "Los pesos se indexan de dos maneras, y E es la de un ejemplo o la de todos."),
      .init(
        "Weights are outputs × inputs, and both values of E are given.",
        es: "Los pesos son salidas × entradas, y se dan ambos valores de E.")),
    CourseDefect(
      "D-18", .bunge,
      .init("Equation (1) has w* = min_w L(w).", es: "La ecuación (1) tiene w* = min_w L(w)."),
      .init("The argmin is meant.", es: "Se quiere decir el argmin.")),
  ]
}

extension CourseExercise {
  /// The defects that the notes explain, in the order of `CourseDefect.all`.
  package var defects: [CourseDefect] {
    CourseDefect.all.filter { defect in
      notes.contains { note in
        note.english.ranges(of: defect.id).contains { range in
          // A note that names D-03b does not name D-03.
          range.upperBound == note.english.endIndex || !note.english[range.upperBound].isLetter
        }
      }
    }
  }
}
