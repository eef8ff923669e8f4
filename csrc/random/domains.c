/* What parameters may be: draw.h's list of domains, for a number or two and for all elements of arrays, which are read where they lie. */
#include "core/float_env.h"
#include "core/pool.h"
#include "random/draw.h"

#include <math.h>
#include <stdatomic.h>

enum { BLOCK = 512, TASK = FP_PARALLEL_MIN / 2 };

/* Whether all of n are in the domain. */
static int all_in(int domain, int type, const double *first, const double *second, size_t n)
{
  int good = 1;
  switch (domain) {
#define CASE(name, condition) \
    case FP_DOMAIN_##name: \
      for (size_t i = 0; i < n; i++) { \
        const double a = first[i], b = second[i], difference = type == FP_F32 ? (double)(float)(b - a) : b - a; \
        (void)a, (void)b, (void)difference; \
        good &= (condition); \
      } \
      break;
    FP_DOMAINS(CASE)
  }
  return good;
}

static void round_to_f32(double *a, size_t n)
{
  for (size_t i = 0; i < n; i++) a[i] = (double)(float)a[i];
}

int fp_in_domain(int domain, int type, double a, double b)
{
  if (!all_in(domain, FP_F64, &a, &b, 1)) return 0;
  if (type == FP_F64) return 1;
  round_to_f32(&a, 1);
  round_to_f32(&b, 1);
  return all_in(domain, FP_F32, &a, &b, 1);
}

typedef struct {
  fp_plan plan;
  int domain, type;
  int exact;        /* all are floats as they are stored */
  atomic_int bad;
} check;

static int part(const check *c, size_t begin, size_t end)
{
  double blocks[2][BLOCK];
  const double *const second = blocks[c->plan.args - 1];
  int good = 1;
  for (; begin < end && good; begin += BLOCK) {
    const size_t m = end - begin < BLOCK ? end - begin : BLOCK;
    for (int k = 0; k < c->plan.args; k++) fp_plan_load(&c->plan, k, begin, m, blocks[k]);
    if (!c->exact) good = all_in(c->domain, FP_F64, blocks[0], second, m);
    if (!good || c->type == FP_F64) continue;
    for (int k = 0; k < c->plan.args && !c->exact; k++) round_to_f32(blocks[k], m);
    good = all_in(c->domain, FP_F32, blocks[0], second, m);
  }
  return good;
}

static void task(void *context, size_t i)
{
  check *const c = context;
  const size_t begin = i * TASK, end = c->plan.size - begin < TASK ? c->plan.size : begin + TASK;
  if (atomic_load(&c->bad)) return;
  const float_env env = float_env_enter();
  if (!part(c, begin, end)) atomic_store(&c->bad, 1);
  float_env_leave(env);
}

int fp_all_in_domain(int domain, int type, int count, int ndim, const size_t *shape, const fp_operand *operands, double found[2])
{
  check c = {.plan = {.type = FP_F64, .values = count, .inputs = count, .args = count}, .domain = domain, .type = type};
  fp_plan_lay(&c.plan, ndim, shape, operands);
  c.exact = type == FP_F32;
  for (int k = 0; k < count; k++) c.exact &= operands[k].stored == FP_STORED_F32 || operands[k].stored == FP_STORED_F16;
  if (domain == FP_DOMAIN_ANY || c.plan.size == 0) return 1;
  fp_pool_run(task, &c, (c.plan.size + TASK - 1) / TASK);
  if (!atomic_load(&c.bad)) return 1;
  size_t i = 0;
  while (i + BLOCK < c.plan.size && part(&c, i, i + BLOCK)) i += BLOCK;
  while (part(&c, i, i + 1)) i++;
  for (int k = 0; k < count; k++) fp_plan_load(&c.plan, k, i, 1, &found[k]);
  return 0;
}
