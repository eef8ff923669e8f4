/* From noise to draws: each transform of random.h's list as loops over noise and parameters. Parameters are what the Python
 * functions have let through: NaN gives NaN, a scale of 0 the location. */
#include "core/loop.h"
#include "dist/truncnormal.h"
#include "math/exp.h"
#include "math/logistic.h"
#include "random/random.h"

/* low + (high - low) u */
typedef struct { float low, range; } uniform_f32;
typedef struct { double low, range; } uniform_f64;
FP_INLINE uniform_f32 uniform_prepare_f32(float low, float high) { return (uniform_f32){low, high - low}; }
FP_INLINE uniform_f64 uniform_prepare_f64(double low, double high) { return (uniform_f64){low, high - low}; }
FP_INLINE float random_uniform_f32(float u, uniform_f32 p) { return fma_f32(u, p.range, p.low); }
FP_INLINE double random_uniform_f64(double u, uniform_f64 p) { return fma_f64(u, p.range, p.low); }

/* loc + scale z, the scale given as such, by its logarithm or by the logarithm of its square */
typedef struct { float loc, scale; } location_scale_f32;
typedef struct { double loc, scale; } location_scale_f64;
FP_INLINE float exp_any_f32(float x) { return (float)exp_short(at_least(at_most(x, 200.0), -200.0)); }
FP_INLINE double exp_any_f64(double x)
{
  const exp_parts e = exp_dd((dd){at_least(at_most(x, 720.0), -800.0), 0.0});
  return times_power_of_two(1.0 + (e.r + e.rest), e.shifted);
}
typedef location_scale_f32 location_log_scale_f32, location_logvar_f32;
typedef location_scale_f64 location_log_scale_f64, location_logvar_f64;
FP_INLINE location_scale_f32 location_scale_prepare_f32(float loc, float scale) { return (location_scale_f32){loc, scale}; }
FP_INLINE location_scale_f64 location_scale_prepare_f64(double loc, double scale) { return (location_scale_f64){loc, scale}; }
#define FP_PREPARE_SCALE(T, R, half) \
  FP_INLINE location_scale_##T location_log_scale_prepare_##T(R loc, R log_scale) \
  { return (location_scale_##T){loc, exp_any_##T(log_scale)}; } \
  FP_INLINE location_scale_##T location_logvar_prepare_##T(R loc, R logvar) \
  { return (location_scale_##T){loc, exp_any_##T(half * logvar)}; }
FP_PREPARE_SCALE(f32, float, 0.5f)
FP_PREPARE_SCALE(f64, double, 0.5)
FP_INLINE float random_location_scale_f32(float z, location_scale_f32 p) { return fma_f32(p.scale, z, p.loc); }
FP_INLINE double random_location_scale_f64(double z, location_scale_f64 p) { return fma_f64(p.scale, z, p.loc); }
#define random_location_log_scale_f32 random_location_scale_f32
#define random_location_log_scale_f64 random_location_scale_f64
#define random_location_logvar_f32 random_location_scale_f32
#define random_location_logvar_f64 random_location_scale_f64

/* 1 with probability p, else 0. f64: u < p for a u of 53 bits. f32: the noise is a word, all of whose 32 bits count. */
typedef struct { double p; } bernoulli_f32, bernoulli_f64, bernoulli_logits_f32, bernoulli_logits_f64;
FP_INLINE bernoulli_f32 bernoulli_prepare_f32(float p) { return (bernoulli_f32){p * 0x1p32}; }
FP_INLINE bernoulli_f64 bernoulli_prepare_f64(double p) { return (bernoulli_f64){p}; }
FP_INLINE bernoulli_f32 bernoulli_logits_prepare_f32(float logits) { return (bernoulli_f32){expit_short(logits) * 0x1p32}; }
FP_INLINE bernoulli_f64 bernoulli_logits_prepare_f64(double logits) { return (bernoulli_f64){expit_one(logits)}; }
FP_INLINE float random_bernoulli_f32(float noise, bernoulli_f32 b)
{
  const double word = from_bits_f64(UINT64_C(0x4330000000000000) | bits_f32(noise)) - 0x1p52;
  return word < b.p ? 1.0f : 0.0f;
}
FP_INLINE double random_bernoulli_f64(double u, bernoulli_f64 b) { return u < b.p ? 1.0 : 0.0; }
#define random_bernoulli_logits_f32 random_bernoulli_f32
#define random_bernoulli_logits_f64 random_bernoulli_f64

/* The relaxed Bernoulli, 1/(1 + e^-((logits + x)/temperature)) with x logistic */
typedef struct { float logits, temperature; } concrete_f32;
typedef struct { double logits, temperature; } concrete_f64;
FP_INLINE concrete_f32 concrete_prepare_f32(float logits, float temperature) { return (concrete_f32){logits, temperature}; }
FP_INLINE concrete_f64 concrete_prepare_f64(double logits, double temperature) { return (concrete_f64){logits, temperature}; }
FP_INLINE float random_concrete_f32(float x, concrete_f32 p) { return expit_short((p.logits + x) / p.temperature); }
FP_INLINE double random_concrete_f64(double x, concrete_f64 p) { return expit_one((p.logits + x) / p.temperature); }

#define FP_TRANSFORM_LOOPS(name, parameters) \
  FP_LOOPS_N(f32, name, random_##name, 1, parameters, 1) \
  FP_LOOPS_N(f64, name, random_##name, 1, parameters, 1)
FP_RANDOM_LOCAL_TRANSFORMS(FP_TRANSFORM_LOOPS)

/* The truncated normal distribution's quantile. */
#define FP_TRUNCNORMAL(T, type, kind, fixed) \
  void FP_SYM(fp_random_truncnormal_##T##_##kind)(void *const *args, size_t n); \
  void FP_SYM(fp_random_truncnormal_##T##_##kind)(void *const *args, size_t n) \
  { FP_SYM(fp_truncnormal_run)(TRUNCNORMAL_draw, type, fixed, args, n); }
FP_TRUNCNORMAL(f32, FP_F32, array, 0)
FP_TRUNCNORMAL(f32, FP_F32, fixed, 1)
FP_TRUNCNORMAL(f64, FP_F64, array, 0)
FP_TRUNCNORMAL(f64, FP_F64, fixed, 1)
