import Testing

@testable import Commands

@Suite("Bad values on a command line")
struct BadCommandLineValueTests {
  /// A command line with a value that its option does not take, and the one line that it gets.
  static let lines: [(words: String, message: String)] = [
    // Whole numbers.
    ("train --workers 0", "--workers: found 0, expected a whole number from 1 to 128, or auto."),
    ("train --workers 129", "--workers: found 129, expected a whole number from 1 to 128, or auto."),
    (
      "train --workers 99999999999999999999",
      "--workers: found 99999999999999999999, expected a whole number from 1 to 128, or auto."
    ),
    (
      "train --workers aut",
      "--workers: found aut, expected a whole number from 1 to 128, or auto; the nearest is auto."
    ),
    ("train --epochs -1", "--epochs: found -1, expected a whole number from 0 to 1000000000."),
    ("train --epochs 1.5", "--epochs: found 1.5, expected a whole number from 0 to 1000000000."),
    ("train --epochs 1e3", "--epochs: found 1e3, expected a whole number from 0 to 1000000000."),
    (
      "train --steps 9223372036854775808",
      "--steps: found 9223372036854775808, expected a whole number from 0 to 1000000000000."
    ),
    ("train --seed -1", "--seed: found -1, expected a whole number from 0 to 9223372036854775807."),
    (
      "train --seed 18446744073709551616",
      "--seed: found 18446744073709551616, expected a whole number from 0 to 9223372036854775807."
    ),
    ("train --batch-size 0", "--batch-size: found 0, expected a whole number from 1 to 1000000000, or full."),
    (
      "train --batch-size ful",
      "--batch-size: found ful, expected a whole number from 1 to 1000000000, or full; the nearest is full."
    ),
    ("train --limit 0", "--limit: found 0, expected a whole number from 1 to 1000000000000."),
    (
      "train --patience 0 --validation-fraction .1",
      "--patience: found 0, expected a whole number from 1 to 1000000000."
    ),
    ("train --hidden 0", "--hidden: found 0, expected widths from 1 to 16777216 with commas between them, or none."),
    (
      "train --hidden 16777217",
      "--hidden: found 16777217, expected widths from 1 to 16777216 with commas between them, or none."
    ),
    (
      "train --hidden 128,",
      "--hidden: found 128,, expected widths from 1 to 16777216 with commas between them, or none."
    ),
    (
      "train --hidden 64,none",
      "--hidden: found 64,none, expected widths from 1 to 16777216 with commas between them, or none; the nearest is none."
    ),

    // Real numbers.
    ("train --learning-rate 0", "--learning-rate: found 0, expected a finite number above 0."),
    ("train --learning-rate -0.1", "--learning-rate: found -0.1, expected a finite number above 0."),
    ("train --learning-rate nan", "--learning-rate: found nan, expected a finite number above 0."),
    ("train --learning-rate=inf", "--learning-rate: found inf, expected a finite number above 0."),
    ("train --learning-rate 1e999", "--learning-rate: found 1e999, expected a finite number above 0."),
    ("train --learning-rate 0,1", "--learning-rate: found 0,1, expected a finite number above 0."),
    ("train --optimizer momentum --momentum 1", "--momentum: found 1, expected a number from 0 to below 1."),
    ("train --optimizer adam --beta1 -0.1", "--beta1: found -0.1, expected a number from 0 to below 1."),
    ("train --optimizer adam --beta2 1", "--beta2: found 1, expected a number from 0 to below 1."),
    ("train --optimizer adam --epsilon 0", "--epsilon: found 0, expected a finite number above 0."),
    ("train --weight-decay -1", "--weight-decay: found -1, expected a finite number of at least 0."),
    ("train --l2 -inf", "--l2: found -inf, expected a finite number of at least 0."),
    ("train --clip-norm 0", "--clip-norm: found 0, expected a finite number above 0."),
    ("train --target-accuracy 97", "--target-accuracy: found 97, expected a number from 0 to 1."),
    ("train --validation-fraction 1", "--validation-fraction: found 1, expected a number from 0 to below 1."),
    ("train --test-fraction 1.0", "--test-fraction: found 1.0, expected a number from 0 to below 1."),
    ("train --scale 0", "--scale: found 0, expected a finite number above 0."),

    // Words.
    (
      "train --activation rleu",
      "--activation: found rleu, expected one for all hidden layers or one for each, with commas between them, out of "
        + "relu, leaky-relu, sigmoid, tanh, identity, elu, gelu, gelu-tanh, silu, softplus, scaled-tanh; the nearest is relu."
    ),
    ("train --output relu", "--output: found relu, expected one of softmax, sigmoid, tanh, identity."),
    ("train --loss mse", "--loss: found mse, expected one of cross-entropy, squared-error, huber:DELTA."),
    (
      "train --optimizer Adam",
      "--optimizer: found Adam, expected one of sgd, momentum, nesterov, adam, adamw, rmsprop, adagrad, nadam, lion; the nearest is adam."
    ),
    ("train --gradients own", "--gradients: found own, expected one of auto, partial, owned; the nearest is owned."),
    ("train --input sparse", "--input: found sparse, expected one of auto, dense, masked."),
    ("train --split tset", "--split: found tset, expected one of train, test, all; the nearest is test."),
    (
      "train --schedule step:10",
      "--schedule: found step:10, expected constant, step:EPOCHS,FACTOR, exponential:FACTOR (per epoch) or cosine; "
        + "the nearest is step:."
    ),
    (
      "train --initializer normal",
      "--initializer: found normal, expected auto, he, glorot, normal:SIGMA, uniform:EPSILON or constant:VALUE, "
        + "the last three also with ,biases; the nearest is normal:."
    ),
    ("train --label -1", "--label: found -1, expected first, last, a column's number from 0 or its name."),
    ("train --classes 3", "--classes: found 3, expected at least two different labels with commas between them."),
    ("train --classes 3,3", "--classes: found 3,3, expected at least two different labels with commas between them."),
    (
      "train --data synthetic:10",
      "--data: 'synthetic:10' is not synthetic:TRAIN,TEST with 1 to 10000000 training and 0 to 10000000 test digits"
    ),
    (
      "data synthesize digits --data mnist",
      "--data: found mnist, expected synthetic or synthetic:TRAIN,TEST, each from 1 to 10000000."
    ),
  ]

  @Test("gets one line that names what was given, what is allowed and the nearest name", arguments: lines)
  func message(words: String, message: String) {
    #expect(Invocation.refusal(words) == message)
  }
}
