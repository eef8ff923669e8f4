/* Standard normals by Box and Muller's way: sqrt(-2 log u) (cos(2 pi v), sin(2 pi v)), two from two uniforms, without rejection.
 *
 *   f64    u = (k + 1/2) 2^-64 and v of 64 bits: a block makes two; at most sqrt(130 log 2) = 9.4926
 *   f32    u = (k + 1/2) 2^-32 and v of 32 bits: a block makes four; at most sqrt(66 log 2) = 6.7637
 *
 * u and v are rounded to their type, which for u near 0 loses nothing. f64 is computed to 2^-50, f32 to 2^-21 of the radius.
 * In a group, units 0 to 15 have the cosines and 16 to 31 the sines; of f32, 32 to 47 and 48 to 63 likewise. */
#ifndef FASTPROB_NORMAL_H
#define FASTPROB_NORMAL_H

#include "math/log.h"
#include "math/log_f32.h"
#include "math/sincospi.h"
#include "random/engine.h"

/* -2 log((low + 2^32 high + 1/2) 2^-64). The two parts are laid into the fractions of powers of two; only their sum is rounded. */
FP_INLINE double exponential_f64(uint32_t low, uint32_t high)
{
  const double a = from_bits_f64(UINT64_C(0x4530000000000000) | high);
  const double b = from_bits_f64(UINT64_C(0x4320000000000001) | (uint64_t)low << 1);
  const log_split l = split_log(a - (0x1p84 + 0x1p51) + b);
  return fma_f64(-2.0 * LN2, l.k - 64.0, -2.0 * (l.f - minus_log1pmx(l)));
}

/* 2 v - 1 of the 64 bits, from its lower end 2^-63 apart. */
FP_INLINE double half_turns_f64(uint32_t low, uint32_t high)
{
  const double a = from_bits_f64(UINT64_C(0x4330000000000000) | high), b = from_bits_f64(UINT64_C(0x4130000000000000) | low);
  return fma_f64(a - (0x1p52 + 0x1p31), 0x1p-31, (b - 0x1p20) * 0x1p-31);
}

FP_INLINE outputs2_f64 normal_pair_f64(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
  const double radius = __builtin_sqrt(exponential_f64(a, b));
  const sincos_f64 t = sincospi_f64(half_turns_f64(c, d));
  return (outputs2_f64){radius * t.cos, radius * t.sin};
}

/* -2 log((word + 1/2) 2^-32). */
FP_INLINE float exponential_f32(uint32_t word)
{
  const float y = fma_f32((float)(int32_t)(word >> 16), 0x1p16f, (float)(int32_t)(word & 0xffff) + 0.5f);
  const log_split_f32 l = split_log_f32(y);
  return fma_f32(-2.0f * (float)LN2, l.k - 32.0f, -2.0f * log1p_f32(l.f));
}

FP_INLINE outputs2_f32 normal_pair_f32(uint32_t a, uint32_t b)
{
  const float radius = __builtin_sqrtf(exponential_f32(a));
  const sincos_f32 t = sincospi_f32((float)(int32_t)b * 0x1p-31f);
  return (outputs2_f32){radius * t.cos, radius * t.sin};
}

typedef struct { outputs2_f32 first, second; } normal_pairs_f32;

FP_INLINE normal_pairs_f32 normal_pairs_of(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
  return (normal_pairs_f32){normal_pair_f32(a, b), normal_pair_f32(c, d)};
}

FP_INLINE void fp_groups_normal_f64(fp_stream stream, uint64_t block, double *out, size_t groups)
{
  uint32_t w[4 * FP_GROUP];
  for (; groups > 0; groups--, block += FP_GROUP, out += 2 * FP_GROUP) {
    fp_groups_words(stream, block, w, 1);
    FP_IVDEP for (int i = 0; i < FP_GROUP; i++) {
      const outputs2_f64 z = normal_pair_f64(w[i], w[FP_GROUP + i], w[2 * FP_GROUP + i], w[3 * FP_GROUP + i]);
      out[i] = z.a;
      out[FP_GROUP + i] = z.b;
    }
  }
}

FP_INLINE void fp_groups_normal_f32(fp_stream stream, uint64_t block, float *out, size_t groups)
{
  uint32_t w[4 * FP_GROUP];
  for (; groups > 0; groups--, block += FP_GROUP, out += 4 * FP_GROUP) {
    fp_groups_words(stream, block, w, 1);
    FP_IN_GROUP(normal_pairs_f32, normal_pairs_of(w[i], w[FP_GROUP + i], w[2 * FP_GROUP + i], w[3 * FP_GROUP + i]),
                out[i] = r.first.a; out[FP_GROUP + i] = r.first.b; out[2 * FP_GROUP + i] = r.second.a; out[3 * FP_GROUP + i] = r.second.b;)
  }
}

FP_FILL(fp_fill_normal_f32, float, 1, fp_groups_normal_f32)
FP_FILL(fp_fill_normal_f64, double, 2, fp_groups_normal_f64)

#endif
