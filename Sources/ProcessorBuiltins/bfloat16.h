// Instructions on bfloat16 numbers (AVX512_BF16), one each, for Swift, which does not import their types. All functions
// are inlined into the caller, a module that is compiled for these instructions; other modules do not see them.
#ifndef DESCENT_BFLOAT16_H
#define DESCENT_BFLOAT16_H

#if defined(__AVX512BF16__)

/// Sixteen floats, and sixteen pairs of bfloat16 numbers: the first of a pair in the low half of a word.
typedef float bfloat16_floats __attribute__((ext_vector_type(16)));
typedef unsigned int bfloat16_words __attribute__((ext_vector_type(16)));

typedef float bfloat16_float_operand __attribute__((vector_size(64)));
typedef __bf16 bfloat16_operand __attribute__((vector_size(64)));
typedef unsigned short bfloat16_halves __attribute__((ext_vector_type(32)));

#define BFLOAT16_FUNCTION static inline __attribute__((always_inline, unused))

/// For each lane: sum + a₁ · b₁, then + a₀ · b₀, each a fused multiply-add (VDPBF16PS).
BFLOAT16_FUNCTION bfloat16_floats bfloat16_add_products(bfloat16_floats sum, bfloat16_words a, bfloat16_words b) {
  return (bfloat16_floats)__builtin_ia32_dpbf16ps_512(
      (bfloat16_float_operand)sum, (bfloat16_operand)a, (bfloat16_operand)b);
}

/// Rounds 32 adjacent numbers to 16 pairs of neighbors (VCVTNE2PS2BF16).
BFLOAT16_FUNCTION bfloat16_words bfloat16_neighbors(bfloat16_floats low, bfloat16_floats high) {
  return (bfloat16_words)__builtin_ia32_cvtne2ps2bf16_512((bfloat16_float_operand)high, (bfloat16_float_operand)low);
}

/// Rounds two vectors to pairs of their lanes: VCVTNE2PS2BF16, and a permutation of words.
BFLOAT16_FUNCTION bfloat16_words bfloat16_pairs(bfloat16_floats first, bfloat16_floats second) {
  bfloat16_halves halves = (bfloat16_halves)bfloat16_neighbors(first, second);
  return (bfloat16_words)__builtin_shufflevector(
      halves, halves, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13,
      29, 14, 30, 15, 31);
}

/// The first `count` floats (0 to 16) at any address, then zeros; memory beyond them is not read.
BFLOAT16_FUNCTION bfloat16_floats bfloat16_load_some(const float *source, long count) {
  return (bfloat16_floats)__builtin_ia32_loadups512_mask(
      (const float *)source, (bfloat16_float_operand)(bfloat16_floats)0.0f, (unsigned short)((1u << count) - 1));
}

#endif

/// The bytes of `bfloat16_with_scratch`: 264 rows of 256 numbers, and 256 rows of 32.
enum { BFLOAT16_SCRATCH = 264 * 256 * 2 + 256 * 32 * 2 };

/// Calls `body` with memory on the stack, at an address that is a multiple of 64: kernels get no other memory, and must
/// not allocate.
static inline __attribute__((always_inline, unused)) void bfloat16_with_scratch(
    const void *operands, void (*body)(void *scratch, const void *operands)) {
  _Alignas(64) unsigned char scratch[BFLOAT16_SCRATCH];
  body(scratch, operands);
}

#endif
