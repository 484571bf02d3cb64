extension LoadedData {
  /// Replaces target values by those of the source, rounded to floats.
  package mutating func removeTargetOrigins() {
    training.removeTargetOrigins()
    test?.removeTargetOrigins()
  }
}
