/* sin(pi x) and cos(pi x). x = n/2 + r exactly with |r| <= 1/4; sin(pi r) = r S(r^2) and cos(pi r) = 1 + r^2 C(r^2) change
 * places and signs with the quadrant n. For |x| < 2^50 (f64), 2^21 (f32); 1 ULP of the larger of the two. */
#ifndef FASTPROB_SINCOSPI_H
#define FASTPROB_SINCOSPI_H

#include "math/coefficients.h"
#include "math/dd.h"

typedef struct { double sin, cos; } sincos_f64;
typedef struct { float sin, cos; } sincos_f32;

FP_INLINE sincos_f64 sincospi_f64(double x)
{
  const double shifted = fma_f64(2.0, x, SHIFT), r = fma_f64(-0.5, shifted - SHIFT, x), square = r * r;
  const uint64_t n = bits_f64(shifted), sign = UINT64_C(1) << 63;
  const double s = r * POLYNOMIAL(sinpi_ratio, square), c = fma_f64(square, POLYNOMIAL(cospi_rest, square), 1.0);
  const double sine = n & 1 ? c : s, cosine = n & 1 ? s : c;
  return (sincos_f64){from_bits_f64(bits_f64(sine) ^ (n << 62 & sign)), from_bits_f64(bits_f64(cosine) ^ ((n + 1) << 62 & sign))};
}

FP_INLINE sincos_f32 sincospi_f32(float x)
{
  const float *const a = (const float[]){(float)sinpi_ratio_short[0], (float)sinpi_ratio_short[1], (float)sinpi_ratio_short[2],
                                         (float)sinpi_ratio_short[3]};
  const float *const b = (const float[]){(float)cospi_rest_short[0], (float)cospi_rest_short[1], (float)cospi_rest_short[2],
                                         (float)cospi_rest_short[3]};
  const float shift = 0x1.8p23f, shifted = fma_f32(2.0f, x, shift), r = fma_f32(-0.5f, shifted - shift, x), square = r * r;
  const uint32_t n = bits_f32(shifted), sign = UINT32_C(1) << 31;
  const float s = r * fma_f32(fma_f32(fma_f32(a[3], square, a[2]), square, a[1]), square, a[0]);
  const float c = fma_f32(square, fma_f32(fma_f32(fma_f32(b[3], square, b[2]), square, b[1]), square, b[0]), 1.0f);
  const float sine = n & 1 ? c : s, cosine = n & 1 ? s : c;
  return (sincos_f32){from_bits_f32(bits_f32(sine) ^ (n << 30 & sign)), from_bits_f32(bits_f32(cosine) ^ ((n + 1) << 30 & sign))};
}

#endif
