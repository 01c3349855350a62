// ISA-L's inflate and CRC-32. struct inflate_state holds arrays longer than Swift can show, so it
// is reached through these functions and seen as a pointer to something unknown.
#ifndef FIRN_CISAL_H
#define FIRN_CISAL_H

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdint.h>
#include <stdlib.h>

struct firn_inflate_step {
  /// 0, or below 0 for an error; after one the counts mean nothing.
  int status;
  /// Not 0 once the deflate stream and gzip's trailer are read and right.
  int is_done;
  /// Bytes taken from the input and written to the output.
  uint32_t consumed;
  uint32_t produced;
};

/// Makes ready for the deflate data and the trailer of a gzip member, whose header has been read.
static inline void firn_inflate_reset(void *state) {
  struct inflate_state *inflate = (struct inflate_state *)state;
  isal_inflate_init(inflate);
  inflate->crc_flag = ISAL_GZIP_NO_HDR_VER;
}

/// A new state, to be freed by free(3); NULL when there is no memory.
static inline void *firn_inflate_new(void) {
  void *state = malloc(sizeof(struct inflate_state));
  if (state) firn_inflate_reset(state);
  return state;
}

/// Runs isal_inflate once, over less than 2 GiB each.
static inline struct firn_inflate_step firn_inflate(
    void *state, const void *input, uint32_t input_count, void *output, uint32_t output_count) {
  struct inflate_state *inflate = (struct inflate_state *)state;
  // next_in is not const, but nothing is written through it.
  inflate->next_in = (uint8_t *)input;
  inflate->avail_in = input_count;
  inflate->next_out = (uint8_t *)output;
  inflate->avail_out = output_count;
  struct firn_inflate_step step;
  step.status = isal_inflate(inflate);
  step.is_done = inflate->block_state == ISAL_BLOCK_FINISH;
  step.consumed = input_count - inflate->avail_in;
  step.produced = output_count - inflate->avail_out;
  inflate->next_in = NULL;
  inflate->next_out = NULL;
  return step;
}

#endif
