/* The fills of random.h as a CPU target's functions. */
#include "random/normal.h"
#include "random/random.h"
#include "random/uniform.h"

#define FP_FILL_FUNCTION(name, type) \
  void FP_SYM(fp_random_##name)(fp_stream stream, uint64_t first, type *out, size_t n); \
  void FP_SYM(fp_random_##name)(fp_stream stream, uint64_t first, type *out, size_t n) { fp_fill_##name(stream, first, out, n); }
FP_RANDOM_FILLS(FP_FILL_FUNCTION)

#define FP_FILL_ENTRY(name, type) FP_SYM(fp_random_##name),
extern const fp_random_kernels FP_SYM(fp_random_kernels);
const fp_random_kernels FP_SYM(fp_random_kernels) = {FP_RANDOM_FILLS(FP_FILL_ENTRY)};
