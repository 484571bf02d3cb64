import Pictures

extension Samples {
  /// Images in MNIST's form as samples for a model; their targets are zeros.
  ///
  /// - Parameter preprocessing: that of the model, for pixels from 0 to 255.
  /// - Throws: `FileError` if there is not enough memory.
  package init(pictures: [MNISTForm], _ preprocessing: Preprocessing) throws {
    let split = RawSplit(
      storage: .bytes(ByteRows(pictures.flatMap(\.pixels), width: MNISTForm.side * MNISTForm.side)),
      targets: .values([Float](repeating: 0, count: pictures.count), width: 1),
      imageShape: ImageShape(height: MNISTForm.side, width: MNISTForm.side))
    var selection = Selection(split, numbering: nil)
    try selection.prepareImages(preprocessing, workers: 1)
    self = try selection.samples(preprocessing.transform, source: "images", part: "to use")
  }
}
