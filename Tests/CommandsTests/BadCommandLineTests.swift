import Testing

@testable import Commands

@Suite("Bad command lines")
struct BadCommandLineTests {
  /// A command line, its words separated by spaces, and the one line that it gets.
  static let lines: [(words: String, message: String)] = [
    // Commands.
    (
      "trian",
      "unknown command trian: expected one of train, evaluate, predict, gradient, gradcheck, scale, compare, data, course, info, help; the nearest is train."
    ),
    (
      "Evaluate m",
      "unknown command Evaluate: expected one of train, evaluate, predict, gradient, gradcheck, scale, compare, data, course, info, help; the nearest is evaluate."
    ),
    (
      "--quiet train",
      "found the option --quiet before a command, expected one of train, evaluate, predict, gradient, gradcheck, scale, compare, data, course, info, help first."
    ),
    ("data", "data: found nothing after it, expected one of describe, fetch, synthesize."),
    (
      "data fetsh",
      "unknown command data fetsh: expected one of data describe, data fetch, data synthesize; the nearest is data fetch."
    ),
    ("--version 2", "unexpected argument 2 of 'descent --version'; 'descent help --version' tells what it takes."),
    (
      "help trian",
      "unknown command trian: expected one of train, evaluate, predict, gradient, gradcheck, scale, compare, data, course, info, help; the nearest is train."
    ),
    ("help train fast", "unexpected argument fast of 'descent help'; 'descent help help' tells what it takes."),

    // Names of options.
    (
      "train --epoch 5",
      "unknown option --epoch of 'descent train': the nearest is --epochs; 'descent help train' lists all."
    ),
    (
      "train --lr 0.1",
      "unknown option --lr of 'descent train': the nearest is --learning-rate; 'descent help train' lists all."
    ),
    (
      "train --learning_rate=0.1",
      "unknown option --learning_rate of 'descent train': the nearest is --learning-rate; 'descent help train' lists all."
    ),
    (
      "train --batch 64",
      "unknown option --batch of 'descent train': the nearest is --batch-size; 'descent help train' lists all."
    ),
    (
      "train -epochs 5",
      "unknown option -epochs of 'descent train': the nearest is --epochs; 'descent help train' lists all."
    ),
    (
      "train --sede 3",
      "unknown option --sede of 'descent train': the nearest is --seed; 'descent help train' lists all."
    ),
    (
      "train --threads 4",
      "unknown option --threads of 'descent train': the nearest is --workers; 'descent help train' lists all."
    ),
    (
      "train --json",
      "unknown option --json of 'descent train' (it belongs to evaluate, gradient, gradcheck, scale, compare, course, info): the nearest is --loss; "
        + "'descent help train' lists all."
    ),
    (
      "evaluate m --epochs 5",
      "unknown option --epochs of 'descent evaluate' (it belongs to train, scale, compare): the nearest is --loss; "
        + "'descent help evaluate' lists all."
    ),
    ("train --=5", "unknown option -- of 'descent train': the nearest is --l2; 'descent help train' lists all."),

    // Values that are missing, or there where none is wanted.
    ("train --epochs", "--epochs: found no value, expected a whole number from 0 to 1000000000."),
    ("train --epochs=", "--epochs: found an empty text, expected a whole number from 0 to 1000000000."),
    (
      "train --save --quiet",
      "--save: found no value, expected a path. --quiet follows; if that is the value, write --save=--quiet."
    ),
    ("train --save=", "--save: found an empty text, expected a path."),
    ("train --quiet=yes", "--quiet: found the value yes, expected none."),
    ("train --no-shuffle=1", "--no-shuffle: found the value 1, expected none."),

    // Arguments.
    ("evaluate", "MODEL: found none, expected one: 'descent help evaluate' tells more."),
    ("train mnist", "unexpected argument mnist of 'descent train'; 'descent help train' tells what it takes."),
    ("train epochs 5", "unexpected argument epochs of 'descent train': the option is --epochs."),
    ("train -- --epochs", "unexpected argument --epochs of 'descent train'; 'descent help train' tells what it takes."),
    ("train -5", "unexpected argument -5 of 'descent train'; 'descent help train' tells what it takes."),
    ("evaluate a b", "unexpected argument b of 'descent evaluate'; 'descent help evaluate' tells what it takes."),
    ("data describe", "SOURCE: found none, expected one: 'descent help data describe' tells more."),

    // Given twice.
    ("train --epochs 5 --epochs 10", "--epochs: found 2 times (5, 10), expected once."),
    ("train --shuffle --no-shuffle", "--shuffle and --no-shuffle: found both, expected one of them."),
    ("train --bias --no-bias --bias", "--bias and --no-bias: found both, expected one of them."),

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
        + "relu, leaky-relu, sigmoid, tanh, identity; the nearest is relu."
    ),
    ("train --output relu", "--output: found relu, expected one of softmax, sigmoid, tanh, identity."),
    ("train --loss mse", "--loss: found mse, expected one of cross-entropy, squared-error."),
    (
      "train --optimizer Adam",
      "--optimizer: found Adam, expected one of sgd, momentum, nesterov, adam, adamw, rmsprop; the nearest is adam."
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
      "--data: found mnist, expected synthetic or synthetic:TRAIN,TEST, with 1 to 10000000 and 0 to 10000000 digits."
    ),

    // Combinations.
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
      "--beta1 0.5 with --optimizer rmsprop: rmsprop has no beta1; expected --optimizer adam or adamw."
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
    #expect(throws: UsageError.self) { try Invocation(words.split(separator: " ").map(String.init)) }
    #expect(Self.refusal(words.split(separator: " ").map(String.init)) == message)
  }

  @Test("The processor's own instruction sets are named to who asks for another")
  func instructionSet() {
    let message = Self.refusal(["train", "--instruction-set", "sse9"])
    #expect(message?.hasPrefix("--instruction-set: found sse9, expected one of auto, ") == true)
    #expect(message?.contains("portable on this processor") == true)
  }

  @Test("Long and many-lined texts are cut and stay on one line")
  func longTexts() {
    let message = Self.refusal(["train", "--epochs", String(repeating: "9", count: 100_000)]) ?? ""
    #expect(message.count < 200)
    #expect(Self.refusal([String(repeating: "x", count: 100_000)])?.isEmpty == false)
    let often = Self.refusal(["train"] + Array(repeating: ["--epochs", "9"], count: 10_000).flatMap { $0 }) ?? ""
    #expect(often.hasPrefix("--epochs: found 10000 times (9, 9, ") && often.count < 200)
    let marks = String(repeating: "\u{301}\u{323}", count: 30_000)
    for words in [[marks], ["train", "--epochs", marks], ["train", "--\(marks)"]] {
      #expect(Self.refusal(words)?.contains("combining marks") == true)
    }
  }

  @Test("A list as long as a command line can be is refused soon", .timeLimit(.minutes(1)))
  func longList() {
    let sizes = (1...20_000).map(String.init).joined(separator: ",")
    #expect(
      Self.refusal(["compare", "--data", "synthetic", "--batch-size", sizes])?.contains("too many combinations") == true
    )
    #expect(Self.refusal(["compare", "--batch-size", sizes + ",07"])?.contains("07 twice") == true)
    let rates = (1...5000).flatMap { ["--learning-rate", "0.\($0)1"] }
    #expect(Self.refusal(["compare", "--data", "synthetic"] + rates)?.contains("too many combinations") == true)
  }

  private static func refusal(_ words: [String]) -> String? {
    do {
      _ = try Invocation(words)
      return nil
    } catch {
      return error.description
    }
  }
}
