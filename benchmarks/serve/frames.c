/* Compresses files block by block as SquashFS does, and measures what their decompression alone takes:
   what a reader of those blocks cannot do without. Prints processor seconds and bytes of content.

       cc -O2 -o frames frames.c -lzstd; find DIR -type f -print0 | frames BLOCKSIZE LEVEL */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

static double processor(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int count, char **words) {
  if (count != 3) return 2;
  const size_t size = strtoul(words[1], NULL, 10);
  const int level = atoi(words[2]);
  const size_t room = ZSTD_compressBound(size), batch = 256;
  char *plain = malloc(size), *stored = malloc(room * batch);
  size_t lengths[256], held = 0;
  ZSTD_CCtx *compressor = ZSTD_createCCtx();
  ZSTD_DCtx *decompressor = ZSTD_createDCtx();
  unsigned long long sum = 0;
  double spent = 0;
  char *path = NULL;
  size_t capacity = 0;
  int file = -1;
  for (int more = 1; more;) {
    ssize_t got = 0;
    if (file < 0) {
      more = getdelim(&path, &capacity, 0, stdin) > 0;
      if (more) file = open(path, O_RDONLY);
    }
    if (file >= 0) {
      got = read(file, plain, size);
      if (got <= 0) {
        close(file);
        file = -1;
      }
    }
    if (got > 0) {
      size_t done =
          ZSTD_compressCCtx(compressor, stored + held * room, room, plain, got, level);
      /* A block that gets no smaller is stored as it is. */
      if (ZSTD_isError(done)) return 1;
      if (done < (size_t)got) lengths[held++] = done;
      sum += got;
    }
    if (held == batch || !more) {
      double start = processor();
      for (size_t index = 0; index < held; index++)
        ZSTD_decompressDCtx(decompressor, plain, size, stored + index * room, lengths[index]);
      spent += processor() - start;
      held = 0;
    }
  }
  printf("%.6f %llu\n", spent, sum);
  return 0;
}
