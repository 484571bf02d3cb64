/// An error or ambiguity of a document.
package struct CourseDefect: Sendable, Equatable {
  /// `D-03b`.
  package var id: String
  package var document: CourseDocument
  package var error: LocalizedText
  /// The way in which the exercises treat it.
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
        "loss (2) is a sum, the printed one a mean, the gradient that of the sum",
        es: "la pérdida (2) es una suma, la impresa una media, el gradiente el de la suma"),
      .init("α · 11824 on the mean", es: "α · 11824 sobre la media")),
    CourseDefect(
      "D-02", .rivera,
      .init(
        "(3), (4) write y₂ − φ₂(z₂), always 0; ∂z₁/∂z₂ and L(y, ŷ₂) are misprints",
        es: "(3), (4) escriben y₂ − φ₂(z₂), siempre 0; ∂z₁/∂z₂ y L(y, ŷ₂) son erratas"),
      .init("φ₂(z₂) − y, as in the code", es: "φ₂(z₂) − y, como en el código")),
    CourseDefect(
      "D-03", .rivera,
      .init(
        "`np.sum(delta_1)[0]` fails on arrays; on DataFrames one column's sum is used for all biases",
        es: "`np.sum(delta_1)[0]` falla con arrays; con DataFrames se usa la suma de una columna para todos los sesgos"),
      .init("a sum for each unit", es: "una suma para cada unidad")),
    CourseDefect(
      "D-03b", .rivera,
      .init(
        "a comment at the wrong line; only 6 of 30 epochs printed",
        es: "un comentario en la línea equivocada; solo 6 de 30 épocas impresas"),
      .init("all 30 shown", es: "se muestran las 30")),
    CourseDefect(
      "D-04", .arriola, .init("speaks of bits, uses ln", es: "habla de bits, usa ln"),
      .init("nats; bits in one check", es: "nats; bits en una comprobación")),
    CourseDefect(
      "D-05", .arriola,
      .init("e^{XΘ} in a denominator for e^{−XΘ}", es: "e^{XΘ} en un denominador en lugar de e^{−XΘ}"),
      .init("the sigmoid", es: "la sigmoide")),
    CourseDefect(
      "D-06", .arriola,
      .init(
        "g(a)(1 − g(a)) in (11); θ_jk for θ_ij in (8); δ_i under the braces for δ_k in (9), for δ_j in (11)",
        es: "g(a)(1 − g(a)) en (11); θ_jk por θ_ij en (8); δ_i bajo las llaves por δ_k en (9), por δ_j en (11)"),
      .init("a(1 − a), by θ_ij; δ_k, δ_j", es: "a(1 − a), respecto de θ_ij; δ_k, δ_j")),
    CourseDefect(
      "D-07", .arriola,
      .init("Y with columns 0…s_L; Θ⁽ˡ⁾ counted in two ways", es: "Y con columnas 0…s_L; Θ⁽ˡ⁾ contada de dos maneras"),
      .init("s_L columns, l → l + 1", es: "s_L columnas, l → l + 1")),
    CourseDefect(
      "D-08", .arriola,
      .init(
        "the column of ones is put before X only; Δ of the wrong shape; loop bounds",
        es: "la columna de unos se pone solo delante de X; Δ con forma equivocada; límites del bucle"),
      .init("ones before every A", es: "unos delante de cada A")),
    CourseDefect(
      "D-09", .practica5,
      .init(
        "idle code; the file has digit 0 as 10, last",
        es: "código sin efecto; el archivo tiene el dígito 0 como 10, el último"),
      .init(
        "rows of Θ₂ rotated by one, as for the printed numbers",
        es: "filas de Θ₂ rotadas en una posición, como para los números impresos")),
    CourseDefect(
      "D-10", .practica5,
      .init(
        "printed one-hot rows 3–9 have eleven columns, 7–9 no 1",
        es: "las filas one-hot impresas 3–9 tienen once columnas, 7–9 ningún 1"),
      .init("rows made and checked", es: "filas hechas y comprobadas")),
    CourseDefect(
      "D-11", .practica5,
      .init("10⁻⁶ inside one logarithm moves the cost", es: "10⁻⁶ dentro de un logaritmo cambia el coste"),
      .init("both costs given", es: "se dan ambos costes")),
    CourseDefect(
      "D-12", .practica5,
      .init(
        "the gradient printed as not regularized is the regularized one",
        es: "el gradiente impreso como no regularizado es el regularizado"),
      .init("both given", es: "se dan ambos")),
    CourseDefect(
      "D-13", .practica5,
      .init(
        "a call with a missing argument; a function printed twice; a step at the wrong position",
        es: "una llamada a la que falta un argumento; una función impresa dos veces; un paso en un lugar equivocado"),
      .init("noted; nothing to compute", es: "se señala; no hay nada que calcular")),
    CourseDefect(
      "D-14", .bunge,
      .init(
        "diag(h′) holds for elementwise activations only",
        es: "diag(h′) vale solo para activaciones elemento a elemento"),
      .init("softmax by its full Jacobian", es: "softmax por su jacobiano completo")),
    CourseDefect(
      "D-15", .bunge, .init("Algorithm 1 omits ∂L/∂w₀⁽ᴸ⁾", es: "el Algoritmo 1 omite ∂L/∂w₀⁽ᴸ⁾"),
      .init("computed", es: "se calcula")),
    CourseDefect(
      "D-16", .berzal,
      .init(
        "quantities, prices and total are in lost figures",
        es: "las cantidades, los precios y el total están en figuras perdidas"),
      .init(
        "x = (5, 2, 3) follows; prices (50, 150, 100) fit",
        es: "se deduce x = (5, 2, 3); los precios (50, 150, 100) encajan")),
    CourseDefect(
      "D-17", .berzal,
      .init(
        "two ways to index weights; E of one example or of all",
        es: "dos maneras de indexar los pesos; E de un ejemplo o de todos"),
      .init("outputs × inputs; both given", es: "salidas × entradas; se dan ambas")),
    CourseDefect(
      "D-18", .bunge, .init("w* = min_w L(w) in (1)", es: "w* = min_w L(w) en (1)"),
      .init("the argmin", es: "el argmin")),
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
