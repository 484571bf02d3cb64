/// The languages of the exercises' texts.
package enum CourseLanguage: String, Sendable, CaseIterable {
  case english = "en"
  /// The language of the documents.
  case spanish = "es"
}

/// A text in both languages.
///
/// A string literal is a text that is the same in both: a formula, a number, a name. A test rejects literals that contain a word.
package struct LocalizedText: Sendable, Equatable, ExpressibleByStringInterpolation {
  package var english: String
  package var spanish: String

  package init(_ english: String, es spanish: String) {
    self.english = english
    self.spanish = spanish
  }

  /// The same text in both languages.
  package init(same text: String) { self.init(text, es: text) }

  package init(stringLiteral text: String) { self.init(same: text) }

  package subscript(language: CourseLanguage) -> String {
    switch language {
    case .english: english
    case .spanish: spanish
    }
  }

  /// The text followed by another.
  package func followed(by other: LocalizedText) -> LocalizedText {
    LocalizedText(english + other.english, es: spanish + other.spanish)
  }
}

/// Words that several exercises use.
extension LocalizedText {
  static let epoch = LocalizedText("epoch", es: "época")
  static let iteration = LocalizedText("iteration", es: "iteración")
  static let step = LocalizedText("step", es: "paso")
  static let unit = LocalizedText("unit", es: "unidad")
  static let loss = LocalizedText("loss", es: "pérdida")
  static let cost = LocalizedText("cost", es: "coste")
  static let accuracy = LocalizedText("accuracy", es: "exactitud")
  static let trainLoss = LocalizedText("train loss", es: "pérdida de entrenamiento")
  static let testLoss = LocalizedText("test loss", es: "pérdida de prueba")
  static let gradientNorm = LocalizedText("gradient norm", es: "norma del gradiente")
  static let batch = LocalizedText("batch", es: "por lotes")
  static let online = LocalizedText("online", es: "en línea")
  static let coffee = LocalizedText("coffee", es: "café")
  static let juice = LocalizedText("juice", es: "zumo")
  static let toast = LocalizedText("toast", es: "tostada")
  static let cents = LocalizedText("cents", es: "céntimos")
  static let noHiddenUnits = LocalizedText("no hidden units", es: "sin neuronas ocultas")
  static let fourHiddenUnits = LocalizedText("four hidden units", es: "cuatro neuronas ocultas")
}
