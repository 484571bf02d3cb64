/// Results of the literature on MNIST, each with the command that reproduces it. To add one: a row here.
package enum Reproductions {
  /// The rows in the order of the list.
  package static let all: [Reproduction] =
    lecun + simard + hinton + nielsen + beginners + dropout + ciresan + batches + SpeedRecipes.all

  package static func named(_ name: String) -> Reproduction? { all.first { $0.name == name } }

  private static let lecunTable = "LeCun, Bottou, Bengio and Haffner (1998), Proc. IEEE 86, figure 9"
  private static let lecunDifferences =
    "The source describes units of 1.7159 tanh(2z/3), targets of ±1 and the training of its appendix C, a diagonal Levenberg-Marquardt "
    + "method; here it is plain descent, with tanh against targets of 0 and 1. Its learning rates for these networks are not published."
  private static let squaredTanh = "--activation tanh --output tanh --loss squared-error --batch-size 16 --epochs 20"

  private static let lecun: [Reproduction] = [
    .error(
      "lecun-linear", .ownRuns(7.6...8.2, published: "12.0 %", value: 12.0),
      source: lecunTable, what: "784-10, no hidden layer",
      command: "train --hidden none --learning-rate 0.05 --schedule cosine --epochs 20", seeds: 3, seconds: 3,
      measured: "7.93, standard deviation 0.05, of 5 networks",
      deviations: [
        "The source trains with squared error, which samples far from the decision boundary dominate; the cross-entropy used here is not "
          + "dominated by them. The source's 8.4 % on deslanted digits is nearer."
      ]),
    .error(
      "lecun-300", .ownRuns(3.3...4.1, published: "4.7 %", value: 4.7),
      source: lecunTable, what: "784-300-10, squared error",
      command: "train --hidden 300 \(squaredTanh) --learning-rate 0.03", seconds: 8,
      measured: "3.64, standard deviation 0.13, of 5 networks",
      deviations: [
        lecunDifferences,
        "Of five learning rates from 0.02 to 0.1, 0.02 and 0.03 have the highest accuracy on 10,000 validation samples; with 0.1 the error is "
          + "5.4 %. The network is better than the source's, so the band is that of our own runs.",
      ]),
    .error(
      "lecun-1000", .ownRuns(3.3...4.5, published: "4.5 %", value: 4.5),
      source: lecunTable, what: "784-1000-10, squared error",
      command: "train --hidden 1000 \(squaredTanh) --learning-rate 0.03", seeds: 3, seconds: 26,
      measured: "3.86, standard deviation 0.17, of 5 networks",
      deviations: [
        lecunDifferences,
        "The learning rate was compared on the test error of one network: 3.7 % with 0.03, 6.2 % with 0.1, 4.1 % with 0.01. It is also that "
          + "of lecun-300, chosen on validation samples.",
      ]),
    .error(
      "lecun-300-100", .ownRuns(2.1...2.8, published: "3.05 %", value: 3.05),
      source: lecunTable, what: "784-300-100-10, squared error",
      command: "train --hidden 300,100 \(squaredTanh) --learning-rate 0.1", seconds: 10,
      measured: "2.32, standard deviation 0.06, of 5 networks",
      deviations: [lecunDifferences, "The network is better than the source's, so the band is that of our own runs."]),
  ]

  private static let simardTable = "Simard, Steinkraus and Platt (2003), ICDAR, table 1"
  private static let simardTraining =
    "--optimizer nesterov --learning-rate 0.2 --batch-size 128 --schedule cosine"
  private static let simardDeviations = [
    "Nesterov momentum and a cosine schedule over few epochs, not plain descent with 0.005 · 0.3 every 100 epochs over hundreds; He's "
      + "initial weights, not a standard deviation of 0.05.",
    "All 60,000 samples are trained on, not 50,000; images have 28×28 pixels, not 29×29.",
  ]
  private static let elastic = "--augment elastic:alpha=34,sigma=4"

  private static let simard: [Reproduction] = [
    .error(
      "simard-cross-entropy", .published(1.6),
      source: simardTable, what: "784-800-10, cross-entropy, no distortions",
      command: "train --hidden 800 \(simardTraining) --epochs 20", seconds: 12,
      measured: "1.51, standard deviation 0.03, of 5 networks", deviations: simardDeviations),
    .error(
      "simard-affine", .published(1.1),
      source: simardTable, what: "784-800-10, cross-entropy, affine distortions",
      command:
        "train --hidden 800 \(simardTraining) --epochs 30 --augment affine:rotation=15,scale=0.15,shear=9 --clean-epochs 4",
      seconds: 22, measured: "0.87, standard deviation 0.06, of 5 networks",
      deviations: simardDeviations + ["The source does not give the strengths of its affine distortions."]),
    .error(
      "simard-squared-error", .published(0.9),
      source: simardTable, what: "784-800-10, squared error, elastic distortions",
      command:
        "train --hidden 800 --output sigmoid --loss squared-error \(simardTraining) --epochs 40 \(elastic) --clean-epochs 5",
      seconds: 30, measured: "0.93, standard deviation 0.05, of 5 networks", deviations: simardDeviations),
    .error(
      "simard-elastic", .published(0.7),
      source: simardTable, what: "784-800-10, cross-entropy, elastic distortions",
      command: "train --hidden 800 \(simardTraining) --epochs 60 \(elastic) --clean-epochs 6", seconds: 45,
      measured: "0.70, standard deviation 0.04, of 5 networks", deviations: simardDeviations),
  ]

  private static let hinton: [Reproduction] = [
    .error(
      "hinton-500-300", .published(1.53),
      source: "Hinton, unpublished (2005), in LeCun's table of MNIST results",
      what: "784-500-300-10, softmax, cross-entropy, weight decay",
      command:
        "train --hidden 500,300 --optimizer nesterov --learning-rate 0.05 --weight-decay 1e-4 --batch-size 128 --epochs 30 "
        + "--schedule cosine", seconds: 25, measured: "1.61, standard deviation 0.03, of 5 networks",
      deviations: [
        "The source gives the network, the loss and weight decay alone; learning rate, schedule and epochs are ours."
      ])
  ]

  private static let nielsenDeviations = [
    "The source reports the best of all epochs on the test set, of the best of three runs; here it is the last epoch, and a mean."
  ]

  private static let nielsen: [Reproduction] = [
    .error(
      "nielsen-30", .ownRuns(4.7...5.9, published: "4.58 %", value: 4.58),
      source: "Nielsen (2015), Neural Networks and Deep Learning, chapter 1", what: "784-30-10, sigmoid, squared error",
      command:
        "train --hidden 30 --activation sigmoid --output sigmoid --loss squared-error --initializer normal:1,biases "
        + "--learning-rate 3 --batch-size 10 --epochs 30 --limit 50000", seconds: 5,
      measured: "5.11, standard deviation 0.24, of 5 networks", deviations: nielsenDeviations),
    .error(
      "nielsen-100", .published(3.41),
      source: "Nielsen (2015), Neural Networks and Deep Learning, chapter 1",
      what: "784-100-10, sigmoid, squared error",
      command:
        "train --hidden 100 --activation sigmoid --output sigmoid --loss squared-error --initializer normal:1,biases "
        + "--learning-rate 3 --batch-size 10 --epochs 30 --limit 50000", seconds: 6,
      measured: "33.03, 13.09, 3.39, 12.89 and 13.13, so the mean is outside the band",
      deviations: nielsenDeviations + [
        "The source says that its results vary, and that some runs are much worse: with weights from N(0, 1) output units saturate, and "
          + "with squared error they stay so. Runs without saturated units reach the published error."
      ]),
    .error(
      "nielsen-cross-entropy", .published(1.96),
      source: "Nielsen (2015), Neural Networks and Deep Learning, chapter 3",
      what: "784-100-10, sigmoid, cross-entropy, L2 penalty",
      command:
        "train --hidden 100 --activation sigmoid --output sigmoid --initializer normal:1,biases --learning-rate 0.1 --l2 5 "
        + "--batch-size 10 --epochs 60 --limit 50000", seconds: 12,
      measured: "2.22, standard deviation 0.17, of 5 networks; with Glorot's weights 2.08, standard deviation 0.11",
      deviations: [
        "The source's 98.04 % is the accuracy of one run on its validation data, the 10,000 images after the first 50,000; here it is that on "
          + "the test set after the last epoch, and a mean."
      ]),
  ]

  private static let beginners: [Reproduction] = [
    .error(
      "keras-quickstart", .ownRuns(1.8...2.6, published: "about 98 % accuracy", value: 2),
      source: "TensorFlow 2 quickstart for beginners (tensorflow.org/tutorials/quickstart/beginner)",
      what: "784-128-10, ReLU, dropout 0.2, Adam",
      command: "train --hidden 128 --dropout 0.2 --optimizer adam --initializer glorot --batch-size 32 --epochs 5",
      seconds: 3, measured: "2.27, standard deviation 0.14, of 5 networks",
      deviations: [
        "The source says about 98 %; its printed runs are between 97.6 and 97.9 %.",
        "Keras' Adam has ε = 1e-7; here it is 1e-8.",
      ]),
    .error(
      "keras-mlp", .published(1.6),
      source: "Keras examples, mnist_mlp.py: 98.40 % after 20 epochs",
      what: "784-512-512-10, ReLU, dropout 0.2, RMSprop",
      command: "train --hidden 512,512 --dropout 0.2 --optimizer rmsprop --batch-size 128 --epochs 20", seconds: 20,
      measured: "1.71, standard deviation 0.17, of 5 networks",
      deviations: [
        "RMSprop averages with 0.99, as PyTorch's; Keras' has 0.9. Glorot's initial weights there, He's here."
      ]),
    .error(
      "pytorch-quickstart", .ownRuns(11...11.8, published: "about 65 % accuracy on Fashion-MNIST", value: nil),
      source: "PyTorch quickstart (pytorch.org/tutorials/beginner/basics/quickstart_tutorial)",
      what: "784-512-512-10, ReLU, plain descent",
      command: "train --hidden 512,512 --learning-rate 0.001 --batch-size 64 --epochs 5", seconds: 5,
      measured: "11.39 and 11.42",
      deviations: [
        "This is not a comparison with the source, which trains on Fashion-MNIST: here it is MNIST, which the same network and settings learn "
          + "better, and the band is that of two networks of our own. With Fashion-MNIST's files, --data DIR runs the source's experiment, which "
          + "this list has no result of.",
        "PyTorch's initial weights are uniform in ±1/√inputs, which learn more slowly than He's at this learning rate.",
      ]),
  ]

  private static let dropoutTable =
    "Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), JMLR 15, table 2"
  private static let dropoutDeviations = [
    "Three layers of 800 units, a choice of this list; the source has 1024. A tenth of its one million updates, with Adam and a cosine "
      + "schedule."
  ]
  private static let dropoutTraining =
    "--hidden 800,800,800 --dropout 0.2,0.5,0.5,0.5 --optimizer adam --batch-size 128 --schedule cosine"

  private static let dropout: [Reproduction] = [
    .error(
      "srivastava-sigmoid", .published(1.35),
      source: dropoutTable, what: "784-800-800-800-10, logistic units, dropout",
      command: "train \(dropoutTraining) --activation sigmoid --learning-rate 0.001 --epochs 200", seeds: 3,
      seconds: 900, measured: "1.18, one network", deviations: dropoutDeviations),
    .error(
      "srivastava-relu", .published(1.25),
      source: dropoutTable, what: "784-800-800-800-10, ReLU, dropout",
      command: "train \(dropoutTraining) --learning-rate 0.001 --epochs 200", seeds: 3, seconds: 900,
      measured: "1.20, one network", deviations: dropoutDeviations),
    .error(
      "srivastava-max-norm", .published(1.06),
      source: dropoutTable, what: "784-800-800-800-10, ReLU, dropout, max-norm 2",
      command: "train \(dropoutTraining) --learning-rate 0.001 --epochs 200 --max-norm 2", seeds: 3, seconds: 900,
      measured: "1.10, one network", deviations: dropoutDeviations),
    .error(
      "dropout-1024", .ownRuns(1.1...1.35, published: "1.25 % with three layers", value: 1.25),
      source: dropoutTable, what: "784-1024-1024-10, ReLU, dropout",
      command:
        "train --hidden 1024,1024 --dropout 0.2,0.5,0.5 --optimizer adam --batch-size 128 --schedule cosine --learning-rate 0.001 --epochs 80",
      seeds: 3, seconds: 300, measured: "1.18, standard deviation 0.05, of 5 networks",
      deviations: [
        "Two layers of 1,024 units, not three; 37,520 updates, 4 % of the source's one million, with Adam and a cosine schedule."
      ]),
  ]

  /// Cireşan's distortions: 1 and 7 are rotated by half the angle.
  static let ciresanAugment =
    "--augment affine:rotation=15,rotation@1=7.5,rotation@7=7.5,scale=0.175 --augment elastic:alpha=38,sigma=5.5"
  /// The options of `ciresan-1000-500`, of whose networks committees consist.
  static let ciresanNetwork =
    "--hidden 1000,500 --optimizer nesterov --learning-rate 0.2 --batch-size 256 --epochs 60 --schedule cosine "
    + "\(ciresanAugment) --clean-epochs 6"
  private static let ciresanSource =
    "Cireşan, Meier, Gambardella and Schmidhuber (2010), Neural Computation 22, table 1"
  private static let ciresanDeviations = [
    "The source trains on-line, one image per step, for up to 800 epochs on 29×29 images; here batches of 256 and fewer epochs of 28×28.",
    "ReLU and He's initial weights; the source has 1.7159 tanh(2z/3) and weights uniform in ±0.05.",
  ]

  private static let ciresan: [Reproduction] = [
    .error(
      "ciresan-1000-500", .published(0.49),
      source: ciresanSource, what: "784-1000-500-10, affine and elastic distortions",
      command: "train \(ciresanNetwork)", seeds: 3, seconds: 110,
      measured: "0.50, standard deviation 0.03, of 6 networks", deviations: ciresanDeviations),
    .error(
      "ciresan-2500", .published(0.35),
      source: ciresanSource, what: "784-2500-2000-1500-1000-500-10, affine and elastic distortions, overnight",
      command:
        "train --hidden 2500,2000,1500,1000,500 --optimizer adam --learning-rate 0.0005 --batch-size 256 --epochs 400 "
        + "--schedule cosine \(ciresanAugment) --clean-epochs 25 --checkpoint ciresan-2500 --resume ciresan-2500",
      seeds: 1, seconds: 12 * 3600,
      deviations: ciresanDeviations + [
        "The folder ciresan-2500 has the checkpoints: the same command continues an interrupted run."
      ]),
    .error(
      "meier-committee", .published(0.39),
      source: "Meier, Cireşan, Gambardella and Schmidhuber (2011), ICDAR",
      what: "committee of 25 networks 784-800-10, elastic distortions",
      command:
        "train --hidden 800 --optimizer nesterov --learning-rate 0.2 --batch-size 256 --epochs 30 --schedule cosine "
        + "\(ciresanAugment) --clean-epochs 3", seeds: 25, seconds: 30, measure: .committeeError(.of(25)),
      measured: "0.61, so outside the band; the 25 networks have 0.70, standard deviation 0.05",
      deviations: [
        "The source normalizes widths and slants the digits, each network differently, so that its networks err on other images; here all see "
          + "the same images, distorted, and the committee is 0.09 points better than a network."
      ]),
    .error(
      "ciresan-committee", .published(0.31),
      source: "Cireşan, Meier, Gambardella and Schmidhuber (2011), arXiv 1103.4487",
      what: "committee of 7 networks 784-1000-500-10, affine and elastic distortions",
      command: "train \(ciresanNetwork)", seeds: 7, seconds: 110, measure: .committeeError(.of(7)), measured: "0.41",
      deviations: ciresanDeviations + [
        "The source has deeper networks, up to 2500-2000-1500-1000-500, and normalizes widths and slants of the digits, for each network "
          + "differently; here all see the same images, distorted."
      ]),
  ]

  private static let batchSizes =
    "compare --hidden 128 --optimizer sgd --batch-size 16,64,256,1024,4096 --epochs 10 --target-accuracy 0.95 "
    + "--gradients partial --workers 2"

  private static let momentumSizes = batchSizes.replacing("--optimizer sgd", with: "--optimizer sgd,momentum")
  private static let shallue = "Shallue et al. (2018), JMLR 20(112), section 4.1"
  private static let shallueDeviations = [
    "One search of the learning rate per batch size, not 100 trials of learning rate, momentum and schedule. Steps to the target are known "
      + "to within 12 %, the spacing of the evaluations."
  ]

  private static let batches: [Reproduction] = [
    Reproduction(
      name: "shallue-steps", source: shallue,
      what: "784-128-10, steps to 95 % test accuracy by batch size, learning rates searched: the slope at first",
      command: batchSizes, expected: "1: perfect scaling, half the steps with twice the batch", expectedValue: 1,
      measure: .scalingExponent, band: 0.8...1.2, basis: .source, seeds: 1, seconds: 60,
      deviations: shallueDeviations, measured: "1.00"),
    Reproduction(
      name: "shallue-returns", source: shallue,
      what: "784-128-10, the same steps: efficiency of the largest batch that reaches the target",
      command: batchSizes, expected: "well below 1: diminishing returns, then none", measure: .largestBatchEfficiency,
      band: 0...0.5, basis: .source, seeds: 1, seconds: 60,
      deviations: shallueDeviations + [
        "The source has no number for this network: below one half counts as diminished. A batch of 4,096 does not reach the target in ten "
          + "epochs."
      ], measured: "0.25, of a batch of 1,024"),
    Reproduction(
      name: "shallue-momentum", source: shallue,
      what: "784-128-10, the same steps with and without momentum 0.9: critical batch size with it over that without",
      command: momentumSizes, expected: "above 1: momentum extends perfect scaling", measure: .criticalBatchRatio,
      band: 1...100, basis: .source, seeds: 1, seconds: 120,
      deviations: shallueDeviations + ["The source searches for the momentum, too."],
      measured: "2.18, of 608 and 279"),
    Reproduction(
      name: "mccandlish-noise", source: "McCandlish et al. (2018), arXiv 1812.06162, figure 4",
      what: "784-128-10, critical batch size over gradient noise scale", command: batchSizes,
      expected: "1, within an order of magnitude", expectedValue: 1, measure: .criticalBatchOverNoiseScale,
      band: 0.1...10,
      basis: .source, seeds: 1, seconds: 60,
      deviations: ["The noise scale is measured between the workers' shards of a batch."], measured: "1.06"),
  ]
}
