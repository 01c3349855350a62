// Decoders of gzip, each over the same file in turn; see decoders.md.
//
//   apt-get install libisal-dev libdeflate-dev zlib1g-dev
//   cc -O2 -o /tmp/decoders benchmarks/decoders.c -lz -lisal -ldeflate
//   /tmp/decoders LAYER.tar.gz [ROUNDS]
//
// The file lies in memory and is handed over in pieces of 64 KiB, the output goes to one buffer of
// 128 KiB, as in an import; libdeflate knows no pieces and gets room for all. Printed are medians
// of processor time. The file must be one gzip member without optional header fields but a name.
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

enum { PIECE = 64 << 10, ROOM = 128 << 10, MOST_ROUNDS = 100 };

static unsigned char *input;
static size_t input_size;

static void fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static size_t piece(size_t position) {
  return input_size - position < PIECE ? input_size - position : PIECE;
}

static unsigned long long with_zlib(unsigned char *output) {
  z_stream stream = {0};
  if (inflateInit2(&stream, MAX_WBITS + 16) != Z_OK) fail("zlib");
  unsigned long long total = 0;
  size_t position = 0;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    if (!stream.avail_in) {
      stream.next_in = input + position;
      stream.avail_in = piece(position);
      position += stream.avail_in;
    }
    stream.next_out = output;
    stream.avail_out = ROOM;
    status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END) fail("zlib");
    total += ROOM - stream.avail_out;
  }
  inflateEnd(&stream);
  return total;
}

static unsigned long long with_isal(unsigned char *output) {
  struct inflate_state *state = malloc(sizeof *state);
  isal_inflate_init(state);
  state->crc_flag = ISAL_GZIP;
  unsigned long long total = 0;
  size_t position = 0;
  while (state->block_state != ISAL_BLOCK_FINISH) {
    if (!state->avail_in) {
      state->next_in = input + position;
      state->avail_in = piece(position);
      position += state->avail_in;
      if (!state->avail_in) fail("isal: truncated");
    }
    state->next_out = output;
    state->avail_out = ROOM;
    if (isal_inflate(state) != ISAL_DECOMP_OK) fail("isal");
    total += ROOM - state->avail_out;
  }
  free(state);
  return total;
}

static void with_libdeflate(unsigned char *output, size_t size) {
  struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
  size_t actual = 0;
  if (libdeflate_gzip_decompress(decompressor, input, input_size, output, size, &actual))
    fail("libdeflate");
  libdeflate_free_decompressor(decompressor);
}

static int ascending(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return difference < 0 ? -1 : difference > 0;
}

static void print(const char *name, double *times, int rounds, double yardstick, double megabytes) {
  double median = times[rounds / 2];
  printf("%-10s %.3f s  %.2f of zlib  %.0f MB/s  (%.3f ... %.3f)\n", name, median,
         median / yardstick, megabytes / median, times[0], times[rounds - 1]);
}

int main(int count, char **words) {
  if (count < 2) fail("usage: decoders LAYER.tar.gz [ROUNDS]");
  int rounds = count > 2 ? atoi(words[2]) : 5;
  if (rounds < 1 || rounds > MOST_ROUNDS) fail("ROUNDS: 1 to 100");
  FILE *file = fopen(words[1], "rb");
  if (!file) fail("cannot open the file");
  fseek(file, 0, SEEK_END);
  input_size = ftell(file);
  rewind(file);
  input = malloc(input_size);
  if (fread(input, 1, input_size, file) != input_size) fail("cannot read the file");

  unsigned char *output = malloc(ROOM);
  unsigned long long size = with_zlib(output);
  unsigned char *room = malloc(size);
  memset(room, 1, size);
  static double times[3][MOST_ROUNDS];
  for (int round = 0; round < rounds; round++) {
    double start = now();
    with_zlib(output);
    times[0][round] = now() - start;
    start = now();
    if (with_isal(output) != size) fail("isal: another length");
    times[1][round] = now() - start;
    start = now();
    with_libdeflate(room, size);
    times[2][round] = now() - start;
  }
  for (int kind = 0; kind < 3; kind++) qsort(times[kind], rounds, sizeof(double), ascending);
  const char *names[3] = {"zlib", "isa-l", "libdeflate"};
  for (int kind = 0; kind < 3; kind++)
    print(names[kind], times[kind], rounds, times[0][rounds / 2], size / 1e6);
  printf("%.1f MB of gzip, %.1f MB of tar, %d rounds\n", input_size / 1e6, size / 1e6, rounds);
}
