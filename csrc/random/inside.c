/* Whether all of n numbers, or pairs of them, are in a domain of domains.h: a loop in each type. */
#include "core/target.h"
#include "random/domains.h"

#define positive(x) (COPYSIGN(1, x) > 0)   /* GCC leaves a loop over the doubles' signbit scalar */
#define CASE(name, condition) \
    case FP_DOMAIN_##name: \
      for (size_t i = 0; i < n; i++) { \
        const REAL a = first[i], b = second[i], difference = b - a; \
        (void)a, (void)b, (void)difference; \
        good &= (condition); \
      } \
      break;

#define INSIDE(T) \
  int FP_SYM(fp_random_inside_##T)(int domain, const void *a_values, const void *b_values, size_t n); \
  int FP_SYM(fp_random_inside_##T)(int domain, const void *a_values, const void *b_values, size_t n) \
  { \
    const REAL *const first = a_values, *const second = b_values; \
    int good = 1; \
    switch (domain) { FP_DOMAINS(CASE) } \
    return good; \
  }

#define REAL float
#define COPYSIGN copysign_f32
INSIDE(f32)
#undef REAL
#undef COPYSIGN
#define REAL double
#define COPYSIGN copysign_f64
INSIDE(f64)
