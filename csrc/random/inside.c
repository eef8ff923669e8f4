/* Whether all of n numbers, or pairs of them, are in a domain of domains.h: a loop in each type. */
#include "core/target.h"
#include "random/domains.h"

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
INSIDE(f32)
#undef REAL
#define REAL double
INSIDE(f64)
