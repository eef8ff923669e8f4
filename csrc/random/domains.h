#ifndef FASTPROB_RANDOM_DOMAINS_H
#define FASTPROB_RANDOM_DOMAINS_H

/* What a parameter, or two, may be: F(name, condition on a or on a and b). `difference` is b - a in the type that is drawn,
 * positive(x) says that the sign bit is 0. These are the rules of NumPy's Generator, for which a scale may be NaN but not -0. */
#define FP_DOMAINS(F) \
  F(ANY, 1) \
  F(NOT_NEGATIVE, positive(a) | (a != a)) \
  F(PROBABILITY, (a >= 0) & (a <= 1)) \
  F(NOT_NAN, a == a) \
  F(POSITIVE, a > 0) \
  F(FINITE, fabs(a) < INFINITY) \
  F(FINITE_SCALE, (fabs(a) < INFINITY) & positive(a)) \
  F(FINITE_RANGE, fabs(difference) < INFINITY) \
  F(RANGE, positive(difference)) \
  F(ORDERED, (a < b) | ((a == b) & (fabs(a) < INFINITY)))

enum {
#define FP_NUMBER(name, condition) FP_DOMAIN_##name,
  FP_DOMAINS(FP_NUMBER)
#undef FP_NUMBER
  FP_DOMAINS_END
};

#endif
