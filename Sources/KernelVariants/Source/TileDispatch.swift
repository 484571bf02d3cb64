/// Runs the tile of exactly `rows` rows (1...tileRows), with two vectors of columns if `isWide`, else one.
///
/// Each row count has its own instance of the tile: a remainder of eight rows costs eight rows, and no element is
/// computed twice.
@inline(__always)
func tile<Spacing: RowSpacing>(_ o: TileOperands, rows: Int, isWide: Bool, _ spacing: Spacing.Type) {
  let z = Vector()
  if isWide {
    switch rows {
    case 1: wideTile(o, [z], spacing)
    case 2: wideTile(o, [z, z], spacing)
    case 3: wideTile(o, [z, z, z], spacing)
    case 4: wideTile(o, [z, z, z, z], spacing)
    case 5: wideTile(o, [z, z, z, z, z], spacing)
    #if KERNELS_AVX512 || KERNELS_BFLOAT16 || KERNELS_BFLOAT16EMULATED || arch(arm64)
      case 6: wideTile(o, [z, z, z, z, z, z], spacing)
      case 7: wideTile(o, [z, z, z, z, z, z, z], spacing)
      case 8: wideTile(o, [z, z, z, z, z, z, z, z], spacing)
      case 9: wideTile(o, [z, z, z, z, z, z, z, z, z], spacing)
      case 10: wideTile(o, [z, z, z, z, z, z, z, z, z, z], spacing)
      case 11: wideTile(o, [z, z, z, z, z, z, z, z, z, z, z], spacing)
      default: wideTile(o, [z, z, z, z, z, z, z, z, z, z, z, z], spacing)
    #else
      default: wideTile(o, [z, z, z, z, z, z], spacing)
    #endif
    }
  } else {
    switch rows {
    case 1: narrowTile(o, [z], spacing)
    case 2: narrowTile(o, [z, z], spacing)
    case 3: narrowTile(o, [z, z, z], spacing)
    case 4: narrowTile(o, [z, z, z, z], spacing)
    case 5: narrowTile(o, [z, z, z, z, z], spacing)
    #if KERNELS_AVX512 || KERNELS_BFLOAT16 || KERNELS_BFLOAT16EMULATED || arch(arm64)
      case 6: narrowTile(o, [z, z, z, z, z, z], spacing)
      case 7: narrowTile(o, [z, z, z, z, z, z, z], spacing)
      case 8: narrowTile(o, [z, z, z, z, z, z, z, z], spacing)
      case 9: narrowTile(o, [z, z, z, z, z, z, z, z, z], spacing)
      case 10: narrowTile(o, [z, z, z, z, z, z, z, z, z, z], spacing)
      case 11: narrowTile(o, [z, z, z, z, z, z, z, z, z, z, z], spacing)
      default: narrowTile(o, [z, z, z, z, z, z, z, z, z, z, z, z], spacing)
    #else
      default: narrowTile(o, [z, z, z, z, z, z], spacing)
    #endif
    }
  }
}
