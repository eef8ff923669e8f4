/* Which target's loops run on this CPU. Together with float_env.h the only code that knows a CPU. */
#include "core/dispatch.h"
#include "fastprob.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

static int always(void) { return 1; }

#if defined(FP_WITH_x86_v3) || defined(FP_WITH_x86_v4)
/* Asked for by hand: what __builtin_cpu_supports knows depends on the compiler's runtime library, and not all link one. */
typedef struct { unsigned leaf1_c, leaf7_b, extended_c, saved; } features;

static features cpu_features(void)
{
  features f = {0, 0, 0, 0};
  unsigned a, b, c, d;
  if (__get_cpuid(1, &a, &b, &c, &d)) f.leaf1_c = c;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) f.leaf7_b = b;
  if (__get_cpuid(0x80000001, &a, &b, &c, &d)) f.extended_c = c;
  if (f.leaf1_c & bit_OSXSAVE) __asm__ volatile("xgetbv" : "=a"(f.saved), "=d"(d) : "c"(0));
  return f;
}

static int all(unsigned value, unsigned bits) { return (value & bits) == bits; }

/* x86-64-v3, and that the system saves ymm. */
static int has_x86_v3(void)
{
  const features f = cpu_features();
  return all(f.leaf1_c, bit_SSE3 | bit_SSSE3 | bit_FMA | bit_CMPXCHG16B | bit_SSE4_1 | bit_SSE4_2 | bit_MOVBE | bit_POPCNT | bit_AVX | bit_F16C)
    && all(f.leaf7_b, bit_BMI | bit_AVX2 | bit_BMI2) && all(f.extended_c, bit_LAHF_LM | bit_LZCNT) && all(f.saved, 0x6);
}

#endif

#ifdef FP_WITH_x86_v4
/* x86-64-v4, and that the system saves zmm and the masks. */
static int has_x86_v4(void)
{
  const features f = cpu_features();
#if defined(__APPLE__)
  const unsigned wide = 0x6;   /* it begins to save them when they are first used */
#else
  const unsigned wide = 0xe6;
#endif
  return has_x86_v3() && all(f.leaf7_b, bit_AVX512F | bit_AVX512DQ | bit_AVX512CD | bit_AVX512BW | bit_AVX512VL) && all(f.saved, wide);
}
#endif

extern const fp_table fp_table_generic, fp_table_x86_v3, fp_table_x86_v4;
static const struct { const fp_table *table; int (*supported)(void); } targets[] = {
  {&fp_table_generic, always},
#ifdef FP_WITH_x86_v3
  {&fp_table_x86_v3, has_x86_v3},
#endif
#ifdef FP_WITH_x86_v4
  {&fp_table_x86_v4, has_x86_v4},
#endif
};

#else

static int always(void) { return 1; }
extern const fp_table fp_table_baseline;
static const struct { const fp_table *table; int (*supported)(void); } targets[] = {{&fp_table_baseline, always}};

#endif

enum { TARGETS = sizeof targets / sizeof targets[0] };

const fp_table *fp_active;

const char *fp_target_at(int i, int *supported)
{
  if (i < 0 || i >= TARGETS) return NULL;
  *supported = targets[i].supported();
  return targets[i].table->target;
}

const char *fp_target(void) { return fp_active->target; }

int fp_select(const char *target)
{
  if (!target) target = getenv("FASTPROB_TARGET");
  for (int i = TARGETS - 1; i >= 0; i--) {
    const int wanted = !target || !*target || !strcmp(target, targets[i].table->target);
    if (wanted && targets[i].supported()) {
      fp_active = targets[i].table;
      return 0;
    }
  }
  return -1;
}
