// A setting of the C library's allocator that Swift's module of the C library lacks. Nothing is linked.
#ifndef DESCENT_MEMORY_H
#define DESCENT_MEMORY_H

#include <stdint.h>

#if defined(__GLIBC__)
// Declared here, with M_ARENA_MAX of <malloc.h>, which is not in the module.
extern int mallopt(int parameter, int value);
enum { LARGEST_NUMBER_OF_ARENAS = -8 };

/// Has all threads allocate from one block, instead of reserving 64 MB of addresses for each.
static inline void memory_share_arena(void) { mallopt(LARGEST_NUMBER_OF_ARENAS, 1); }
#else
static inline void memory_share_arena(void) {}
#endif

#endif
