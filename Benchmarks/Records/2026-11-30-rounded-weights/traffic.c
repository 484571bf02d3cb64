// The memory traffic of the weights in a step of the deep network, without products: each of the threads reads all weights twice (forward and
// backward pass), then updates its part. "floats": passes read float32. "copy": passes read bfloat16, and the update also writes it.
// cc -O3 -march=native -ffast-math -pthread traffic.c -o traffic && ./traffic THREADS ROUNDS
// Prints the milliseconds of "floats" and of "copy" of each round.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LAYERS = 6 };
static const long widths[LAYERS + 1] = {784, 2512, 2000, 1504, 1008, 512, 16};
static long count;
static float *weights, gradient[2048] __attribute__((aligned(64)));
static uint16_t *rounded;
static pthread_barrier_t barrier;
static double seconds[2];
static int threads = 2, rounds = 100;
static volatile float sink;
static volatile uint32_t bits;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void read_floats(void) {
  float sum = 0;
  for (long i = 0; i < count; i++) sum += weights[i];
  sink = sum;
}

static void read_rounded(void) {
  uint32_t all = 0;
  const uint32_t *words = (const uint32_t *)rounded;
  for (long i = 0; i < count / 2; i++) all ^= words[i];
  bits = all;
}

static void update(long first, long last, int copies) {
  for (long piece = first; piece < last; piece += 2048) {
    long n = last - piece < 2048 ? last - piece : 2048;
    float *restrict w = weights + piece;
    for (long i = 0; i < n; i++) w[i] -= 1e-6f * gradient[i];
    if (!copies) continue;
    const uint32_t *restrict b = (const uint32_t *)w;
    uint16_t *restrict r = rounded + piece;
    for (long i = 0; i < n; i++) r[i] = (uint16_t)((b[i] + 0x7fff + (b[i] >> 16 & 1)) >> 16);
  }
}

static void *run(void *argument) {
  long thread = (long)argument;
  long part = count / threads / 2048 * 2048, first = part * thread, last = thread + 1 == threads ? count : first + part;
  for (int round = 0; round < 2 * rounds; round++) {
    int copies = round % 2;
    pthread_barrier_wait(&barrier);
    double start = now();
    if (copies) read_rounded(); else read_floats();
    if (copies) read_rounded(); else read_floats();
    pthread_barrier_wait(&barrier);
    update(first, last, copies);
    pthread_barrier_wait(&barrier);
    if (thread == 0) seconds[copies] = now() - start;
    if (thread == 0 && copies) printf("%.3f %.3f\n", seconds[0] * 1e3, seconds[1] * 1e3);
  }
  return 0;
}

int main(int n, char **arguments) {
  if (n > 1) threads = atoi(arguments[1]);
  if (n > 2) rounds = atoi(arguments[2]);
  for (int i = 0; i < LAYERS; i++) count += widths[i] * widths[i + 1];
  count = count / 64 * 64;
  weights = aligned_alloc(64, count * 4);
  rounded = aligned_alloc(64, count * 2);
  for (long i = 0; i < count; i++) weights[i] = 1e-3f * (i % 1000);
  for (int i = 0; i < 2048; i++) gradient[i] = i;
  update(0, count, 1);
  pthread_barrier_init(&barrier, 0, threads);
  pthread_t others[threads];
  for (long i = 1; i < threads; i++) pthread_create(&others[i], 0, run, (void *)i);
  run(0);
  for (int i = 1; i < threads; i++) pthread_join(others[i], 0);
  return 0;
}
