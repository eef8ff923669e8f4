/* Moments of the normal, the logistic and the uniform distribution, of their parameters alone. In double-double where a rounding would
 * show, so that the error is that of the last rounding, or of two if the result is subnormal. */
#include "math/interval.h"
#include "math/location_scale.h"
#include "math/log.h"

FP_INLINE double where_scale(double value, double loc, double scale)
{
  const int valid = (scale > 0) & (loc == loc);
  return valid ? value : FP_NAN_f64;
}

/* c (w 2^-k)^2 for positive w between 2^-1074 and 2^1023. The square is taken where it neither overflows nor is subnormal. */
FP_INLINE double multiple_of_square(dd c, dd w, double k)
{
  const double lift = w.hi < 0x1p-400 ? 600.0 : w.hi > 0x1p400 ? -600.0 : 0.0;
  const dd lifted = dd_scale(w, power_of_two(SHIFT + lift)), value = dd_times(dd_times(lifted, lifted), c);
  return times_power_of_two(value.hi + value.lo, SHIFT - 2.0 * (k + lift));
}

/* log(w 2^-k), w normal and w.lo = 0 beyond 2^1000, to 2^-56 of itself. */
FP_INLINE double log_less_power(dd w, double k)
{
  const dd value = dd_plus(log_dd(w), (dd){-k * LN2_HI, -k * LN2_MID});
  return value.hi + value.lo;
}

/* log(c scale): next to the zero at scale = 1/c it is that product's distance from 1. */
FP_INLINE double log_of_multiple(dd c, double scale)
{
  const double s = usual_scale(scale), k = s < 0x1p-900 ? 200.0 : s > 0x1p900 ? -200.0 : 0.0;
  const dd product = dd_times(c, (dd){s * power_of_two(SHIFT + k), 0.0});
  const double value = log_less_power(fast_two_sum(product.hi, product.lo), k);
  return scale < FP_INF_f64 ? value : scale;
}

FP_INLINE double normal_mean_f64(double loc, double scale) { return where_scale(loc, loc, scale); }
FP_INLINE double normal_median_f64(double loc, double scale) { return where_scale(loc, loc, scale); }
FP_INLINE double normal_mode_f64(double loc, double scale) { return where_scale(loc, loc, scale); }
FP_INLINE double normal_var_f64(double loc, double scale) { return where_scale(scale * scale, loc, scale); }
FP_INLINE double normal_std_f64(double loc, double scale) { return where_scale(scale, loc, scale); }
FP_INLINE double normal_skew_f64(double loc, double scale) { return where_scale(0.0, loc, scale); }
FP_INLINE double normal_kurtosis_f64(double loc, double scale) { return where_scale(0.0, loc, scale); }
FP_INLINE double normal_entropy_f64(double loc, double scale)
{ return where_scale(log_of_multiple((dd){SQRT_2PI_E, SQRT_2PI_E_LO}, scale), loc, scale); }
FP_INLINE outputs2_f64 normal_support_f64(double loc, double scale)
{ return (outputs2_f64){where_scale(-FP_INF_f64, loc, scale), where_scale(FP_INF_f64, loc, scale)}; }

FP_INLINE double logistic_mean_f64(double loc, double scale) { return where_scale(loc, loc, scale); }
FP_INLINE double logistic_median_f64(double loc, double scale) { return where_scale(loc, loc, scale); }
FP_INLINE double logistic_mode_f64(double loc, double scale) { return where_scale(loc, loc, scale); }
FP_INLINE double logistic_var_f64(double loc, double scale)
{
  const double value = multiple_of_square((dd){PI_SQUARED_THIRD, PI_SQUARED_THIRD_LO}, (dd){usual_scale(scale), 0.0}, 0.0);
  return where_scale(scale < FP_INF_f64 ? value : scale, loc, scale);
}
FP_INLINE double logistic_std_f64(double loc, double scale)
{
  const double s = usual_scale(scale), value = fma_f64(PI_OVER_SQRT3, s, PI_OVER_SQRT3_LO * s);
  return where_scale(scale < FP_INF_f64 ? value : scale, loc, scale);
}
FP_INLINE double logistic_skew_f64(double loc, double scale) { return where_scale(0.0, loc, scale); }
FP_INLINE double logistic_kurtosis_f64(double loc, double scale) { return where_scale(1.2, loc, scale); }
FP_INLINE double logistic_entropy_f64(double loc, double scale) { return where_scale(log_of_multiple((dd){E_SQUARED, E_SQUARED_LO}, scale), loc, scale); }
FP_INLINE outputs2_f64 logistic_support_f64(double loc, double scale) { return normal_support_f64(loc, scale); }

/* value, or `empty` where low = high. */
FP_INLINE double where_ordered(double value, double empty, double low, double high)
{
  const int valid = (low <= high) & (low > -FP_INF_f64) & (high < FP_INF_f64);
  const double any = low < high ? value : empty;
  return valid ? any : FP_NAN_f64;
}
FP_INLINE scaled_width usual_width(double low, double high)
{
  const int usual = (low < high) & (low > -FP_INF_f64) & (high < FP_INF_f64);
  return width_of(usual ? low : 0.0, usual ? high : 1.0);
}

/* The sum is exact where half of it is subnormal. */
FP_INLINE double uniform_mean_f64(double low, double high)
{
  const double sum = low + high, middle = is_finite(sum) ? 0.5 * sum : 0.5 * low + 0.5 * high;
  return where_ordered(middle, low, low, high);
}
FP_INLINE double uniform_median_f64(double low, double high) { return uniform_mean_f64(low, high); }
FP_INLINE double uniform_mode_f64(double low, double high) { return uniform_mean_f64(low, high); }
FP_INLINE double uniform_var_f64(double low, double high)
{
  const scaled_width w = usual_width(low, high);
  return where_ordered(multiple_of_square((dd){TWELFTH, TWELFTH_LO}, w.width, w.k), 0.0, low, high);
}
FP_INLINE double uniform_std_f64(double low, double high)
{
  const scaled_width w = usual_width(low, high);
  const dd value = dd_times((dd){SQRT_TWELFTH, SQRT_TWELFTH_LO}, w.width);
  return where_ordered((value.hi + value.lo) * power_of_two(SHIFT - w.k), 0.0, low, high);
}
FP_INLINE double uniform_skew_f64(double low, double high) { return where_ordered(0.0, FP_NAN_f64, low, high); }
FP_INLINE double uniform_kurtosis_f64(double low, double high) { return where_ordered(-1.2, FP_NAN_f64, low, high); }
FP_INLINE double uniform_entropy_f64(double low, double high)
{
  const scaled_width w = usual_width(low, high);
  return where_ordered(log_less_power(w.width, w.k), FP_NAN_f64, low, high);
}
FP_INLINE outputs2_f64 uniform_support_f64(double low, double high)
{ return (outputs2_f64){where_ordered(low, low, low, high), where_ordered(high, high, low, high)}; }

#define FP_PLAIN_LOOPS
#define FP_F32_BY_F64
#define FP_FAMILY_moments ,1
#include "core/family.h"
