// Questions and hints to the processor for which Swift has no words. Inlined into the caller: nothing is linked.
#ifndef DESCENT_PROCESSOR_H
#define DESCENT_PROCESSOR_H

#include <stdbool.h>

#if defined(__linux__)
// Declared here: Swift's module of the C library has no <sys/auxv.h>.
extern unsigned long getauxval(unsigned long key);

/// The key of the sixteen random bytes that the kernel gives a process, in its auxiliary vector.
enum { AUXILIARY_RANDOM = 25 };

/// Where those bytes lie: at the very top of the stack. Null where the kernel gives none.
static inline const void *auxiliary_random_bytes(void) { return (const void *)getauxval(AUXILIARY_RANDOM); }

// Declared here: the system's header shows it to GNU sources only, and Swift's modules are built without that.
extern int sched_getaffinity(int process, unsigned long size, void *set);

/// How many processors the scheduler may give this thread, as all of a process unless one is told otherwise; 0 where it does not say.
static inline int processor_affinity_count(void) {
  unsigned long set[128] = {0};
  if (sched_getaffinity(0, sizeof set, set) != 0) return 0;
  int count = 0;
  for (int i = 0; i < 128; i++) count += __builtin_popcountl(set[i]);
  return count;
}

/// Writes the numbers of the processors that the scheduler may give this thread into 128 words, bit after bit. Returns whether it could.
static inline bool processor_affinity(unsigned long *set) {
  return sched_getaffinity(0, 128 * sizeof(unsigned long), set) == 0;
}

extern int sched_setaffinity(int process, unsigned long size, const void *set);
extern int sched_getcpu(void);

/// The number of the processor that this thread runs on; negative where the system does not say.
static inline int processor_current(void) { return sched_getcpu(); }

/// Moves this thread to the first processor that it may use and that is not among `count` taken ones, and leaves it free to be moved on.
/// Returns that processor's number, or -1 where there is none.
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
static inline int processor_current(void) { return -1; }
static inline int processor_move(const int *taken, int count) { return -1; }
#endif

/// Whether the processor, and the system that saves its registers, run AVX-512 F, BW, CD, DQ and VL (x86-64-v4).
/// The compiler runtime asks `cpuid`, so the answer holds under an emulator too, where /proc/cpuinfo shows the host.
static inline bool processor_has_avx512(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd")
      && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

/// Whether the processor runs AVX2, FMA and BMI (x86-64-v3).
static inline bool processor_has_avx2(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi")
      && __builtin_cpu_supports("bmi2");
#else
  return false;
#endif
}

/// Tells the core that this is a spin loop, so that it saves power and leaves the loop without a mis-speculation.
static inline void processor_spin_hint(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("isb");
#endif
}

/// Makes the arithmetic of this thread take subnormal numbers for zero, and make none. Returns how it was before, for
/// `processor_restore_denormals`.
///
/// Many processors take a hundred times longer over such a number, and a run makes millions: the moving averages of weights whose input
/// is seldom anything but zero halve their way down to them and stay.
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

/// Makes the arithmetic of this thread what it was.
static inline void processor_restore_denormals(unsigned long before) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr((unsigned int)before);
#elif defined(__aarch64__)
  __asm__ __volatile__("msr fpcr, %0" : : "r"(before));
#endif
}

/// Asks for the cache line at `address`; never faults.
static inline void processor_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

#endif
