/* Weights of 1, for all CPU targets. */
#include "sums/totals.h"

#define FOUR(x) x, x, x, x
const double fp_ones[FP_SUMMED] = {FOUR(FOUR(FOUR(FOUR(1.0))))};
