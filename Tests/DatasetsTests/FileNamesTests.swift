import Testing

@testable import Datasets

@Suite("Names of files")
struct FileNamesTests {
  @Test(
    "Sources are recognized by an ending of each format, plain or packed, in letters of any size",
    arguments: [
      "a.csv", "A.CSV", "d/b.tsv.gz", "x.data", "notes.txt", "p.libsvm", "p.svm.gz", "x.npy", "x.npz", "M.mat",
      "m.mat.gz",
      "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz",
    ])
  func sources(name: String) { #expect(FileNames.isSource(name) && !FileNames.isImage(name)) }

  @Test("Images are recognized by their endings", arguments: ["a.png", "B.JPG", "c.jpeg", "d.pgm", "e.bmp", "f.webp"])
  func images(name: String) { #expect(FileNames.isImage(name) && !FileNames.isSource(name)) }

  @Test("Other names are neither", arguments: ["csv", "a.safetensors", "a.tar.gz", "a.png.txtx", "model", ""])
  func others(name: String) { #expect(!FileNames.isImage(name) && !FileNames.isSource(name)) }
}
