import Files
import Foundation
import JSON
import Testing
import Training

@Suite("Metrics")
struct MetricsFileTests {
  static let epoch = EpochMetrics(
    epoch: 1, steps: 938, seconds: 0.25, trainLoss: 0.5, trainAccuracy: 0.875, validationLoss: nil,
    validationAccuracy: nil,
    testLoss: 0.125, testAccuracy: 0.9375, samplesPerSecond: 240000, learningRate: 0.1, gradientNorm: 1e-05)
  static let end = RunEnd(reason: .targetAccuracy, epochs: 1, steps: 938, seconds: 0.25, testAccuracy: 0.9375)

  func text(_ path: String) throws -> String { String(decoding: try readWhole(path), as: UTF8.self) }

  @Test("JSON Lines have exactly the events and keys that scripts rely on, each line there as soon as it is written")
  func jsonLines() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/m.jsonl"
      let file = try MetricsFile(path, isRegression: false)
      #expect(try text(path) == "")
      try file.writeRun(options: [.init("hidden", .string("128")), .init("seed", .number(1))])
      var expected = #"{"event":"run","hidden":"128","seed":1}"# + "\n"
      #expect(try text(path) == expected)
      try file.writeEpoch(Self.epoch)
      expected +=
        #"{"event":"epoch","epoch":1,"steps":938,"seconds":0.25,"train_loss":0.5,"train_accuracy":0.875,"#
        + #""validation_loss":null,"validation_accuracy":null,"test_loss":0.125,"test_accuracy":0.9375,"#
        + #""samples_per_second":240000.0,"learning_rate":0.1,"gradient_norm":1e-05}"# + "\n"
      #expect(try text(path) == expected)
      try file.writeEnd(Self.end)
      expected +=
        #"{"event":"end","reason":"target-accuracy","epochs":1,"steps":938,"seconds":0.25,"test_accuracy":0.9375}"#
        + "\n"
      #expect(try text(path) == expected)
    }
  }

  @Test("A CSV has a header and the epochs, missing figures as empty cells")
  func csv() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/m.CSV"
      let file = try MetricsFile(path, isRegression: false)
      try file.writeRun(options: [.init("seed", .number(1))])
      try file.writeEpoch(Self.epoch)
      try file.writeEnd(Self.end)
      #expect(
        try text(path)
          == "epoch,steps,seconds,train_loss,train_accuracy,validation_loss,validation_accuracy,test_loss,test_accuracy,"
          + "samples_per_second,learning_rate,gradient_norm\n1,938,0.25,0.5,0.875,,,0.125,0.9375,240000.0,0.1,1e-05\n")
    }
  }

  @Test("A regression has its three figures more, in both forms")
  func regression() throws {
    var epoch = Self.epoch
    epoch.trainAccuracy = nil
    epoch.testAccuracy = nil
    epoch.regression = RegressionMetrics(trainRMSE: 0.5, testRMSE: 0.25, testR2: nil)
    try withTemporaryFolder { folder in
      for path in [folder + "/m.csv", folder + "/m.jsonl"] {
        try MetricsFile(path, isRegression: true).writeEpoch(epoch)
      }
      #expect(try text(folder + "/m.csv").hasSuffix(",1e-05,0.5,0.25,\n"))
      #expect(try text(folder + "/m.csv").contains("gradient_norm,train_rmse,test_rmse,test_r2\n"))
      #expect(try text(folder + "/m.jsonl").hasSuffix(#","train_rmse":0.5,"test_rmse":0.25,"test_r2":null}"# + "\n"))
    }
  }

  @Test("Numbers that are not finite are null, and every line is JSON")
  func notFinite() throws {
    var epoch = Self.epoch
    epoch.trainLoss = .nan
    epoch.gradientNorm = .infinity
    try withTemporaryFolder { folder in
      try MetricsFile(folder + "/m", isRegression: false).writeEpoch(epoch)
      let value = try JSONValue.parse(text(folder + "/m").utf8)
      #expect(value["train_loss"] == .null && value["gradient_norm"] == .null)
      #expect(value["test_loss"]?.double == 0.125)
    }
  }

  @Test("An earlier file is truncated, a symbolic link followed")
  func paths() throws {
    try withTemporaryFolder { folder in
      try Data("old".utf8).write(to: URL(fileURLWithPath: folder + "/target"))
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "target")
      _ = try MetricsFile(folder + "/link", isRegression: false)
      #expect(try text(folder + "/target") == "")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "target")
    }
  }

  @Test("A device is written in place; a full one, a missing folder and a folder are reported by name")
  func unwritable() throws {
    try MetricsFile("/dev/null", isRegression: false).writeEpoch(Self.epoch)
    #if os(Linux)
      let full = try MetricsFile("/dev/full", isRegression: false)
      let error = #expect(throws: FileError.self) { try full.writeEpoch(Self.epoch) }
      #expect(error?.file == "/dev/full" && error?.found == "no space left on device")
    #endif
    try withTemporaryFolder { folder in
      for path in [folder, folder + "/none/m.csv"] {
        let error = #expect(throws: FileError.self) { _ = try MetricsFile(path, isRegression: false) }
        #expect(error?.file == path)
      }
    }
  }
}
