import Descent

// Reads the model that `Digits` has written.
let model = try ModelFile.read("digits.safetensors")
let digits = try DataSource("synthetic:2000,500").load()
guard let test = digits.test else { fatalError("the source has no test split") }

let answer = try Predictor(model).predict(test.stored(0))
print(answer.label ?? "", answer.outputs.max() ?? 0)

let evaluator = Evaluator(FastNetwork(try model.topology(), model.parameters), test)
print(evaluator.evaluate().accuracy ?? 0, evaluator.classificationReport()?.macro.f1 ?? 0)
