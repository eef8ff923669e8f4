/* Which target's loops run on this CPU. Together with float_env.h the only code that knows a CPU. */
#include "core/dispatch.h"
#include "fastprob.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

static int always(void) { return 1; }

/* The parts of x86-64-v3 that our compilers' loops may use and __builtin_cpu_supports does not name everywhere. */
static int has_f16c_movbe_lzcnt(void)
{
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_F16C) || !(c & bit_MOVBE)) return 0;
  return __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & bit_LZCNT);
}

/* __builtin_cpu_supports also asks whether the system saves the wide registers. */
static int has_x86_v3(void)
{
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi")
    && __builtin_cpu_supports("bmi2") && has_f16c_movbe_lzcnt();
}

static int has_x86_v4(void)
{
  return has_x86_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
    && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

extern const fp_table fp_table_generic, fp_table_x86_v3, fp_table_x86_v4;
static const struct { const fp_table *table; int (*supported)(void); } targets[] = {
  {&fp_table_generic, always}, {&fp_table_x86_v3, has_x86_v3}, {&fp_table_x86_v4, has_x86_v4}};

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
