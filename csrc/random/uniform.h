/* Uniform numbers from words.
 *
 *               interval            values                                      from
 *   unit_f64    [0, 1)              k 2^-53, k = 0 to 2^53 - 1                  two words
 *   unit_f32    [0, 1)              k 2^-24, k = 0 to 2^24 - 1                  one
 *   open_f64    (0, 1)              k 2^-53, k odd: 2^-53 to 1 - 2^-53          two
 *   open_f32    (0, 1)              k 2^-24, k odd: 2^-24 to 1 - 2^-24          one
 *
 * Every value is equally likely; the open ones lie symmetrically about 1/2, for a logarithm or a quantile to follow. */
#ifndef FASTPROB_UNIFORM_H
#define FASTPROB_UNIFORM_H

#include "math/dd.h"
#include "random/engine.h"

/* high 2^-32 + k 2^-53, k below 2^21: both laid into the fraction of a power of two, by which each is then too large. */
FP_INLINE double unit_of_parts(uint32_t high, uint32_t k)
{
  const double a = from_bits_f64(UINT64_C(0x4130000000000000) | high), b = from_bits_f64(UINT64_C(0x3fe0000000000000) | k);
  return a - (0x1p20 + 0.5) + b;
}
FP_INLINE double unit_f64(uint32_t low, uint32_t high) { return unit_of_parts(high, low >> 11); }
FP_INLINE double open_f64(uint32_t low, uint32_t high) { return unit_of_parts(high, low >> 11 | 1); }
FP_INLINE float unit_f32(uint32_t word) { return (float)(int32_t)(word >> 8) * 0x1p-24f; }
FP_INLINE float open_f32(uint32_t word) { return (float)(int32_t)(word >> 8 | 1) * 0x1p-24f; }

/* The loops over groups of blocks, see FP_FILL. */
#define FP_GROUPS_f32(name, one) \
  FP_INLINE void name(fp_stream stream, uint64_t block, float *out, size_t groups) \
  { \
    for (; groups > 0; groups--, block += FP_GROUP, out += 4 * FP_GROUP) { \
      FP_IN_GROUP(fp_words, threefry(stream, block + (uint64_t)i), \
                  out[i] = one(r.a); out[FP_GROUP + i] = one(r.b); out[2 * FP_GROUP + i] = one(r.c); out[3 * FP_GROUP + i] = one(r.d);) \
    } \
  }
/* The words first, in a loop of their own: in one with doubles the compilers take half a vector of words at a time. */
#define FP_GROUPS_f64(name, one) \
  FP_INLINE void name(fp_stream stream, uint64_t block, double *out, size_t groups) \
  { \
    uint32_t w[4 * FP_GROUP]; \
    for (; groups > 0; groups--, block += FP_GROUP, out += 2 * FP_GROUP) { \
      fp_groups_words(stream, block, w, 1); \
      FP_IVDEP for (int i = 0; i < FP_GROUP; i++) { \
        out[i] = one(w[i], w[FP_GROUP + i]); \
        out[FP_GROUP + i] = one(w[2 * FP_GROUP + i], w[3 * FP_GROUP + i]); \
      } \
    } \
  }

FP_GROUPS_f32(fp_groups_unit_f32, unit_f32)
FP_GROUPS_f64(fp_groups_unit_f64, unit_f64)
FP_GROUPS_f32(fp_groups_open_f32, open_f32)
FP_GROUPS_f64(fp_groups_open_f64, open_f64)
FP_FILL(fp_fill_unit_f32, float, 1, fp_groups_unit_f32)
FP_FILL(fp_fill_unit_f64, double, 2, fp_groups_unit_f64)
FP_FILL(fp_fill_open_f32, float, 1, fp_groups_open_f32)
FP_FILL(fp_fill_open_f64, double, 2, fp_groups_open_f64)

#endif
