/* Probabilities of intervals of the normal distribution, P(a < X < b), in all of (a, b, loc, scale). */
#include "math/normal_mass.h"

typedef location_scale normal_interval_f64;
typedef location_scale_short normal_interval_f32;
#define normal_interval_prepare_f64 location_scale_of
#define normal_interval_prepare_f32 location_scale_short_of

/* Phi(z_b) - Phi(z_a) */
FP_INLINE double normal_interval_mass_f64(double a, double b, location_scale p)
{
  const interval i = interval_of(a, b, p);
  return at_empty_interval(i.kind, normal_mass_value(normal_mass_of(i)), 0.0);
}
FP_INLINE float normal_interval_mass_f32(float a, float b, location_scale_short p)
{
  const interval_short i = interval_short_of(a, b, p);
  return (float)at_empty_interval(i.kind, normal_mass_short_value(normal_mass_short_of(i)), 0.0);
}

/* Its logarithm */
FP_INLINE double normal_log_interval_mass_f64(double a, double b, location_scale p)
{
  const interval i = interval_of(a, b, p);
  return at_empty_interval(i.kind, normal_mass_log(normal_mass_of(i)), -FP_INF_f64);
}
FP_INLINE float normal_log_interval_mass_f32(float a, float b, location_scale_short p)
{
  const interval_short i = interval_short_of(a, b, p);
  return (float)at_empty_interval(i.kind, normal_mass_short_log(normal_mass_short_of(i)), -FP_INF_f64);
}

#define FP_PLAIN_LOOPS
#define FP_FAMILY_normal_interval ,1
#include "core/family.h"
