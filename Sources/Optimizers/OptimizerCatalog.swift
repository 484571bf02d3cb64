/// The list of all optimizers.
public enum OptimizerCatalog {
  /// All optimizers in the order of the help, the default first.
  public static let all: [any Optimizer.Type] = [
    SGD.self,
    Momentum.self,
    Nesterov.self,
    Adam.self,
    AdamW.self,
    RMSprop.self,
    Adagrad.self,
    NAdam.self,
    Lion.self,
    Rprop.self,
    LBFGS.self,
  ]

  /// The names in options and files.
  public static var names: [String] { all.map { $0.name } }

  /// The optimizer with a name.
  ///
  /// - Throws: `OptimizerError.unknownOptimizer` if there is none.
  public static func type(named name: String) throws(OptimizerError) -> any Optimizer.Type {
    guard let type = all.first(where: { $0.name == name }) else { throw .unknownOptimizer(name) }
    return type
  }
}
