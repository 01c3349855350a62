// What an import of some layers cannot do without; see the script beside this file.
//
//   unavoidable LEVEL BLOCK_SIZE LAYER...
//
// The layers are cut into blocks as firn-store(5) says: whole blocks of files, and small files and
// tail ends one behind the other into fragment blocks of their layer, each content once. Sparse
// members and the content of whiteouts are not treated specially: images have next to none.
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

enum { PIECE = 64 << 10, ROOM = 128 << 10, DIGEST = 32, SECTOR = 512 };

static struct {
  double decode, layer, tar, blocks, tails, compress;
} seconds;
static uint64_t block_count, distinct_count, content_size, tar_size, layer_size, stored_size;
static size_t block_size;
static int level;

static void fail(const char *what) {
  fprintf(stderr, "unavoidable: %s\n", what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

// MARK: SHA-256

static EVP_MD *algorithm;

static EVP_MD_CTX *new_hash(void) {
  EVP_MD_CTX *hash = EVP_MD_CTX_new();
  EVP_DigestInit_ex2(hash, algorithm, NULL);
  return hash;
}

static void digest(const void *bytes, size_t count, unsigned char *result, double *time) {
  double start = now();
  EVP_MD_CTX *hash = new_hash();
  EVP_DigestUpdate(hash, bytes, count);
  EVP_DigestFinal_ex(hash, result, NULL);
  EVP_MD_CTX_free(hash);
  *time += now() - start;
}

// MARK: A set of digests

struct set {
  unsigned char (*slots)[DIGEST];
  unsigned char *used;
  size_t count, size;
};

static int insert(struct set *set, const unsigned char *value);

static void grow(struct set *set) {
  struct set larger = {0};
  larger.size = set->size ? set->size * 2 : 1024;
  larger.slots = malloc(larger.size * DIGEST);
  larger.used = calloc(larger.size, 1);
  for (size_t i = 0; i < set->size; i++)
    if (set->used[i]) insert(&larger, set->slots[i]);
  free(set->slots);
  free(set->used);
  *set = larger;
}

// Whether the digest is new.
static int insert(struct set *set, const unsigned char *value) {
  if (set->count * 2 >= set->size) grow(set);
  uint64_t word;
  memcpy(&word, value, sizeof word);
  size_t i = word & (set->size - 1);
  while (set->used[i]) {
    if (!memcmp(set->slots[i], value, DIGEST)) return 0;
    i = (i + 1) & (set->size - 1);
  }
  set->used[i] = 1;
  memcpy(set->slots[i], value, DIGEST);
  set->count++;
  return 1;
}

// MARK: Blocks

static struct set distinct, tails;
static unsigned char *block, *fragment;
static size_t block_fill, fragment_fill;

static void finish_block(const unsigned char *bytes, size_t count) {
  static ZSTD_CCtx *context;
  static void *output;
  if (!context) {
    context = ZSTD_createCCtx();
    output = malloc(ZSTD_compressBound(block_size));
  }
  unsigned char value[DIGEST];
  digest(bytes, count, value, &seconds.blocks);
  block_count++;
  if (!insert(&distinct, value)) return;
  distinct_count++;
  double start = now();
  size_t size =
      ZSTD_compressCCtx(context, output, ZSTD_compressBound(block_size), bytes, count, level);
  seconds.compress += now() - start;
  stored_size += size <= count - count / 8 ? size : count;
}

static int is_zero(const unsigned char *bytes, size_t count) {
  return bytes[0] == 0 && !memcmp(bytes, bytes + 1, count - 1);
}

static void finish_tail(void) {
  if (!block_fill) return;
  unsigned char value[DIGEST];
  digest(block, block_fill, value, &seconds.tails);
  if (insert(&tails, value)) {
    if (fragment_fill + block_fill > block_size) {
      finish_block(fragment, fragment_fill);
      fragment_fill = 0;
    }
    memcpy(fragment + fragment_fill, block, block_fill);
    fragment_fill += block_fill;
  }
  block_fill = 0;
}

// MARK: tar

static unsigned char sector[SECTOR];
static size_t sector_fill;
static uint64_t remaining, padding, extended_size;
static char *extended;
static size_t extended_fill;
static enum { HEADER, CONTENT, EXTENDED, SKIPPED, PADDING } part;
static int has_size;

static uint64_t number(const unsigned char *field, size_t count) {
  uint64_t value = 0;
  if (field[0] & 0x80) {
    for (size_t i = count - 8; i < count; i++) value = value << 8 | field[i];
    return value;
  }
  for (size_t i = 0; i < count && (field[i] == ' ' || (field[i] >= '0' && field[i] < '8')); i++)
    if (field[i] != ' ') value = value * 8 + field[i] - '0';
  return value;
}

// Finds the size in a PAX header.
static void read_extended(void) {
  for (size_t at = 0; at < extended_fill;) {
    size_t length = strtoul(extended + at, NULL, 10);
    char *space = memchr(extended + at, ' ', extended_fill - at);
    if (!length || !space) fail("a PAX header");
    if (!strncmp(space + 1, "size=", 5)) {
      extended_size = strtoull(space + 6, NULL, 10);
      has_size = 1;
    }
    at += length;
  }
  extended_fill = 0;
}

static void end_part(void) {
  if (part == CONTENT) finish_tail();
  if (part == EXTENDED) read_extended();
  part = padding ? PADDING : HEADER;
  remaining = padding;
  padding = 0;
}

static void read_header(void) {
  if (!sector[0]) return;
  unsigned char type = sector[156];
  uint64_t size = number(sector + 124, 12);
  int is_link = type >= '1' && type <= '6';
  int is_extended = type == 'x';
  int is_other = type == 'g' || type == 'L' || type == 'K';
  if (has_size && !is_extended && !is_other) {
    size = extended_size;
    has_size = 0;
  }
  if (is_link) size = 0;
  remaining = size;
  padding = (SECTOR - size % SECTOR) % SECTOR;
  part = is_extended ? EXTENDED : is_other ? SKIPPED : CONTENT;
  if (is_extended) extended = realloc(extended, size + 1);
  if (!remaining) end_part();
}

static void take_content(const unsigned char *bytes, size_t count) {
  content_size += count;
  while (count) {
    size_t room = block_size - block_fill, taken = count < room ? count : room;
    memcpy(block + block_fill, bytes, taken);
    block_fill += taken;
    bytes += taken;
    count -= taken;
    if (block_fill < block_size) continue;
    if (!is_zero(block, block_size)) finish_block(block, block_size);
    block_fill = 0;
  }
}

static void take_tar(const unsigned char *bytes, size_t count) {
  while (count) {
    size_t taken;
    if (part == HEADER) {
      taken = count < SECTOR - sector_fill ? count : SECTOR - sector_fill;
      memcpy(sector + sector_fill, bytes, taken);
      sector_fill += taken;
      if (sector_fill == SECTOR) {
        sector_fill = 0;
        read_header();
      }
    } else {
      taken = count < remaining ? count : remaining;
      if (part == CONTENT) take_content(bytes, taken);
      if (part == EXTENDED) {
        memcpy(extended + extended_fill, bytes, taken);
        extended_fill += taken;
        extended[extended_fill] = 0;
      }
      remaining -= taken;
      if (!remaining) end_part();
    }
    bytes += taken;
    count -= taken;
  }
}

// MARK: Layers

static void take_plain(EVP_MD_CTX *hash, const unsigned char *bytes, size_t count) {
  double start = now();
  EVP_DigestUpdate(hash, bytes, count);
  seconds.tar += now() - start;
  tar_size += count;
  take_tar(bytes, count);
}

static void decode_gzip(const unsigned char *input, size_t size, EVP_MD_CTX *hash) {
  struct inflate_state *state = malloc(sizeof *state);
  unsigned char *output = malloc(ROOM);
  size_t position = 0;
  while (position < size) {
    isal_inflate_init(state);
    state->crc_flag = ISAL_GZIP;
    while (state->block_state != ISAL_BLOCK_FINISH) {
      size_t piece = size - position < PIECE ? size - position : PIECE;
      state->next_in = (unsigned char *)input + position;
      state->avail_in = piece;
      state->next_out = output;
      state->avail_out = ROOM;
      double start = now();
      if (isal_inflate(state) != ISAL_DECOMP_OK) fail("damaged gzip data");
      seconds.decode += now() - start;
      position += piece - state->avail_in;
      if (state->avail_in == piece && state->avail_out == ROOM) fail("truncated gzip data");
      take_plain(hash, output, ROOM - state->avail_out);
    }
  }
  free(output);
  free(state);
}

static void decode_zstd(const unsigned char *input, size_t size, EVP_MD_CTX *hash) {
  ZSTD_DCtx *context = ZSTD_createDCtx();
  unsigned char *output = malloc(ROOM);
  ZSTD_inBuffer in = {input, size, 0};
  ZSTD_outBuffer out = {output, ROOM, ROOM};
  while (in.pos < size || out.pos == ROOM) {
    out.pos = 0;
    double start = now();
    if (ZSTD_isError(ZSTD_decompressStream(context, &out, &in))) fail("damaged zstd data");
    seconds.decode += now() - start;
    take_plain(hash, output, out.pos);
  }
  free(output);
  ZSTD_freeDCtx(context);
}

static void take_layer(const char *path) {
  int file = open(path, O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status)) fail(path);
  size_t size = status.st_size;
  unsigned char *input = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (input == MAP_FAILED) fail(path);
  unsigned char value[DIGEST];
  digest(input, size, value, &seconds.layer);
  layer_size += size;

  EVP_MD_CTX *hash = new_hash();
  if (size > 4 && input[0] == 0x1F && input[1] == 0x8B) decode_gzip(input, size, hash);
  else if (size > 4 && !memcmp(input, "\x28\xB5\x2F\xFD", 4)) decode_zstd(input, size, hash);
  else take_plain(hash, input, size);
  EVP_MD_CTX_free(hash);

  if (fragment_fill) finish_block(fragment, fragment_fill);
  fragment_fill = 0;
  free(tails.slots);
  free(tails.used);
  memset(&tails, 0, sizeof tails);
  part = HEADER;
  remaining = padding = sector_fill = 0;
  munmap(input, size);
  close(file);
}

int main(int count, char **words) {
  if (count < 4) fail("usage: unavoidable LEVEL BLOCK_SIZE LAYER...");
  level = atoi(words[1]);
  block_size = strtoul(words[2], NULL, 10);
  if (block_size < 4096 || block_size > 1 << 20) fail("BLOCK_SIZE: 4096 to 1048576");
  algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
  block = malloc(block_size);
  fragment = malloc(block_size);
  for (int i = 3; i < count; i++) take_layer(words[i]);
  double total =
      seconds.decode + seconds.layer + seconds.tar + seconds.blocks + seconds.compress;
  printf("{\"gzip_s\":%.3f,\"sha_layer_s\":%.3f,\"sha_tar_s\":%.3f,\"sha_blocks_s\":%.3f,"
         "\"compress_s\":%.3f,\"total_cpu_s\":%.3f,\"sha_tails_s\":%.3f,\"layer_bytes\":%lu,"
         "\"tar_bytes\":%lu,\"content_bytes\":%lu,\"blocks\":%lu,\"distinct_blocks\":%lu,"
         "\"stored_bytes\":%lu}\n",
         seconds.decode, seconds.layer, seconds.tar, seconds.blocks, seconds.compress, total,
         seconds.tails, layer_size, tar_size, content_size, block_count, distinct_count,
         stored_size);
}
