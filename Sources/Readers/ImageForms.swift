import Files
import Pictures
import Platform

extension Selection {
  /// Resizes and transposes images: the selected samples get a new storage.
  ///
  /// - Parameter workers: the largest number of threads.
  /// - Throws: `DataOptionError` if a sample is not an image of the required shape, `FileError` if there is not enough
  ///   memory.
  package mutating func prepareImages(_ preprocessing: Preprocessing, workers: Int) throws {
    guard preprocessing.resize != nil || preprocessing.transpose, count > 0, let old = storage else { return }
    let shape = try pictureShape(old.width, preprocessing)
    if let side = preprocessing.resize {
      storage = .floats(try resized(old, from: shape.height, to: side, preprocessing, workers: workers))
      imageShape = ImageShape(height: side, width: side, isTransposed: preprocessing.transpose)
    } else {
      storage =
        switch old {
        case .bytes(let bytes): .bytes(try transposed(bytes, shape))
        case .floats(let floats): .floats(try transposed(floats, shape))
        }
      imageShape = ImageShape(height: shape.height, width: shape.width, isTransposed: true)
    }
    splitRows = rows
    rows = (0..<Int32(count)).map { $0 }
  }

  /// The shape of a sample's image; a row of a table counts as a square image.
  private func pictureShape(_ width: Int, _ preprocessing: Preprocessing) throws(DataOptionError) -> ImageShape {
    let option: DataOption = preprocessing.resize == nil ? .transpose : .resize
    let side = Int(Double(width).squareRoot())
    guard let shape = imageShape ?? (side * side == width ? ImageShape(height: side, width: side) : nil) else {
      throw DataOptionError(option, "needs images; a sample of \(width) features is not a square image")
    }
    if preprocessing.resize != nil, shape.height != shape.width {
      throw DataOptionError(option, "needs square images; these are \(shape.height) × \(shape.width)")
    }
    if let side = preprocessing.resize, !(1...4096).contains(side) {
      throw DataOptionError(option, "\(side) is not a side of an image; expected 1 to 4096")
    }
    return shape
  }

  private func transposed(_ old: ByteRows, _ shape: ImageShape) throws(FileError) -> ByteRows {
    let block = try ByteBlock(count: count * old.width, for: "transposing")
    transpose(old.pointer, shape, into: block.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
    return block.rows(width: old.width)
  }

  private func transposed(_ old: FloatRows, _ shape: ImageShape) throws(FileError) -> FloatRows {
    let memory = try MemoryLimit.take(
      count * old.width * MemoryLayout<Float>.stride, for: "transposing", "\(count) images"
    ).assumingMemoryBound(to: Float.self)
    transpose(old.pointer, shape, into: memory)
    return FloatRows(adopting: memory, rows: count, width: old.width)
  }

  /// Transposes images from row-major to column-major order.
  private func transpose<Pixel>(
    _ pixels: UnsafePointer<Pixel>, _ shape: ImageShape, into target: UnsafeMutablePointer<Pixel>
  ) {
    let size = shape.height * shape.width
    for (sample, row) in rows.enumerated() {
      let from = pixels + Int(row) * size
      let to = target + sample * size
      for y in 0..<shape.height {
        for x in 0..<shape.width { (to + x * shape.height + y).initialize(to: from[y * shape.width + x]) }
      }
    }
  }

  /// Computes R · image · Rᵀ for every sample in Double, in the units of the pixels.
  private func resized(
    _ old: SampleStorage, from: Int, to side: Int, _ preprocessing: Preprocessing, workers: Int
  ) throws(FileError) -> FloatRows {
    // Below 2⁶³: at most 2³¹ samples of 2²⁴ pixels.
    let memory = try MemoryLimit.take(
      count * side * side * MemoryLayout<Float>.stride, for: "resizing", "\(count) images of \(side) × \(side)"
    ).assumingMemoryBound(to: Float.self)
    let resampler = PictureResampler(from: (from, from), to: (side, side), isTransposed: preprocessing.transpose)
    nonisolated(unsafe) let target = memory
    let selected = rows
    // Blocks are disjoint ranges of the new storage, and so large that the time to distribute them is negligible.
    let block = 256
    ParallelLoop.run((count + block - 1) / block, threads: workers) { index in
      // A copy, since each thread needs its own buffer.
      var resampler = resampler
      for sample in (index * block)..<min((index + 1) * block, selected.count) {
        let to = target + sample * side * side
        let row = Int(selected[sample])
        switch old {
        case .bytes(let bytes):
          resampler.resample(bytes.pointer + row * bytes.width, into: to)
        case .floats(let floats):
          resampler.resample(floats.pointer + row * floats.width, into: to)
        }
      }
    }
    return FloatRows(adopting: memory, rows: count, width: side * side)
  }
}
