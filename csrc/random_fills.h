/* What can be drawn from a stream, unit by unit: the list behind fp_random_NAME. */
#ifndef FASTPROB_RANDOM_FILLS_H
#define FASTPROB_RANDOM_FILLS_H

/* F(name, type of a unit)
 *
 * words         32 random bits
 * unit          uniform in [0, 1)
 * open          uniform in (0, 1)
 * normal        standard normal
 * logistic      standard logistic */
#define FP_RANDOM_FILLS(F) \
  F(words, uint32_t) \
  F(unit_f32, float) \
  F(unit_f64, double) \
  F(open_f32, float) \
  F(open_f64, double) \
  F(normal_f32, float) \
  F(normal_f64, double) \
  F(logistic_f32, float) \
  F(logistic_f64, double)

#endif
