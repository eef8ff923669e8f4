/* What every kernel file needs: symbol suffix of the CPU target, types, bit casts, fused multiply-add. */
#ifndef FASTPROB_TARGET_H
#define FASTPROB_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <float.h>
#include <math.h>

#if defined(__FAST_MATH__)
#error "fastprob's error bounds and reproducible bits need strict IEEE arithmetic: compile without -ffast-math"
#endif
#if FLT_EVAL_METHOD != 0
#error "fastprob needs FLT_EVAL_METHOD == 0: arithmetic in the type of the operands"
#endif

#define FP_CAT2(a, b) a##b
#define FP_CAT(a, b) FP_CAT2(a, b)
#define FP_CAT3(a, b, c) FP_CAT(FP_CAT2(a, b), c)
/* Every symbol of a target's library ends in the target's name, so that several can be linked together. */
#define FP_SYM(name) FP_CAT3(name, _, FP_TARGET)

#define FP_REAL_f32 float
#define FP_REAL_f64 double
#define FP_UINT_f32 uint32_t
#define FP_UINT_f64 uint64_t

/* FP_IS(macro) is 1 when that macro is ",1" and 0 when it is not defined. */
#define FP_SECOND(a, b, ...) b
#define FP_SECOND_OF(...) FP_SECOND(__VA_ARGS__)
#define FP_IS(probe) FP_SECOND_OF(probe, 0, 0)

/* GCC leaves a merely inline kernel as a call, and then vectorizes nothing. */
#define FP_INLINE static inline __attribute__((always_inline))
#define FP_INLINE_SOMEWHERE FP_INLINE __attribute__((unused))   /* what some targets do without, which Clang would warn of */
#if defined(__clang__) && defined(__x86_64__) && !defined(__FMA__)   /* rows of calls of the C library, in a vector as well */
#define FP_UNROLL _Pragma("clang loop unroll(full)")
#define FP_IVDEP _Pragma("clang loop vectorize(disable) interleave(disable) unroll(disable)")
#define FP_MIX FP_IVDEP
#define FP_FEW FP_IVDEP
#elif defined(__clang__)
#define FP_UNROLL _Pragma("clang loop unroll(full)")
#define FP_IVDEP _Pragma("clang loop vectorize(assume_safety)")
#define FP_MIX _Pragma("clang loop vectorize(assume_safety) interleave_count(4)")   /* several vectors at a time */
#define FP_FEW FP_IVDEP
#else
#define FP_UNROLL _Pragma("GCC unroll 32")
#define FP_IVDEP _Pragma("GCC ivdep")
#define FP_MIX FP_IVDEP
/* For a few elements, of known number: GCC would unroll the loop before it vectorizes, and then leave it scalar. */
#define FP_FEW _Pragma("GCC ivdep") _Pragma("GCC unroll 1")
#endif

FP_INLINE uint64_t bits_f64(double x) { uint64_t u; memcpy(&u, &x, 8); return u; }
FP_INLINE uint32_t bits_f32(float x) { uint32_t u; memcpy(&u, &x, 4); return u; }
FP_INLINE double from_bits_f64(uint64_t u) { double x; memcpy(&x, &u, 8); return x; }
FP_INLINE float from_bits_f32(uint32_t u) { float x; memcpy(&x, &u, 4); return x; }
FP_INLINE double abs_f64(double x) { return __builtin_fabs(x); }
FP_INLINE float abs_f32(float x) { return __builtin_fabsf(x); }
FP_INLINE double fma_f64(double a, double b, double c) { return __builtin_fma(a, b, c); }
FP_INLINE float fma_f32(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
FP_INLINE double root_f64(double x) { return __builtin_sqrt(x); }
FP_INLINE float root_f32(float x) { return __builtin_sqrtf(x); }
FP_INLINE double copysign_f64(double x, double s) { return __builtin_copysign(x, s); }
FP_INLINE float copysign_f32(float x, float s) { return __builtin_copysignf(x, s); }

/* A constant whose value the compiler does not know. GCC sees a minimum or a maximum of x86 only in a choice between variables: with a
 * constant it compares, and then chooses. */
extern const double fp_zero;
#if defined(__x86_64__) && !defined(__clang__)
#define FP_UNKNOWN(T, x) ((x) + (FP_REAL_##T)fp_zero)
#else
#define FP_UNKNOWN(T, x) (x)
#endif

#define FP_INF_f64 __builtin_inf()
#define FP_INF_f32 __builtin_inff()
#define FP_NAN_f64 __builtin_nan("")
#define FP_NAN_f32 __builtin_nanf("")

/* The one NaN that is ever returned, whatever payload or sign the CPU's arithmetic made. */
FP_INLINE double canonical_f64(double x) { return x == x ? x : FP_NAN_f64; }
FP_INLINE float canonical_f32(float x) { return x == x ? x : FP_NAN_f32; }

/* Kernels with several outputs return one of these. */
typedef struct { double a, b; } outputs2_f64;
typedef struct { float a, b; } outputs2_f32;
typedef struct { double a, b, c; } outputs3_f64;
typedef struct { float a, b, c; } outputs3_f32;
typedef struct { double a, b, c, d; } outputs4_f64;
typedef struct { float a, b, c, d; } outputs4_f32;

#endif
