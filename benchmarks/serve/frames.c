/* Decompresses every zstd frame between two offsets of a file, once, into one buffer: what a reader
   of those blocks cannot do without. Prints the processor seconds and the bytes that came out.

       cc -O2 -o frames frames.c -lzstd; frames FILE */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <zstd.h>

static double processor(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int count, char **words) {
  struct stat status;
  int file = count == 2 ? open(words[1], O_RDONLY) : -1;
  if (file < 0 || fstat(file, &status) != 0) return 2;
  const char *bytes = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (bytes == MAP_FAILED) return 2;
  const size_t room = 1 << 20;
  char *out = malloc(room);
  ZSTD_DCtx *context = ZSTD_createDCtx();
  unsigned long long sum = 0;
  double spent = 0;
  for (off_t at = 96; at + 4 < status.st_size;) {
    size_t size = ZSTD_findFrameCompressedSize(bytes + at, status.st_size - at);
    if (memcmp(bytes + at, "\x28\xb5\x2f\xfd", 4) != 0 || ZSTD_isError(size)) {
      /* A block that is not compressed: on to the next frame. */
      const char *next = memmem(bytes + at + 1, status.st_size - at - 1, "\x28\xb5\x2f\xfd", 4);
      if (next == NULL) break;
      at = next - bytes;
      continue;
    }
    double start = processor();
    size_t got = ZSTD_decompressDCtx(context, out, room, bytes + at, size);
    spent += processor() - start;
    if (ZSTD_isError(got)) {
      at += 1;
      continue;
    }
    sum += got;
    at += size;
  }
  printf("%.6f %llu\n", spent, sum);
  return 0;
}
