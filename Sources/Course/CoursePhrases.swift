import Files

/// The words of the course's reports, apart from the exercises' own texts, in the terminal and on HTML pages.
package enum CoursePhrases {
  package static let list = LocalizedText(
    "'descent course NAME' runs one of them, 'descent course all' runs all.",
    es: "'descent course NOMBRE' ejecuta uno de ellos, 'descent course all' los ejecuta todos.")
  package static let command = LocalizedText("As a command:", es: "Como orden:")
  package static let skipped = LocalizedText("Skipped: it ", es: "Omitido: ")
  package static let check = LocalizedText("check", es: "comprobación")
  package static let printed = LocalizedText("document", es: "documento")
  package static let reference = LocalizedText("reference", es: "referencia")
  package static let here = LocalizedText("here", es: "aquí")
  package static let allowed = LocalizedText("allowed", es: "admitido")
  package static let agrees = LocalizedText("agrees", es: "coincide")
  package static let yes = LocalizedText("yes", es: "sí")
  package static let no = LocalizedText("no", es: "no")
  package static let exact = LocalizedText("exact", es: "exacto")

  /// A line on the columns for which a terminal is too narrow.
  package static func leftOut(_ columns: [String]) -> LocalizedText {
    let (names, isOne) = (columns.joined(separator: ", "), columns.count == 1)
    return LocalizedText(
      "\(names) \(isOne ? "needs" : "need") a wider window; --report FILE.html has all columns.",
      es: "\(names): \(isOne ? "necesita" : "necesitan") una ventana más ancha; --report FILE.html tiene todas las "
        + "columnas.")
  }

  /// The beginnings of an outcome's line, equally long in each language.
  package static let agreesLine = LocalizedText("agrees     ", es: "coincide   ")
  package static let disagreesLine = LocalizedText("DISAGREES  ", es: "DIFIERE    ")
  package static let skippedLine = LocalizedText("skipped    ", es: "omitido    ")

  /// The reason for skipping an exercise that an earlier one has too.
  package static func sameReason(as name: String) -> LocalizedText {
    LocalizedText("for the same reason as \(name)", es: "por la misma razón que \(name)")
  }

  /// `7 of 8 checks`.
  package static func checks(_ agreeing: Int, of count: Int) -> LocalizedText {
    LocalizedText(
      "\(agreeing) of \(count.counted("check"))",
      es: "\(agreeing) de \(count) \(count == 1 ? "comprobación" : "comprobaciones")")
  }

  package static func summary(agree: Int, disagree: Int, skipped: Int) -> LocalizedText {
    LocalizedText(
      (agree == 1 ? "1 exercise agrees" : "\(agree) exercises agree")
        + ", \(disagree) \(disagree == 1 ? "disagrees" : "disagree"), \(skipped) skipped",
      es: (agree == 1 ? "1 ejercicio coincide" : "\(agree) ejercicios coinciden")
        + ", \(disagree) \(disagree == 1 ? "difiere" : "difieren"), \(skipped) \(skipped == 1 ? "omitido" : "omitidos")"
    )
  }

  package static func running(_ index: Int, of count: Int) -> LocalizedText {
    LocalizedText("exercise \(index) of \(count)", es: "ejercicio \(index) de \(count)")
  }

  /// The word after the remaining time of the progress line: `0:12 left`.
  package static let timeLeft = LocalizedText("left", es: "restantes")

  package static func interrupted(_ done: Int, of count: Int) -> LocalizedText {
    LocalizedText(
      "interrupted; \(done) of \(count.counted("exercise")) \(count == 1 ? "is" : "are") done.",
      es: "interrumpido; \(done) de \(count) \(count == 1 ? "ejercicio está hecho" : "ejercicios están hechos").")
  }

  /// The text of the column "allowed": the interval, or ± the tolerance.
  package static func allowed(_ check: CourseCheck, _ number: (Double) -> String) -> LocalizedText {
    guard check.isInterval else {
      return check.tolerance == 0 ? exact : .init(same: "± " + number(check.tolerance))
    }
    let (lower, upper) = (check.expected - check.tolerance, check.expected + check.tolerance)
    guard lower < 0 else { return .init(same: number(lower) + "–" + number(upper)) }
    return .init(number(lower) + " to " + number(upper), es: number(lower) + " a " + number(upper))
  }
}

/// The words of HTML pages.
extension CoursePhrases {
  package static let allTitle = LocalizedText(
    "The course notes, exercise by exercise", es: "Los apuntes del curso, ejercicio por ejercicio")
  package static let allLead = LocalizedText(
    "The values of five sets of course notes on backpropagation (retropropagación), printed or computed in float64, "
      + "compared with those computed here.",
    es: "Los valores de cinco apuntes sobre retropropagación, impresos o calculados en float64, comparados con los "
      + "calculados aquí.")
  package static let exercisesThatAgree = LocalizedText("exercises that agree", es: "ejercicios que coinciden")
  package static let checksThatAgree = LocalizedText("checks that agree", es: "comprobaciones que coinciden")
  package static let disagreeing = LocalizedText("disagree", es: "difieren")
  package static let skippedCount = LocalizedText("skipped", es: "omitidos")
  package static let agreement = LocalizedText("Agreement with the notes", es: "Concordancia con los apuntes")
  package static let values = LocalizedText(
    "Numbers printed in the document, references (its formulas, or computed in float64), and numbers here",
    es: "Números impresos en el documento, referencias (sus fórmulas, o calculadas en float64), y números aquí")
  package static let verdictAgrees = LocalizedText("Agrees: ", es: "Coincide: ")
  package static let verdictDisagrees = LocalizedText("Disagrees: ", es: "No coincide: ")
  package static let reproduction = LocalizedText("Reproduction", es: "Reproducción")
  package static let data = LocalizedText("Data", es: "Datos")

  /// A fact about the machine or the program, by its English name.
  package static func fact(_ name: String) -> LocalizedText? {
    [
      LocalizedText("processor", es: "procesador"), LocalizedText("cores", es: "núcleos"),
      LocalizedText("instruction set", es: "juego de instrucciones"), LocalizedText("system", es: "sistema"),
      LocalizedText("workers", es: "trabajadores"), LocalizedText(same: "descent"), LocalizedText("date", es: "fecha"),
    ].first { $0.english == name }
  }
  package static let defects = LocalizedText("Errors in the documents", es: "Errores de los documentos")

  /// The text of a defect: the error and its treatment.
  package static func defect(_ defect: CourseDefect) -> LocalizedText {
    defect.error.followed(by: " ").followed(by: defect.treatment)
  }

  package static let output = LocalizedText("output", es: "salida")

  /// `12 of 14`.
  package static func count(_ part: Int, of all: Int) -> LocalizedText {
    LocalizedText("\(part) of \(all)", es: "\(part) de \(all)")
  }
}
