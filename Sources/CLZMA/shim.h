#include <lzma.h>

/// LZMA_FILTER_LZMA2 and LZMA_VLI_UNKNOWN are macros that expand to a constant macro of
/// <inttypes.h>, which Swift does not import.
static inline lzma_vli firn_lzma_filter_lzma2(void) { return LZMA_FILTER_LZMA2; }
static inline lzma_vli firn_lzma_vli_unknown(void) { return LZMA_VLI_UNKNOWN; }
