// Processor queries and hints that Swift lacks. All functions are inlined into the caller; nothing is linked.
#ifndef DESCENT_PROCESSOR_H
#define DESCENT_PROCESSOR_H

#include <stdbool.h>

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>

// Declared here, since <unistd.h> declares it for GNU and BSD sources only.
extern long syscall(long number, ...);
#endif

#if defined(__linux__)
// Declared here, since Swift's module of the C library lacks <sys/auxv.h>.
extern unsigned long getauxval(unsigned long key);

/// The key of the sixteen random bytes that the kernel gives a process, in its auxiliary vector.
enum { AUXILIARY_RANDOM = 25 };

/// The address of these bytes, at the top of the stack; null if the kernel gives none.
static inline const void *auxiliary_random_bytes(void) { return (const void *)getauxval(AUXILIARY_RANDOM); }

// Declared here, since the system's header declares it for GNU sources only, and Swift's modules are built without
// these.
extern int sched_getaffinity(int process, unsigned long size, void *set);

/// The number of processors in this thread's affinity mask, by default that of the process; 0 if it is unknown.
static inline int processor_affinity_count(void) {
  unsigned long set[128] = {0};
  if (sched_getaffinity(0, sizeof set, set) != 0) return 0;
  int count = 0;
  for (int i = 0; i < 128; i++) count += __builtin_popcountl(set[i]);
  return count;
}

/// The number of processors in another process's affinity mask; 0 if it is unknown.
static inline int processor_affinity_count_of(int process) {
  unsigned long set[128] = {0};
  if (sched_getaffinity(process, sizeof set, set) != 0) return 0;
  int count = 0;
  for (int i = 0; i < 128; i++) count += __builtin_popcountl(set[i]);
  return count;
}

/// Writes this thread's affinity mask into 128 words, one bit per processor. Returns false on failure.
static inline bool processor_affinity(unsigned long *set) {
  return sched_getaffinity(0, 128 * sizeof(unsigned long), set) == 0;
}

extern int sched_setaffinity(int process, unsigned long size, const void *set);
extern int sched_getcpu(void);

/// The number of the processor that this thread runs on; negative if it is unknown.
static inline int processor_current(void) { return sched_getcpu(); }

/// Moves this thread to the first processor of its affinity mask that is not among the `count` taken ones, then
/// restores the mask. Returns the processor's number, or -1 if there is none.
static inline int processor_move(const int *taken, int count) {
  unsigned long allowed[128] = {0}, one[128] = {0};
  const int bits = 8 * sizeof(unsigned long);
  if (sched_getaffinity(0, sizeof allowed, allowed) != 0) return -1;
  for (int processor = 0; processor < 128 * bits; processor++) {
    if (!(allowed[processor / bits] >> processor % bits & 1)) continue;
    int is_taken = 0;
    for (int i = 0; i < count; i++) is_taken |= taken[i] == processor;
    if (is_taken) continue;
    one[processor / bits] = 1UL << processor % bits;
    if (sched_setaffinity(0, sizeof one, one) != 0) return -1;
    sched_setaffinity(0, sizeof allowed, allowed);
    return processor;
  }
  return -1;
}
#else
static inline int processor_affinity_count(void) { return 0; }
static inline int processor_affinity_count_of(int process) { return 0; }
static inline int processor_current(void) { return -1; }
static inline int processor_move(const int *taken, int count) { return -1; }
#endif

/// Returns true if the processor and the operating system support AVX-512 F, BW, CD, DQ and VL (x86-64-v4). The
/// compiler runtime uses `cpuid`, so that the answer holds under an emulator too, where /proc/cpuinfo shows the host.
static inline bool processor_has_avx512(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd")
      && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

/// Returns true if the processor supports AVX2, FMA, BMI1 and BMI2. Known processors with these also have the other
/// instructions of x86-64-v3, for which the kernels are compiled (LZCNT, MOVBE, F16C).
static inline bool processor_has_avx2(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi")
      && __builtin_cpu_supports("bmi2");
#else
  return false;
#endif
}

#if defined(__x86_64__)
/// The registers EAX, EBX, ECX and EDX of a leaf of `cpuid`.
static inline void processor_leaf(unsigned leaf, unsigned subleaf, unsigned registers[4]) {
  registers[0] = leaf, registers[2] = subleaf;
  __asm__ __volatile__("cpuid" : "+a"(registers[0]), "=b"(registers[1]), "+c"(registers[2]), "=d"(registers[3]));
}
#endif

/// Returns true if the processor also supports AVX512_BF16: sums of products of bfloat16 numbers.
static inline bool processor_has_bfloat16_products(void) {
#if defined(__x86_64__)
  unsigned registers[4];
  if (!processor_has_avx512()) return false;
  processor_leaf(7, 0, registers);
  if (registers[0] < 1) return false;
  processor_leaf(7, 1, registers);
  return registers[0] >> 5 & 1;
#else
  return false;
#endif
}

#if defined(__x86_64__) && defined(__linux__)
// Defined here, since <asm/prctl.h> belongs to the kernel headers, which may be missing or older.
enum { STATE_PERMITTED = 0x1022, STATE_REQUEST = 0x1023, TILE_STATE = 18 };

/// Returns true if the processor has tiles (AMX) of 16 rows of 64 bytes, eight of them, and multiplies bfloat16 numbers in
/// them, and if the operating system keeps their contents.
static inline bool processor_describes_tiles(void) {
  unsigned registers[4];
  // Every processor with tiles has AVX512_BF16, too.
  if (!processor_has_bfloat16_products()) return false;
  processor_leaf(0, 0, registers);
  if (registers[0] < 0x1d) return false;
  // XGETBV, then AMX-BF16 and AMX-TILE.
  processor_leaf(1, 0, registers);
  if (!(registers[2] >> 27 & 1)) return false;
  processor_leaf(7, 0, registers);
  if (!(registers[3] >> 22 & 1) || !(registers[3] >> 24 & 1)) return false;
  // The states that the operating system saves: the configuration of tiles, and their contents.
  unsigned low, high;
  __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low >> 17 & 3) != 3) return false;
  // Palette 1: bytes of a tile, of a row, the number of tiles, and of rows.
  processor_leaf(0x1d, 0, registers);
  if (registers[0] < 1) return false;
  processor_leaf(0x1d, 1, registers);
  return registers[0] >> 16 == 1024 && (registers[1] & 0xffff) == 64 && registers[1] >> 16 >= 8
      && (registers[2] & 0xffff) == 16;
}

/// Returns true if this process may use tiles. Linux must permit it before: the first instruction would end the process
/// otherwise. It refuses where a thread's signal stack is too small for their contents, or the process is confined.
static inline bool processor_permits_tiles(void) {
  unsigned long permitted = 0;
  if (!processor_describes_tiles()) return false;
  if (syscall(SYS_arch_prctl, STATE_REQUEST, (unsigned long)TILE_STATE) != 0) return false;
  return syscall(SYS_arch_prctl, STATE_PERMITTED, &permitted) == 0 && (permitted >> TILE_STATE & 1);
}
#else
static inline bool processor_describes_tiles(void) { return false; }
static inline bool processor_permits_tiles(void) { return false; }
#endif

/// Returns true for a processor of AMD.
static inline bool processor_is_amd(void) {
#if defined(__x86_64__)
  unsigned registers[4];
  processor_leaf(0, 0, registers);
  return registers[1] == 0x68747541 && registers[3] == 0x69746e65 && registers[2] == 0x444d4163;
#else
  return false;
#endif
}

/// Returns the processor's family, as /proc/cpuinfo names it: 25 for Zen 3 and Zen 4 of AMD, 26 for Zen 5; 0 if unknown.
static inline int processor_family(void) {
#if defined(__x86_64__)
  unsigned registers[4];
  processor_leaf(1, 0, registers);
  unsigned family = registers[0] >> 8 & 15;
  return (int)(family == 15 ? 15 + (registers[0] >> 20 & 255) : family);
#else
  return 0;
#endif
}

/// Marks a spin loop: the core saves power in it, and leaves it without a mis-speculation.
static inline void processor_spin_hint(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("isb");
#endif
}

/// Sets this thread's arithmetic to read and write subnormal numbers as zero. Returns the previous control register,
/// for `processor_restore_denormals`.
///
/// Arithmetic on subnormal numbers is up to a hundred times slower on many processors, and a run creates millions of
/// them: the moving averages of weights with a rarely active input decay to subnormal numbers.
static inline unsigned long processor_flush_denormals(void) {
#if defined(__x86_64__)
  unsigned int before = __builtin_ia32_stmxcsr();
  // Bit 15: results become zero (FTZ); bit 6: operands count as zero (DAZ).
  __builtin_ia32_ldmxcsr(before | 0x8040);
  return before;
#elif defined(__aarch64__)
  unsigned long before;
  __asm__ __volatile__("mrs %0, fpcr" : "=r"(before));
  // Bit 24: both (FZ).
  __asm__ __volatile__("msr fpcr, %0" : : "r"(before | 1UL << 24));
  return before;
#else
  return 0;
#endif
}

/// Restores the floating-point control register of this thread.
static inline void processor_restore_denormals(unsigned long before) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr((unsigned int)before);
#elif defined(__aarch64__)
  __asm__ __volatile__("msr fpcr, %0" : : "r"(before));
#endif
}

/// Prefetches the cache line at `address`; never faults.
static inline void processor_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

/// The bytes of `processor_with_scratch`: 132 rows of 256 floats.
enum { PROCESSOR_SCRATCH = 132 * 256 * 4 };

/// Calls `body` with memory on the stack, at an address that is a multiple of 64: kernels get no other memory, and must
/// not allocate.
static inline __attribute__((always_inline, unused)) void processor_with_scratch(
    const void *operands, void (*body)(void *scratch, const void *operands)) {
  _Alignas(64) unsigned char scratch[PROCESSOR_SCRATCH];
  body(scratch, operands);
}

#endif
