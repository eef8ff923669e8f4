/* The truncated normal distribution's functions over arrays, for its rows in ops.def and for the draws of csrc/random. */
#ifndef FASTPROB_TRUNCNORMAL_H
#define FASTPROB_TRUNCNORMAL_H

#include "core/kernel.h"
#include "core/target.h"

typedef enum {
  TRUNCNORMAL_pdf, TRUNCNORMAL_logpdf, TRUNCNORMAL_cdf, TRUNCNORMAL_logcdf, TRUNCNORMAL_sf, TRUNCNORMAL_logsf,
  TRUNCNORMAL_ppf, TRUNCNORMAL_isf,
  TRUNCNORMAL_draw,   /* ppf, but a scale of 0 gives loc, or the end nearest to it */
  TRUNCNORMAL_mean, TRUNCNORMAL_var, TRUNCNORMAL_entropy   /* of low, high, loc, scale alone */
} truncnormal_function;

/* args: values of the given type, if the function has any; low, high, loc, scale, one number each where they are fixed; the result. */
void FP_SYM(fp_truncnormal_run)(truncnormal_function function, int type, int fixed, void *const *args, size_t n);

#endif
