// Instructions of the matrix units of x86-64 (AMX): eight tiles of 16 rows of 64 bytes each. One instruction each, with
// the tiles' numbers in the name, since they must be constants. All instructions are inlined into the caller, a module that
// is compiled for these instructions; other modules do not see them.
#ifndef DESCENT_TILES_H
#define DESCENT_TILES_H

#include "bfloat16.h"

#if defined(__AMX_TILE__) && defined(__AMX_BF16__)

#define TILE_FUNCTION static inline __attribute__((always_inline, unused))

/// Gives each of the eight tiles 16 rows of 64 bytes, all zero (LDTILECFG). Until then, the thread's first instruction on
/// a tile would end the process.
TILE_FUNCTION void tile_configure(void) {
  static const struct {
    unsigned char palette, first_row, reserved[14];
    unsigned short row_bytes[16];
    unsigned char rows[16];
  } shapes = {1, 0, {0}, {64, 64, 64, 64, 64, 64, 64, 64}, {16, 16, 16, 16, 16, 16, 16, 16}};
  __builtin_ia32_tile_loadconfig(&shapes);
}

/// Ends the use of tiles, so that a change of threads does not save them (TILERELEASE).
TILE_FUNCTION void tile_release(void) { __builtin_ia32_tilerelease(); }

/// Loads, stores and clears one tile; `stride`: the bytes from one row of it to the next (TILELOADD, TILESTORED,
/// TILEZERO).
#define TILE_TRANSFERS(tile) \
  TILE_FUNCTION void tile_load_##tile(const void *rows, long stride) { \
    __builtin_ia32_tileloadd64(tile, rows, (unsigned long)stride); \
  } \
  TILE_FUNCTION void tile_store_##tile(void *rows, long stride) { \
    __builtin_ia32_tilestored64(tile, rows, (unsigned long)stride); \
  } \
  TILE_FUNCTION void tile_clear_##tile(void) { __builtin_ia32_tilezero(tile); }

TILE_TRANSFERS(0)
TILE_TRANSFERS(1)
TILE_TRANSFERS(2)
TILE_TRANSFERS(3)
TILE_TRANSFERS(4)
TILE_TRANSFERS(5)
TILE_TRANSFERS(6)
TILE_TRANSFERS(7)

/// Adds a · b to the tile `sum`: rows of 16 pairs in `a`, 16 rows of pairs in `b` (TDPBF16PS).
#define TILE_MULTIPLICATION(sum, a, b) \
  TILE_FUNCTION void tile_multiply_##sum##_##a##_##b(void) { __builtin_ia32_tdpbf16ps(sum, a, b); }

TILE_MULTIPLICATION(0, 4, 6)
TILE_MULTIPLICATION(1, 4, 7)
TILE_MULTIPLICATION(2, 5, 6)
TILE_MULTIPLICATION(3, 5, 7)

/// The bytes of `tiles_with_scratch`, for 256 terms of bfloat16 numbers: 256 rows, 32 rows, a step of 32 rows and terms, and
/// 16 rows of 32 sums.
enum { TILES_SCRATCH = 256 * 256 * 2 + 32 * 256 * 2 + 32 * 32 * 2 + 16 * 32 * 4 };

#else

/// The same, and the eight tiles of the emulation.
enum { TILES_SCRATCH = 256 * 256 * 2 + 32 * 256 * 2 + 32 * 32 * 2 + 16 * 32 * 4 + 8 * 1024 };

#endif

/// Calls `body` with memory on the stack, at an address that is a multiple of 64.
static inline __attribute__((always_inline, unused)) void tiles_with_scratch(
    const void *operands, void (*body)(void *scratch, const void *operands)) {
  _Alignas(64) unsigned char scratch[TILES_SCRATCH];
  body(scratch, operands);
}

#endif
