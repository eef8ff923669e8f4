/* Converts elements between storage types. memcpy for each element, since operands may be unaligned. */
#include "core/convert.h"

#include <stdint.h>
#include <string.h>

typedef struct { uint16_t bits; } half;
typedef struct { uint32_t bits; } swapped32;
typedef struct { uint64_t bits; } swapped64;

static float get_half(half h)
{
  /* Exact: exponent and mantissa moved up, then the bias put right by a product, which also normalizes subnormals. */
  const uint32_t magnitude = (uint32_t)(h.bits & 0x7fff) << 13, sign = (uint32_t)(h.bits & 0x8000) << 16;
  const uint32_t special = (h.bits & 0x7c00) == 0x7c00;
  uint32_t u = magnitude;
  float f;
  memcpy(&f, &u, 4);
  f *= 0x1p112f;
  memcpy(&u, &f, 4);
  u = (special ? magnitude | 0x7f800000 : u) | sign;
  memcpy(&f, &u, 4);
  return f;
}
static float get_swapped32(swapped32 s)
{
  const uint32_t u = __builtin_bswap32(s.bits);
  float f;
  memcpy(&f, &u, 4);
  return f;
}
static double get_swapped64(swapped64 s)
{
  const uint64_t u = __builtin_bswap64(s.bits);
  double f;
  memcpy(&f, &u, 8);
  return f;
}
static swapped32 put_swapped32(float f) { swapped32 s; memcpy(&s.bits, &f, 4); s.bits = __builtin_bswap32(s.bits); return s; }
static swapped64 put_swapped64(double f) { swapped64 s; memcpy(&s.bits, &f, 8); s.bits = __builtin_bswap64(s.bits); return s; }

/* The strides are spelled out where elements are contiguous, for the compiler to vectorize. */
#define CONVERT_EACH(FROM, TO, expression, from_step, to_step) \
  for (size_t i = 0; i < n; i++, from += (from_step), to += (to_step)) { \
    FROM v; \
    memcpy(&v, from, sizeof v); \
    const TO w = expression; \
    memcpy(to, &w, sizeof w); \
  }
#define CONVERT(name, FROM, TO, expression) \
  static void name(const char *restrict from, ptrdiff_t from_stride, char *restrict to, ptrdiff_t to_stride, size_t n) { \
    if (from_stride == sizeof(FROM) && to_stride == sizeof(TO)) CONVERT_EACH(FROM, TO, expression, sizeof(FROM), sizeof(TO)) \
    else if (to_stride == sizeof(TO)) CONVERT_EACH(FROM, TO, expression, from_stride, sizeof(TO)) \
    else CONVERT_EACH(FROM, TO, expression, from_stride, to_stride) \
  }
#define BOTH(name, FROM, value) CONVERT(name##_to_f32, FROM, float, (float)(value)) CONVERT(name##_to_f64, FROM, double, (double)(value))

BOTH(f32, float, v)
BOTH(f64, double, v)
BOTH(f16, half, get_half(v))
BOTH(bool8, uint8_t, (int32_t)(-(uint32_t)v >> 31))   /* v != 0, which GCC makes a branch of */
BOTH(i8, int8_t, v)
BOTH(i16, int16_t, v)
BOTH(i32, int32_t, v)
BOTH(i64, int64_t, v)
BOTH(u8, uint8_t, v)
BOTH(u16, uint16_t, v)
BOTH(u32, uint32_t, v)
BOTH(u64, uint64_t, v)
BOTH(swapped32, swapped32, get_swapped32(v))
BOTH(swapped64, swapped64, get_swapped64(v))
CONVERT(f32_to_swapped32, float, swapped32, put_swapped32(v))
CONVERT(f32_to_swapped64, float, swapped64, put_swapped64((double)v))
CONVERT(f64_to_swapped32, double, swapped32, put_swapped32((float)v))
CONVERT(f64_to_swapped64, double, swapped64, put_swapped64(v))

static const struct { fp_convert load[FP_TYPES], save[FP_TYPES]; } stored_types[FP_STORED_TYPES] = {
  [FP_STORED_F32] = {{f32_to_f32, f32_to_f64}, {f32_to_f32, f64_to_f32}},
  [FP_STORED_F64] = {{f64_to_f32, f64_to_f64}, {f32_to_f64, f64_to_f64}},
  [FP_STORED_F16] = {{f16_to_f32, f16_to_f64}, {NULL, NULL}},
  [FP_STORED_BOOL] = {{bool8_to_f32, bool8_to_f64}, {NULL, NULL}},
  [FP_STORED_I8] = {{i8_to_f32, i8_to_f64}, {NULL, NULL}},
  [FP_STORED_I16] = {{i16_to_f32, i16_to_f64}, {NULL, NULL}},
  [FP_STORED_I32] = {{i32_to_f32, i32_to_f64}, {NULL, NULL}},
  [FP_STORED_I64] = {{i64_to_f32, i64_to_f64}, {NULL, NULL}},
  [FP_STORED_U8] = {{u8_to_f32, u8_to_f64}, {NULL, NULL}},
  [FP_STORED_U16] = {{u16_to_f32, u16_to_f64}, {NULL, NULL}},
  [FP_STORED_U32] = {{u32_to_f32, u32_to_f64}, {NULL, NULL}},
  [FP_STORED_U64] = {{u64_to_f32, u64_to_f64}, {NULL, NULL}},
  [FP_STORED_F32_SWAPPED] = {{swapped32_to_f32, swapped32_to_f64}, {f32_to_swapped32, f64_to_swapped32}},
  [FP_STORED_F64_SWAPPED] = {{swapped64_to_f32, swapped64_to_f64}, {f32_to_swapped64, f64_to_swapped64}},
};

fp_convert fp_load(fp_stored stored, int type) { return stored_types[stored].load[type]; }
fp_convert fp_save(int type, fp_stored stored) { return stored_types[stored].save[type]; }
