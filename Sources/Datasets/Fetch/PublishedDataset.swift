/// A data set that can be fetched by name: its files and public mirrors.
package struct PublishedDataset: Sendable {
  /// The name that `data fetch` takes.
  package var name: String
  /// URLs of folders, tried in this order.
  package var mirrors: [String]
  /// The files, each with its size and checksum.
  package var files: [FetchedFile]

  /// All data sets, MNIST first.
  package static let all = [
    PublishedDataset(name: "mnist", mirrors: MNISTFetcher.publicMirrors, files: FetchedFile.mnist),
    PublishedDataset(
      name: "fashion-mnist", mirrors: ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
      files: FetchedFile.unverified(images: (47_040_016, 7_840_016), labels: (60_008, 10_008))),
    PublishedDataset(
      name: "kmnist", mirrors: ["http://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
      files: FetchedFile.unverified(images: (47_040_016, 7_840_016), labels: (60_008, 10_008))),
    PublishedDataset(
      name: "qmnist", mirrors: ["https://raw.githubusercontent.com/facebookresearch/qmnist/master/"],
      files: [
        FetchedFile(name: "qmnist-train-images-idx3-ubyte", size: 47_040_016, packedSize: 9_700_000),
        FetchedFile(name: "qmnist-train-labels-idx2-int", size: 1_920_012, packedSize: 460_000),
        FetchedFile(name: "qmnist-test-images-idx3-ubyte", size: 47_040_016, packedSize: 9_700_000),
        FetchedFile(name: "qmnist-test-labels-idx2-int", size: 1_920_012, packedSize: 460_000),
      ]),
    emnist("letters", training: 124_800, test: 20_800),
    emnist("digits", training: 240_000, test: 40_000),
    emnist("balanced", training: 112_800, test: 18_800),
  ]

  /// A part of EMNIST (Cohen et al., 2017), which NIST publishes in one archive. Its images are stored column by column.
  private static func emnist(_ part: String, training: Int, test: Int) -> PublishedDataset {
    let archive = FetchedArchive(name: "gzip.zip", size: 561_753_746)
    func file(_ content: String, size: Int) -> FetchedFile {
      FetchedFile(
        name: "emnist-\(part)-\(content)", sha256: nil, size: size, packedSize: size / 3, archive: archive)
    }
    return PublishedDataset(
      name: "emnist-\(part)", mirrors: ["https://biometrics.nist.gov/cs_links/EMNIST/"],
      files: [
        file("train-images-idx3-ubyte", size: 16 + 784 * training),
        file("train-labels-idx1-ubyte", size: 8 + training),
        file("test-images-idx3-ubyte", size: 16 + 784 * test), file("test-labels-idx1-ubyte", size: 8 + test),
      ])
  }

  /// The data set of this name, in any case; nil if there is none.
  package static func named(_ name: String) -> PublishedDataset? { all.first { $0.name == name.lowercased() } }

  /// A sentence on the command that fetches the data set whose name is the last part of a path; nil if there is none.
  static func fetchCommand(for path: String) -> String? {
    guard let name = path.split(separator: "/").last.flatMap({ named(String($0)) })?.name else { return nil }
    return "'descent data fetch\(name == "mnist" ? "" : " \(name)")' fetches it to Data/\(name)"
  }
}

extension FetchedFile {
  /// A file without a published SHA-256.
  init(name: String, size: Int, packedSize: Int) {
    self.init(name: name, sha256: nil, size: size, packedSize: packedSize)
  }

  /// The four files with MNIST's names and sizes.
  fileprivate static func unverified(images: (Int, Int), labels: (Int, Int)) -> [FetchedFile] {
    [
      FetchedFile(name: "train-images-idx3-ubyte", size: images.0, packedSize: images.0 / 2),
      FetchedFile(name: "train-labels-idx1-ubyte", size: labels.0, packedSize: labels.0 / 2),
      FetchedFile(name: "t10k-images-idx3-ubyte", size: images.1, packedSize: images.1 / 2),
      FetchedFile(name: "t10k-labels-idx1-ubyte", size: labels.1, packedSize: labels.1 / 2),
    ]
  }
}
