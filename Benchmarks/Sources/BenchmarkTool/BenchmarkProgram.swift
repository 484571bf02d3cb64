import Foundation
import JSON

/// Runs what was asked for, prints it and writes it as JSON.
struct BenchmarkProgram {
  var options: BenchmarkOptions

  /// - Returns: the exit status.
  func run() throws -> Int32 {
    if options.command == "fixed" {
      try options.fixed.run(options.instructionSets?.first)
      return 0
    }
    if options.command == "exchange" { return try measureExchange() }
    let machine = Machine.current
    print(machine.text)
    var members: [JSONValue.Member] = [.init("machine", machine.json)]
    var status: Int32 = 0
    func wants(_ name: String) -> Bool { options.command == name || options.command == "all" }
    let data = try BenchmarkData.load(options)
    print(data.description + "\n")
    members.append(.init("data", .string(data.description)))
    if wants("kernels") { members.append(.init("kernels", try KernelBenchmarks(data, options).run())) }
    if wants("barriers") {
      members.append(.init("barriers", BarrierBenchmark(options).run()))
      members.append(.init("handovers", HandoverBenchmark(options).run()))
    }
    if wants("step") { members.append(.init("step", try StepBenchmark(data, options).run())) }
    if wants("epochs") { members.append(.init("epochs", try EpochBenchmark(data, options).run())) }
    if wants("choices") { members.append(.init("choices", try ChoiceBenchmark(data, options).run())) }
    if options.command == "ratios" {
      let ratios = try RatioChecks(data, options).run()
      members.append(.init("ratios", .array(ratios.map(\.json))))
      status = ratios.allSatisfy(\.holds) ? 0 : 1
    }
    let tables = members.filter { ["kernels", "step", "epochs", "choices"].contains($0.name) }
    if let filter = options.filter, !tables.isEmpty, tables.allSatisfy({ Self.rows($0.value).isEmpty }) {
      throw BenchmarkError("--filter: no kernel or run has '\(filter)' in its name")
    }
    members.append(.init("load_average_after", .number(Machine.loadAverage())))
    try write(members)
    return status
  }

  /// The rows of a table; of the kernels, those of all instruction sets.
  private static func rows(_ table: JSONValue) -> [JSONValue] {
    guard case .array(let items) = table else { return [] }
    return items.flatMap { item in
      if case .array(let figures)? = item["figures"] { figures } else { [item] }
    }
  }

  /// Measures on all ranks; rank 0 prints and writes.
  private func measureExchange() throws -> Int32 {
    let benchmark = try ExchangeBenchmark(options)
    let machine = Machine.current
    if benchmark.ranks.isRoot { print(machine.text) }
    if let figures = try benchmark.run() {
      try write([
        .init("machine", machine.json), .init("exchange", figures),
        .init("load_average_after", .number(Machine.loadAverage())),
      ])
    }
    benchmark.ranks.finalize()
    return 0
  }

  private func write(_ members: [JSONValue.Member]) throws {
    guard let path = options.json else { return }
    try (JSONValue.object(members).text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
  }
}
