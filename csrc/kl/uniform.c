/* KL(U(low_p, high_p) || U(low_q, high_q)) = log(w_q/w_p) of the widths w = high - low, if the first interval lies within the second.
 * Then w_q - w_p = (low_p - low_q) + (high_q - high_p), of which none is negative: near equality the logarithm comes from that sum. */
#include "math/interval.h"
#include "math/relative_entropy.h"
#include "math/usual.h"

/* Where the divergence is infinite or NaN: an interval that is none, one that reaches beyond the other, a point within an interval. */
#define UNIFORM_EDGES(T) \
  FP_INLINE int lies_within_##T(FP_REAL_##T low_p, FP_REAL_##T high_p, FP_REAL_##T low_q, FP_REAL_##T high_q) \
  { return (low_p >= low_q) & (high_p <= high_q) & (low_p < high_p) & (low_q > -FP_INF_##T) & (high_q < FP_INF_##T); } \
  FP_INLINE FP_REAL_##T uniform_edge_##T(FP_REAL_##T low_p, FP_REAL_##T high_p, FP_REAL_##T low_q, FP_REAL_##T high_q, FP_REAL_##T value) \
  { \
    const int valid_p = (low_p <= high_p) & (low_p > -FP_INF_##T) & (high_p < FP_INF_##T); \
    const int valid_q = (low_q <= high_q) & (low_q > -FP_INF_##T) & (high_q < FP_INF_##T), same = (low_p == low_q) & (high_p == high_q); \
    const FP_REAL_##T edge = same ? 0 : FP_INF_##T, any = lies_within_##T(low_p, high_p, low_q, high_q) ? value : edge; \
    return (valid_p & valid_q) ? any : FP_NAN_##T; \
  }
UNIFORM_EDGES(f32)
UNIFORM_EDGES(f64)

/* w_q/w_p = 2^k (1 + f), and f, where k = 0, to 2^-100 of itself: of the logarithm's errors only those of its short series count, below
 * 0.1 ULP, and the last rounding. */
FP_INLINE double kl_uniform_unusual_f64(double low_p, double high_p, double low_q, double high_q)
{
  const int usual = lies_within_f64(low_p, high_p, low_q, high_q);
  const double a = usual ? low_p : 0.0, b = usual ? high_p : 1.0, c = usual ? low_q : 0.0, d = usual ? high_q : 1.0;
  const scaled_width p = width_of(a, b), q = width_of(c, d);
  const log2_ratio l = log2_ratio_of(q.width.hi, p.width.hi);
  const double k = l.k + (p.k - q.k), low = q.width.lo * power_below_or_0(l);
  const dd below = two_sum(a * q.factor, -(c * q.factor)), above = two_sum(d * q.factor, -(b * q.factor)), excess = two_sum(below.hi, above.hi);
  const dd near = dd_scale((dd){excess.hi, excess.lo + (below.lo + above.lo)}, power_of_two(SHIFT + (p.k - q.k)));
  const int tiny = (k == 0) & (near.hi * 0x1p300 < p.width.hi);   /* then 2s is all */
  const double lift = tiny ? 0x1p200 : 1.0, unlift = tiny ? 0x1p-200 : 1.0;
  const dd sum = fast_two_sum(l.scaled, p.width.hi);
  const dd top = dd_select(k == 0, dd_scale(near, lift), (dd){l.scaled - p.width.hi, low - p.width.lo});
  const dd value = log_of_parts(k, top, (dd){sum.hi, sum.lo + (low + p.width.lo)});
  return uniform_edge_f64(low_p, high_p, low_q, high_q, (value.hi + value.lo) * unlift);
}

/* Of usual ends no width needs a power of two. */
FP_INLINE uint64_t kl_uniform_is_usual_f64(double low_p, double high_p, double low_q, double high_q)
{
  const uint64_t unusual = unusual_number(low_p) | unusual_number(high_p) | unusual_number(low_q) | unusual_number(high_q);
  const double p = (low_p - high_p) + 0.0, q = (low_q - high_q) + 0.0;   /* no -0 */
  return none_of(unusual | ~bits_f64(p) | ~bits_f64(q));   /* widths above 0 */
}
FP_INLINE double kl_uniform_f64(double low_p, double high_p, double low_q, double high_q)
{
  const dd p = two_sum(high_p, -low_p), q = two_sum(high_q, -low_q), below = two_sum(low_p, -low_q), above = two_sum(high_q, -high_p);
  const dd excess = two_sum(below.hi, above.hi);
  const dd value = log_of_ratio(q, p, (dd){excess.hi, excess.lo + (below.lo + above.lo)}, 1);
  return ((low_p >= low_q) & (high_p <= high_q)) ? value.hi + value.lo : FP_INF_f64;
}
FP_INLINE float kl_uniform_f32(float low_p, float high_p, float low_q, float high_q)
{
  const double width_p = (double)high_p - low_p, width_q = (double)high_q - low_q, excess = ((double)low_p - low_q) + ((double)high_q - high_p);
  return uniform_edge_f32(low_p, high_p, low_q, high_q, (float)log_of_ratio_short(width_q, width_p, excess));
}

/* 1/w_p, -1/w_p, -1/w_q, 1/w_q. NaN, all four, unless the divergence is finite and the first is no point. */
FP_INLINE outputs4_f64 kl_uniform_grad_f64(double low_p, double high_p, double low_q, double high_q)
{
  const int usual = lies_within_f64(low_p, high_p, low_q, high_q);
  const double p = inverse_width(width_of(usual ? low_p : 0.0, usual ? high_p : 1.0));
  const double q = inverse_width(width_of(usual ? low_q : 0.0, usual ? high_q : 1.0));
  const double by_p = usual ? p : FP_NAN_f64, by_q = usual ? q : FP_NAN_f64;
  return (outputs4_f64){by_p, -by_p, -by_q, by_q};
}
FP_INLINE outputs4_f32 kl_uniform_grad_f32(float low_p, float high_p, float low_q, float high_q)
{
  const float none = lies_within_f32(low_p, high_p, low_q, high_q) ? 0.0f : FP_NAN_f32;   /* added: a quotient in an arm of a select is a branch */
  const float p = (float)(1.0 / ((double)high_p - low_p)) + none, q = (float)(1.0 / ((double)high_q - low_q)) + none;
  return (outputs4_f32){p, -p, -q, q};
}

#define FP_USUAL_f64_kl_uniform ,2
#define FP_PLAIN_LOOPS
#define FP_FAMILY_kl_uniform ,1
#include "core/family.h"
