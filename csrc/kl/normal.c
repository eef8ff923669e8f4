/* KL(N(loc_p, scale_p^2) || N(loc_q, scale_q^2)) = z^2/2 + (R^2 - 1)/2 - log R with z = (loc_p - loc_q)/scale_q, R = scale_p/scale_q:
 * two terms of which none is negative. scale_q = m 2^e; R = 2^k (1 + f) with 2/3 <= 1 + f <= 3/2, f from an exact difference. */
#include "math/location_scale.h"
#include "math/log.h"
#include "math/relative_entropy.h"
#include "math/scale_parts.h"
#include "math/usual.h"

typedef struct {
  dd distance;             /* (loc_p - loc_q) 2^-(e - shift + 1), halved so that it is finite where z is near overflow */
  double twice_low;        /* its second part not halved, for the last bit of that may be the smallest number */
  double p, q, k, e, r;    /* R = p/q 2^k, scale_q = q 2^e, r = 1/q */
  double shift, fold;      /* shift: -1022 - e where 2^-e is not finite, else 0; fold = 2^shift */
} two_normals;

FP_INLINE two_normals two_normals_of(double loc_p, double scale_p, double loc_q, double scale_q)
{
  const scale_parts p = scale_parts_of(scale_p), q = scale_parts_of(scale_q);
  const log2_ratio l = log2_ratio_of(p.m, q.m);
  const double room = at_least(abs_f64(loc_p), abs_f64(loc_q)) < 0x1p900 ? 0.0 : 1.0;   /* else subnormals keep their last digit */
  const double least = at_least(q.e, -1022.0), first = at_most(at_least(q.e + room, 0.0), 1000.0), shift = least - q.e;
  const double f1 = power_of_two(SHIFT - first), f2 = power_of_two(SHIFT + (first - (least + 1.0)));
  const dd moved = two_sum(loc_p * f1, -(loc_q * f1));
  return (two_normals){
    .distance = dd_scale(moved, f2), .twice_low = moved.lo * (2.0 * f2), .p = l.scaled, .q = q.m, .k = p.e - q.e + l.k, .e = q.e,
    .r = 1.0 / q.m, .shift = shift, .fold = power_of_two(SHIFT + shift)};
}

/* z */
FP_INLINE dd position_between(two_normals t)
{
  const double z = t.distance.hi * t.r;
  return dd_scale((dd){z, (fma_f64(-z, t.q, t.distance.hi) + t.distance.lo) * t.r}, 2.0 * t.fold);
}

/* What is infinite or NaN: a scale of 0 or infinity, unless both are the same point. */
#define NORMAL_EDGE(T) \
  FP_INLINE FP_REAL_##T normal_edge_##T(FP_REAL_##T loc_p, FP_REAL_##T scale_p, FP_REAL_##T loc_q, FP_REAL_##T scale_q, FP_REAL_##T value) \
  { \
    const FP_REAL_##T distance = loc_p - loc_q;   /* NaN for two infinite ones of one sign */ \
    const int near_p = abs_##T(loc_p) < FP_INF_##T, near_q = abs_##T(loc_q) < FP_INF_##T; \
    const int usual = (scale_p > 0) & (scale_q > 0) & (scale_p < FP_INF_##T) & (scale_q < FP_INF_##T) & near_p & near_q; \
    const int valid = (scale_p >= 0) & (scale_q >= 0) & ((scale_p < FP_INF_##T) | (scale_q < FP_INF_##T)) & (distance == distance); \
    const int same = (scale_p + scale_q == 0) & (distance == 0); \
    const FP_REAL_##T edge = same ? 0 : FP_INF_##T, any = usual ? value : edge; \
    return valid ? any : FP_NAN_##T; \
  }
NORMAL_EDGE(f32)
NORMAL_EDGE(f64)

FP_INLINE double kl_normal_unusual_f64(double loc_p, double scale_p, double loc_q, double scale_q)
{
  const two_normals t = two_normals_of(loc_p, is_scale(scale_p) ? scale_p : 1.0, loc_q, is_scale(scale_q) ? scale_q : 1.0);
  const dd z = position_between(t);
  const double difference = t.p - t.q, f = difference * t.r, f_low = fma_f64(-f, t.q, difference) * t.r;
  const half_ratio h = half_ratio_of((dd){difference, 0.0}, fast_two_sum(t.q, t.p));
  const double square = h.s * h.s;
  /* f - log(1 + f) = s (f - s^2 (2/3 + ...)) */
  const dd head = two_product(h.s, f);
  const double rest = fma_f64(h.low, f, fma_f64(h.s, f_low, head.lo)) - square * h.s * POLYNOMIAL(atanh_rest, square);
  /* near, k = 0: f^2/2; else (R^2 - 1)/2 - k log 2 - f */
  const dd near = two_product(0.5 * f, f), ratio = fast_two_sum(1.0, f);
  const double ratio_low = ratio.lo + f_low, power = power_of_two(SHIFT + at_most(at_least(t.k, -500.0), 500.0)), half = 0.5 * power * power;
  const dd whole = two_product(ratio.hi, ratio.hi);
  const dd less = two_sum(half * whole.hi, -0.5), logarithm = two_sum(t.k * LN2_HI, f), far = two_sum(less.hi, -logarithm.hi);
  const double whole_low = fma_f64(2.0 * ratio.hi, ratio_low, whole.lo);
  const double far_low = far.lo + (less.lo - logarithm.lo + (half * whole_low - f_low) - t.k * LN2_MID);
  const dd first = dd_select(t.k == 0, (dd){near.hi, fma_f64(f, f_low, near.lo)}, (dd){far.hi, far_low});
  const dd spread = two_sum(first.hi, head.hi);
  const double spread_hi = t.k > 500.0 ? times_any_power_of_two(whole.hi + whole_low, SHIFT + 2.0 * t.k - 1.0) : spread.hi;
  const double spread_low = t.k > 500.0 ? 0.0 : spread.lo + (first.lo + rest);
  const dd moved = two_product(0.5 * z.hi, z.hi), all = two_sum(moved.hi, spread_hi);
  const double value = all.hi + (all.lo + (fma_f64(z.hi, z.lo, moved.lo) + spread_low));
  return normal_edge_f64(loc_p, scale_p, loc_q, scale_q, is_finite(all.hi) ? value : FP_INF_f64);
}
/* One division: 1/(q (q + p')), R = p'/q 2^k. */
FP_INLINE float kl_normal_f32(float loc_p, float scale_p, float loc_q, float scale_q)
{
  const double p = scale_p > 0 ? scale_p : 1.0f, q = scale_q > 0 ? scale_q : 1.0f;
  const log2_ratio l = log2_ratio_of(p, q);
  const double difference = l.scaled - q, sum = l.scaled + q, r = 1.0 / (q * sum), inverse = sum * r;
  const double z = ((double)loc_p - loc_q) * inverse, f = difference * inverse, s = difference * q * r, square = s * s, ratio = p * inverse;
  const double rest = s * fma_f64(-square, POLYNOMIAL(atanh_rest_medium, square), f);
  const double first = l.k == 0 ? 0.5 * f * f : fma_f64(-l.k, LN2, fma_f64(0.5 * ratio, ratio, -0.5) - f);
  return normal_edge_f32(loc_p, scale_p, loc_q, scale_q, (float)fma_f64(0.5 * z, z, first + rest));
}

/* d = z/scale_q, (R - 1)(R + 1)/scale_p, -d, (1 - R^2 - z^2)/scale_q. NaN, all four, where the divergence is infinite or NaN by an
 * argument: a scale of 0 or infinity, a location at infinity. */
FP_INLINE int all_finite(double loc_p, double scale_p, double loc_q, double scale_q)
{
  return is_scale(scale_p) & is_scale(scale_q) & (abs_f64(loc_p) < FP_INF_f64) & (abs_f64(loc_q) < FP_INF_f64);
}

/* d^2 + p^2 - q^2 from exact products: their heads first, then what these lose, then the rest. Right to 2^-150 of the largest, since it
 * may cancel all but the last bit. */
FP_INLINE dd sum_of_squares(dd d, double p, double q)
{
  const dd pp = two_product(p, p), qq = two_product(q, q), hh = two_product(d.hi, d.hi), hl = two_product(2.0 * d.hi, d.lo);
  const dd a = two_sum(pp.hi, -qq.hi), b = two_sum(a.hi, hh.hi);
  const dd c = two_sum(pp.lo, -qq.lo), e = two_sum(hh.lo, hl.hi), f = two_sum(a.lo, b.lo), g = two_sum(c.hi, e.hi), h = two_sum(g.hi, f.hi);
  const dd top = two_sum(b.hi, h.hi), next = two_sum(top.lo, g.lo);
  const double last = fma_f64(d.lo, d.lo, hl.lo) + (c.lo + e.lo + f.lo + h.lo);
  const dd sum = two_sum(top.hi, next.hi);
  return two_sum(sum.hi, sum.lo + (next.lo + last));   /* the last may be all that is left */
}

FP_INLINE outputs4_f64 kl_normal_grad_unusual_f64(double loc_p, double scale_p, double loc_q, double scale_q)
{
  const int valid = all_finite(loc_p, scale_p, loc_q, scale_q);
  const two_normals t = two_normals_of(loc_p, scale_p, loc_q, scale_q);
  const dd q_square = two_product(t.q, t.q);
  const double r = 1.0 / (t.p * t.q), r_q = t.p * r, r_square = r_q * r_q;   /* one division; 1/q, 1/q^2 */
  /* (p a - q b)(p a + q b)/(q^2 p) 2^(|k| - e) with a, b = 1, 2^-k or 2^k, 1 */
  const double size = abs_f64(t.k), small = power_of_two(SHIFT - at_most(size, 1000.0));
  const double pa = t.k < 0 ? t.p * small : t.p, qb = t.k < 0 ? t.q : t.q * small;
  const dd product = dd_times(two_sum(pa, -qb), two_sum(pa, qb)), by_p = dd_over_with(product, dd_times_double(q_square, t.p), r_q * r);
  const double dscale_p = times_power_of_two(by_p.hi + by_p.lo, SHIFT + at_most(size - t.e, 2040.0));
  /* distances and ratios far from 1 are scaled; small distances where they are all, since both scales are the same */
  const int huge = (abs_f64(t.distance.hi) > 0x1p300) | (t.k > 300.0), little = abs_f64(t.distance.hi) < 0x1p-300;
  const int alone = little & (t.k == 0) & (t.p == t.q);
  const double common = huge ? 0x1p-600 : 1.0, factor = alone ? 0x1p700 : common, lift = alone ? -700.0 : (huge ? 600.0 : 0.0);
  const dd slope = dd_over_with(dd_scale(t.distance, little ? 0x1p300 : common), q_square, r_square);
  const double dloc = times_power_of_two(is_finite(slope.hi) ? slope.hi + slope.lo : slope.hi,
                                         SHIFT + ((little ? -299.0 : (huge ? 601.0 : 1.0)) + t.shift - t.e));
  /* where d = q exactly only p^2 is left */
  const dd d = {t.distance.hi * factor * (2.0 * t.fold), t.twice_low * factor * t.fold};
  const int level = (abs_f64(d.hi) == t.q) & (d.lo == 0) & (t.k < -400.0) & !huge;
  const double p = t.p * power_of_two(SHIFT + (level ? 0.0 : at_least(at_most(t.k - lift, 500.0), -1000.0)));
  const double square_q = level ? 0.0 : t.q * factor;
  const dd numerator = sum_of_squares((dd){level ? 0.0 : d.hi, level ? 0.0 : d.lo}, alone ? 0.0 : p, alone ? 0.0 : square_q);
  const dd by_q = dd_over_with(numerator, dd_times_double(q_square, t.q), r_square * r_q);
  const double slope_q = times_any_power_of_two(by_q.hi + by_q.lo, SHIFT + ((level ? 2.0 * t.k : 2.0 * lift) - t.e));
  const double dscale_q = is_finite(t.distance.hi) ? 0.0 - slope_q : -FP_INF_f64;   /* 0 at the zero, not -0 */
  return (outputs4_f64){valid ? dloc : FP_NAN_f64, valid ? dscale_p : FP_NAN_f64, valid ? -dloc : FP_NAN_f64, valid ? dscale_q : FP_NAN_f64};
}
/* p^2 and q^2 are exact; one division, 1/(p q). */
FP_INLINE outputs4_f32 kl_normal_grad_f32(float loc_p, float scale_p, float loc_q, float scale_q)
{
  const int near_p = abs_f32(loc_p) < FP_INF_f32, near_q = abs_f32(loc_q) < FP_INF_f32;
  const int valid = (scale_p > 0) & (scale_q > 0) & (scale_p < FP_INF_f32) & (scale_q < FP_INF_f32) & near_p & near_q;
  const double p = scale_p, q = scale_q, inverse = 1.0 / (p * q), r = p * inverse, square = r * r;
  const dd d = two_sum(loc_p, -(double)loc_q), hh = two_product(d.hi, d.hi), hl = two_product(2.0 * d.hi, d.lo);
  const dd a = two_sum(p * p, -(q * q)), b = two_sum(a.hi, hh.hi), c = two_sum(hh.lo, hl.hi), e = two_sum(a.lo, b.lo), f = two_sum(b.hi, e.hi);
  const double numerator = f.hi + (f.lo + c.hi + (c.lo + e.lo + fma_f64(d.lo, d.lo, hl.lo)));
  const double dloc = d.hi * square, dscale_p = (p - q) * (p + q) * square * (q * inverse), dscale_q = 0.0 - numerator * square * r;
  return (outputs4_f32){valid ? (float)dloc : FP_NAN_f32, valid ? (float)dscale_p : FP_NAN_f32, valid ? (float)-dloc : FP_NAN_f32,
                        valid ? (float)dscale_q : FP_NAN_f32};
}

FP_INLINE uint64_t kl_normal_is_usual_f64(double loc_p, double scale_p, double loc_q, double scale_q)
{
  return none_of(unusual_number(loc_p) | unusual_scale(scale_p) | unusual_number(loc_q) | unusual_scale(scale_q));
}
FP_INLINE uint64_t kl_normal_grad_is_usual_f64(double loc_p, double scale_p, double loc_q, double scale_q)
{
  return kl_normal_is_usual_f64(loc_p, scale_p, loc_q, scale_q);
}

/* (d^2 + (q^2 log(q^2/p^2) - q^2 + p^2))/(2 q^2) with the distance d, and scales for p and q */
FP_INLINE double kl_normal_f64(double loc_p, double scale_p, double loc_q, double scale_q)
{
  const dd d = two_sum(loc_p, -loc_q), moved = two_product(d.hi, d.hi), p = two_product(scale_p, scale_p), q = two_product(scale_q, scale_q);
  const dd spread = entropy_term(q, p, dd_plus(p, dd_minus(q)), 1.0, 0.0, 0), sum = two_sum(moved.hi, spread.hi);
  const double low = sum.lo + (fma_f64(2.0 * d.hi, d.lo, moved.lo) + spread.lo);
  const dd ratio = dd_over((dd){sum.hi, low}, (dd){2.0 * q.hi, 2.0 * q.lo});
  return ratio.hi + ratio.lo;
}

/* d/q^2, (p^2 - q^2)/(p q^2), -d/q^2, (q^2 - p^2 - d^2)/q^3; one division, 1/(p q) */
FP_INLINE outputs4_f64 kl_normal_grad_f64(double loc_p, double scale_p, double loc_q, double scale_q)
{
  const dd d = two_sum(loc_p, -loc_q), p = two_product(scale_p, scale_p), q = two_product(scale_q, scale_q);
  const double r = 1.0 / (scale_p * scale_q), r_q = scale_p * r, r_square = r_q * r_q;
  const dd slope = dd_over_with(d, q, r_square), by_p = dd_over_with(dd_plus(p, dd_minus(q)), dd_times_double(q, scale_p), r_q * r);
  const dd by_q = dd_over_with(sum_of_squares(d, scale_p, scale_q), dd_times_double(q, scale_q), r_square * r_q);
  const double dloc = slope.hi + slope.lo;
  return (outputs4_f64){dloc, by_p.hi + by_p.lo, -dloc, 0.0 - (by_q.hi + by_q.lo)};   /* 0 at the zero, not -0 */
}

#define FP_USUAL_f64_kl_normal ,2
#define FP_USUAL_f64_kl_normal_grad ,2
#define FP_PLAIN_LOOPS
#define FP_STREAMS_f32_kl_normal ,2
#define FP_STREAMS_f64_kl_normal ,2
#define FP_FAMILY_kl_normal ,1
#include "core/family.h"
