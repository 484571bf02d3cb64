import Dispatch
import Files

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension Selection {
  /// Carries out `--resize` and `--transpose`: the samples in hand get a storage of their own.
  /// - Throws: `DataOptionError` where a sample is no picture of the needed form.
  mutating func prepareImages(_ preprocessing: Preprocessing) throws {
    guard preprocessing.resize != nil || preprocessing.transpose, count > 0, let old = storage else { return }
    let shape = try pictureShape(old.width, preprocessing)
    if let side = preprocessing.resize {
      storage = .floats(try resized(old, from: shape.height, to: side, transpose: preprocessing.transpose))
      imageShape = ImageShape(height: side, width: side, isTransposed: preprocessing.transpose)
    } else {
      storage =
        switch old {
        case .bytes(let bytes): .bytes(ByteRows(transposed(bytes.pointer, shape), width: old.width))
        case .floats(let floats): .floats(FloatRows(transposed(floats.pointer, shape), width: old.width))
        }
      imageShape = ImageShape(height: shape.height, width: shape.width, isTransposed: true)
    }
    rows = (0..<Int32(count)).map { $0 }
  }

  /// The picture that a sample is; a row of a table counts as a square one.
  private func pictureShape(_ width: Int, _ preprocessing: Preprocessing) throws(DataOptionError) -> ImageShape {
    let option = preprocessing.resize == nil ? "--transpose" : "--resize"
    let side = Int(Double(width).squareRoot())
    guard let shape = imageShape ?? (side * side == width ? ImageShape(height: side, width: side) : nil) else {
      throw DataOptionError(option, "needs pictures; a sample of \(width) features is no square one")
    }
    if preprocessing.resize != nil, shape.height != shape.width {
      throw DataOptionError(option, "needs square pictures; these are \(shape.height) × \(shape.width)")
    }
    if let side = preprocessing.resize, !(1...4096).contains(side) {
      throw DataOptionError(option, "\(side) is no side of a picture; 1 to 4096 are")
    }
    return shape
  }

  /// Column by column what came row by row.
  private func transposed<Pixel>(_ pixels: UnsafePointer<Pixel>, _ shape: ImageShape) -> [Pixel] {
    let size = shape.height * shape.width
    return [Pixel](unsafeUninitializedCapacity: count * size) { buffer, used in
      for (sample, row) in rows.enumerated() {
        let from = pixels + Int(row) * size
        let to = buffer.baseAddress! + sample * size
        for y in 0..<shape.height {
          for x in 0..<shape.width { (to + x * shape.height + y).initialize(to: from[y * shape.width + x]) }
        }
      }
      used = count * size
    }
  }

  /// R · picture · Rᵀ for every sample, computed in Double, in the pixels' own units.
  private func resized(_ old: SampleStorage, from: Int, to side: Int, transpose: Bool) throws(FileError) -> FloatRows {
    let (size, overflow) = (count * side).multipliedReportingOverflow(by: side * MemoryLayout<Float>.stride)
    guard !overflow, let memory = malloc(size)?.assumingMemoryBound(to: Float.self) else {
      throw FileError(
        file: "--resize", found: "\(count) pictures of \(side) × \(side)", expected: "what fits into memory")
    }
    let resampler = PictureResampler(from: (from, from), to: (side, side), isTransposed: transpose)
    nonisolated(unsafe) let target = memory
    let selected = rows
    // Blocks are disjoint parts of the new storage, and large enough that handing them out costs nothing.
    let block = 256
    DispatchQueue.concurrentPerform(iterations: (count + block - 1) / block) { index in
      // A copy: each has lines of its own.
      var resampler = resampler
      for sample in (index * block)..<min((index + 1) * block, selected.count) {
        let to = target + sample * side * side
        let row = Int(selected[sample])
        switch old {
        case .bytes(let bytes):
          resampler.resample(bytes.pointer + row * bytes.width, into: to) { Double($0) }
        case .floats(let floats):
          resampler.resample(floats.pointer + row * floats.width, into: to) { Double($0) }
        }
      }
    }
    return FloatRows(adopting: memory, rows: count, width: side * side)
  }
}
