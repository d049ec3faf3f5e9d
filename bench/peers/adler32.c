/*
 * adler32 by a library in C, PEER_ZLIB, PEER_ISAL or PEER_LIBDEFLATE:
 *   version       the library's, as text
 *   kernel        256 KiB in the cache, again and again for a tenth of a second
 *   file PATH     read() into 1 MiB at a page boundary, and sum it
 * The last two print GB/s as one JSON object.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined(PEER_ZLIB)
#include <zlib.h>
static const char *version(void) { return zlibVersion(); }
static uint32_t sum(uint32_t before, const unsigned char *bytes, size_t length) { return adler32(before, bytes, length); }
#elif defined(PEER_ISAL)
#include <isa-l.h>
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
static const char *version(void) { return TEXT(ISAL_MAJOR_VERSION) "." TEXT(ISAL_MINOR_VERSION); }
static uint32_t sum(uint32_t before, const unsigned char *bytes, size_t length) {
  return isal_adler32(before, bytes, length);
}
#elif defined(PEER_LIBDEFLATE)
#include <libdeflate.h>
static const char *version(void) { return LIBDEFLATE_VERSION_STRING; }
static uint32_t sum(uint32_t before, const unsigned char *bytes, size_t length) {
  return libdeflate_adler32(before, bytes, length);
}
#endif

enum { kernel_bytes = 256 << 10, block_bytes = 1 << 20, page_bytes = 4096 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void print_rate(double bytes, double seconds, uint32_t result) {
  printf("{\"rate\": %.4f, \"sum\": %u}\n", bytes / seconds / 1e9, result);
}

static int sum_kernel(unsigned char *block) {
  uint32_t result = 1;
  double bytes = 0;
  memset(block, 0xa5, kernel_bytes);
  const double start = now();
  do {
    for (int turn = 0; turn < 100; turn++) result = sum(result, block, kernel_bytes);
    bytes += 100.0 * kernel_bytes;
  } while (now() - start < 0.1);
  print_rate(bytes, now() - start, result);
  return 0;
}

static int sum_file(unsigned char *block, const char *path) {
  uint32_t result = 1;
  double bytes = 0;
  ssize_t length;
  memset(block, 0, block_bytes);
  const double start = now();
  const int file = open(path, O_RDONLY);
  while ((length = read(file, block, block_bytes)) > 0) {
    result = sum(result, block, length);
    bytes += length;
  }
  if (length < 0) {
    perror(path);
    return 1;
  }
  print_rate(bytes, now() - start, result);
  return 0;
}

int main(int count, char **words) {
  unsigned char *block = aligned_alloc(page_bytes, block_bytes);
  if (block == NULL) return 1;
  if (count == 2 && strcmp(words[1], "version") == 0) return puts(version()) < 0;
  if (count == 2 && strcmp(words[1], "kernel") == 0) return sum_kernel(block);
  if (count == 3 && strcmp(words[1], "file") == 0) return sum_file(block, words[2]);
  fprintf(stderr, "adler32: version, kernel or file PATH\n");
  return 2;
}
