/* log y within float, a few ULP: y = 2^k (1 + f), sqrt(1/2) <= 1 + f <= sqrt(2). */
#ifndef FASTPROB_LOG_F32_H
#define FASTPROB_LOG_F32_H

#include "math/coefficients.h"
#include "core/target.h"

typedef struct { float k, f; } log_split_f32;

/* For normal y > 0. */
FP_INLINE log_split_f32 split_log_f32(float y)
{
  const uint32_t root_half = 0x3f3504f3, shifted = bits_f32(y) + (0x3f800000 - root_half);
  return (log_split_f32){(float)((int32_t)(shifted >> 23) - 127), from_bits_f32((shifted & 0x007fffff) + root_half) - 1.0f};
}

/* log(1 + f) for such an f. */
FP_INLINE float log1p_f32(float f)
{
  const int top = sizeof(log1p_rest_short) / sizeof(log1p_rest_short[0]) - 1;
  float rest = (float)log1p_rest_short[top];
  FP_UNROLL for (int i = top - 1; i >= 0; i--) rest = fma_f32(rest, f, (float)log1p_rest_short[i]);
  return fma_f32(-f * f, rest, f);
}

#endif
