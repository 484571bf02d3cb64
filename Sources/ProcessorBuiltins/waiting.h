// Waiting until a word of memory changes, by system calls. All functions are inlined into the caller; nothing is
// linked.
#ifndef DESCENT_WAITING_H
#define DESCENT_WAITING_H

#include <stdint.h>

#if defined(__linux__)
#include <sys/syscall.h>

// Declared here, since <unistd.h> declares it for GNU and BSD sources only, and Swift's modules are built without
// these.
extern long syscall(long number, ...);

// Defined here, since <linux/futex.h> belongs to the kernel headers, which may not be installed.
enum { FUTEX_WAIT_IN_PROCESS = 128, FUTEX_WAKE_IN_PROCESS = 129 };

/// Sleeps until `word_wake_all(word)`, if `*word` is `expected`: the comparison and the wait are atomic, so that no
/// change of the word is missed. May return early; the caller reads the word again.
static inline void word_wait(const void *word, uint32_t expected) {
  syscall(SYS_futex, word, FUTEX_WAIT_IN_PROCESS, expected, (void *)0, (void *)0, 0);
}

/// Wakes all threads that sleep on `word`.
static inline void word_wake_all(const void *word) {
  syscall(SYS_futex, word, FUTEX_WAKE_IN_PROCESS, INT32_MAX, (void *)0, (void *)0, 0);
}
#elif defined(__APPLE__)
#include <os/os_sync_wait_on_address.h>

static inline void word_wait(const void *word, uint32_t expected) {
  os_sync_wait_on_address((void *)word, expected, sizeof expected, OS_SYNC_WAIT_ON_ADDRESS_NONE);
}
static inline void word_wake_all(const void *word) {
  os_sync_wake_by_address_all((void *)word, sizeof(uint32_t), OS_SYNC_WAKE_BY_ADDRESS_NONE);
}
#endif

#endif
