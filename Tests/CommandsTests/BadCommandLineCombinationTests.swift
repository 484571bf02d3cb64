import Testing

@testable import Commands

@Suite("Bad combinations on a command line")
struct BadCommandLineCombinationTests {
  /// A command line whose options do not go together, and the one line that it gets.
  static let lines: [(words: String, message: String)] = [
    (
      "train --output identity --loss cross-entropy",
      "--loss cross-entropy with --output identity: cross-entropy needs probabilities; "
        + "expected --output softmax or sigmoid, or --loss squared-error."
    ),
    (
      "evaluate m --loss cross-entropy --output tanh",
      "--loss cross-entropy with --output tanh: cross-entropy needs probabilities; "
        + "expected --output softmax or sigmoid, or --loss squared-error."
    ),
    (
      "train --activation relu,tanh",
      "--activation relu,tanh with --hidden 128: 2 activations for 1 hidden layer; "
        + "expected one activation for all or one for each."
    ),
    (
      "train --hidden none --activation relu,tanh",
      "--activation relu,tanh with --hidden none: 2 activations for 0 hidden layers; "
        + "expected one activation for all or one for each."
    ),
    (
      "train --momentum 0.9",
      "--momentum 0.9 with --optimizer sgd: sgd has no momentum; expected --optimizer momentum or nesterov."
    ),
    (
      "train --optimizer rmsprop --beta1 0.5",
      "--beta1 0.5 with --optimizer rmsprop: rmsprop has no beta1; expected --optimizer adam or adamw or nadam or lion."
    ),
    (
      "train --no-bias --initializer normal:0.1,biases",
      "--initializer normal:0.1,biases with --no-bias: there are no biases to draw; expected one of the two."
    ),
    (
      "train --initial-weights m --initializer he",
      "--initializer he with --initial-weights m: the weights come from the file; expected one of the two."
    ),
    (
      "train --targets 1 --label last",
      "--targets 1 with --label last: a table's last columns are targets, or one column is the class; "
        + "expected one of the two."
    ),
    (
      "train --classes 0,1 --targets 2",
      "--targets 2 with --classes 0,1: targets have no classes; expected one of the two."
    ),
    (
      "train --limit-per-class 5 --targets 2",
      "--targets 2 with --limit-per-class 5: targets have no classes; expected one of the two."
    ),
    (
      "train --test a.csv --test-fraction 0.1",
      "--test a.csv with --test-fraction 0.1: both say what is tested on; expected one of the two."
    ),
    (
      "train --test a.csv --split all",
      "--test a.csv with --split all: both say how the source is divided; expected one of the two."
    ),
    (
      "train --patience 3",
      "--patience 3 with --validation-fraction 0: there is no validation loss to watch; "
        + "expected --validation-fraction above 0 with it."
    ),
    (
      "train --save-best --save m",
      "--save-best with --validation-fraction 0: there is no validation loss to compare; "
        + "expected --validation-fraction above 0 with it."
    ),
    (
      "train --save-best --validation-fraction 0.1", "--save-best: no model is saved; expected --save MODEL with it."
    ),
    (
      "train --target-accuracy 0.9 --test-fraction 0",
      "--target-accuracy 0.9 with --test-fraction 0: there is no test split to measure on; "
        + "expected a test fraction above 0, or --test FILE."
    ),
    (
      "train --target-accuracy 0.9 --targets 1 --output identity",
      "--target-accuracy 0.9 with --targets 1: targets on identity outputs have no accuracy; "
        + "expected --output softmax, or --stop-loss."
    ),
    ("train --save a --metrics a", "--save a with --metrics a: both name one file; expected two different files."),
    (
      "train --initial-weights a --metrics a",
      "--initial-weights a with --metrics a: both name one file; expected two different files."
    ),
    (
      "train --checkpoint new/ --save new",
      "--save new with --checkpoint new/: both name one place; expected a file, and a folder."
    ),
    (
      "train --checkpoint new/ck// --save ./new/ck",
      "--save ./new/ck with --checkpoint new/ck//: both name one place; expected a file, and a folder."
    ),
    (
      "train --checkpoint new --report new",
      "--report new with --checkpoint new: both name one place; expected a file, and a folder."
    ),
  ]

  @Test("gets one line that names what was given, what is allowed and the nearest name", arguments: lines)
  func message(words: String, message: String) {
    #expect(Invocation.refusal(words) == message)
  }
}
