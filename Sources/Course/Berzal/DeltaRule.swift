import Descent

/// One step of the delta rule, Δwᵢ = η xᵢ (t − y), worked out on a slide.
enum DeltaRule {
  static let exercise = CourseExercise(
    name: "berzal-delta-rule", document: .berzal,
    what: "one step of the delta rule (regla delta) on the café's bill, and the estimate that gets worse",
    asks:
      "Coffee, juice and toast are paid by the week; from a total that is 350 cents above the estimate of 50 cents "
      + "each, "
      + "the delta rule with η = 1/35 corrects the three prices. The slide shows the corrections, the new error, "
      + "and remarks "
      + "that the estimate of the coffee's price got worse.",
    command:
      "descent train --data cafe.csv --limit 1 --targets 1 --test-fraction 0 --hidden none --no-bias --output identity "
      + "--initializer constant:50 --batch-size 1 --learning-rate 0.0285714 --steps 1",
    notes: [
      "D-16: the quantities, the true prices and the total are in figures that the text lost. x = (5, 2, 3) "
        + "follows from Δw, η and "
        + "the residual, so the total is 850; prices of 50, 150 and 100 cents fit, and coffee's true price must be "
        + "below 75.",
      "The slides order café, zumo, tostadas; exchanged, the first two give Δ = (+20, +50, +30): the same problem.",
    ],
    expectations: [
      .init("dw0", "Δw of coffee (café), cents", 50, within: 1e-3),
      .init("dw1", "Δw of juice (zumo), cents", 20, within: 1e-3),
      .init("dw2", "Δw of toast (tostada), cents", 30, within: 1e-3),
      .init("residual0", "residual t − y before the step, cents", 350, within: 1e-3),
      .init("residual1", "residual t − y after the step, cents", -30, within: 1e-2),
      .init("worse", "cents by which the estimate of coffee's price got worse", 50, within: 1e-3),
      .init("better", "cents by which that of juice got better", 20, within: 1e-3),
      .init("error0", "E = ½(t − y)² before the step", 61250, within: 0.1),
      .init("error1", "E after the step", 450, within: 0.5),
      .init("plain0", "Δw of coffee, Double network", 50, within: 1e-9),
      .init("plain1", "Δw of juice, Double network", 20, within: 1e-9),
      .init("plain2", "Δw of toast, Double network", 30, within: 1e-9),
    ],
    compute: { _ in try compute() })

  private static func compute() throws -> CourseFigures {
    let examples = Cafe.examples([Cafe.week])
    let topology = try Cafe.topology()
    let start = try Cafe.neuron()
    let path = try CourseDescent.path(
      topology, Parameters(start), training: Samples(examples), Cafe.configuration(eta: 1.0 / 35, batchSize: 1),
      steps: 1
    ).map { PlainNetwork(topology: topology, parameters: $0) }
    let plain = try Cafe.plainPath(examples, eta: 1.0 / 35, batchSize: 1, steps: 1)
    var figures = CourseFigures()
    var page = CoursePage("Prices in cents", ["", "coffee", "juice", "toast", "t − y"])
    for (network, label) in zip(path, ["estimate", "after the step"]) {
      page.add(label, network.weights[0] + [residual(network, examples)])
    }
    figures.pages = [page]
    figures.pictures = [
      .curves(
        "Distance from the true price",
        "Cents between each estimate and its true price before (0) and after (1) one step of the delta rule (regla delta): "
          + "juice and toast improve; coffee was right and becomes wrong.", x: "step", y: "cents",
        ["coffee", "juice", "toast"].enumerated().map { item, name in
          CoursePicture.Path(name, path.map { abs($0.weights[0][item] - Cafe.prices[item]) })
        })
    ]
    for price in 0..<3 {
      figures["dw\(price)"] = path[1].weights[0][price] - path[0].weights[0][price]
      figures["plain\(price)"] = plain[1][price] - plain[0][price]
    }
    for step in 0...1 {
      figures["residual\(step)"] = residual(path[step], examples)
      figures["error\(step)"] = Cafe.error(path[step], examples)
    }
    func distance(_ step: Int, _ price: Int) -> Double { abs(path[step].weights[0][price] - Cafe.prices[price]) }
    figures["worse"] = distance(1, 0) - distance(0, 0)
    figures["better"] = distance(0, 1) - distance(1, 1)
    return figures
  }

  private static func residual(_ network: PlainNetwork, _ examples: PlainExamples) -> Double {
    examples.targets[0][0] - network.forward(examples.inputs[0]).output[0]
  }
}
