/* What parameters may be: the list of domains.h, for a number or two and for all elements of arrays, which are read where they lie. */
#include "core/dispatch.h"
#include "core/float_env.h"
#include "core/pool.h"
#include "random/draw.h"

#include <stdatomic.h>
#include <stdint.h>

enum { BLOCK = 512, SHORT = 64, TASK = FP_PARALLEL_MIN / 2 };

static int all_inside(int domain, int type, const void *first, const void *second, size_t n)
{
  return fp_active->random->inside[type](domain, first, second, n);
}

static int inside(int domain, int type, double a, double b)
{
  const float short_a = (float)a, short_b = (float)b;
  return all_inside(domain, FP_F64, &a, &b, 1) && (type == FP_F64 || all_inside(domain, FP_F32, &short_a, &short_b, 1));
}

int fp_in_domain(int domain, int type, double a, double b)
{
  const float_env env = float_env_enter();
  const int good = inside(domain, type, a, b);
  float_env_leave(env);
  return good;
}

/* Of a pair of rows, or of a row and a number, which is then written out; a number that float32 does not hold would have to be looked
 * at as both types, against float32 elements: not here. */
static int rows_inside(int domain, int type, const double *numbers, const void *const *rows, size_t n)
{
  if (rows[0] && rows[1]) return all_inside(domain, type, rows[0], rows[1], n);
  const int k = rows[0] ? 1 : 0;
  const size_t size = type == FP_F32 ? sizeof(float) : sizeof(double);
  double wide[SHORT];
  float narrow[SHORT];
  if (type == FP_F32 && (float)numbers[k] != numbers[k]) return 0;
  for (size_t i = 0; i < SHORT; i++) wide[i] = numbers[k];
  for (size_t i = 0; i < SHORT; i++) narrow[i] = (float)numbers[k];
  const void *const written = type == FP_F32 ? (const void *)narrow : wide;
  int good = 1;
  for (size_t done = 0; done < n && good; done += SHORT) {
    const char *const row = (const char *)rows[1 - k] + done * size;
    const size_t m = n - done < SHORT ? n - done : SHORT;
    good = k == 0 ? all_inside(domain, type, written, row, m) : all_inside(domain, type, row, written, m);
  }
  return good;
}

int fp_first_outside(int type, const fp_rules *rules, const double *numbers, const void *const *rows, size_t n)
{
  const float_env env = float_env_enter();
  const int count = rules->count, all = count + rules->pairs, *const domains = rules->domains, *const both = rules->both;
  int k = 0;
  while (k < count && (rows[k] ? all_inside(domains[k], type, rows[k], rows[k], n) : inside(domains[k], type, numbers[k], 0))) k++;
  while (k >= count && k < all && (rows[0] || rows[1] ? rows_inside(both[k - count], type, numbers, rows, n)
                                                      : inside(both[k - count], type, numbers[0], numbers[1]))) k++;
  float_env_leave(env);
  return k < all ? k : -1;
}

typedef struct {
  fp_plan plan;
  int domain, type;
  int exact;        /* all are floats as they are stored */
  atomic_int bad;
} check;

/* m elements from `begin` on, where they lie if they can be read there, else in the block. */
static const void *elements(const fp_plan *plan, int k, size_t begin, size_t m, void *block)
{
  const size_t size = plan->type == FP_F32 ? sizeof(float) : sizeof(double);
  const char *const there = plan->data[k] + begin * size;
  const int own = plan->stored[k] == (plan->type == FP_F32 ? FP_STORED_F32 : FP_STORED_F64);
  if (own && plan->ndim == 1 && plan->strides[k][0] == (ptrdiff_t)size && (uintptr_t)there % size == 0) return there;
  fp_plan_load(plan, k, begin, m, block);
  return block;
}

static int part(const check *c, size_t begin, size_t end)
{
  double blocks[2][BLOCK];
  float short_blocks[2][BLOCK];
  const int last = c->plan.args - 1;
  int good = 1;
  for (; begin < end && good; begin += BLOCK) {
    const size_t m = end - begin < BLOCK ? end - begin : BLOCK;
    const void *values[2];
    for (int k = 0; k <= last; k++) values[k] = elements(&c->plan, k, begin, m, c->exact ? (void *)short_blocks[k] : blocks[k]);
    if (!c->exact) {
      good = all_inside(c->domain, FP_F64, values[0], values[last], m);
      if (!good || c->type == FP_F64) continue;
      for (int k = 0; k <= last; k++) {
        const double *const wide = values[k];
        for (size_t i = 0; i < m; i++) short_blocks[k][i] = (float)wide[i];
        values[k] = short_blocks[k];
      }
    }
    good = all_inside(c->domain, FP_F32, values[0], values[last], m);
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
  check c;   /* member by member: the plan has room for 64 dimensions, which need not be zeros */
  c.plan.type = FP_F64;
  c.plan.values = c.plan.inputs = c.plan.args = count;
  c.domain = domain;
  c.type = type;
  atomic_init(&c.bad, 0);
  c.exact = type == FP_F32;
  for (int k = 0; k < count; k++) c.exact &= operands[k].stored == FP_STORED_F32 || operands[k].stored == FP_STORED_F16;
  if (c.exact) c.plan.type = FP_F32;
  fp_plan_lay(&c.plan, ndim, shape, operands);
  if (domain == FP_DOMAIN_ANY || c.plan.size == 0) return 1;
  if (c.plan.size <= TASK) task(&c, 0);
  else fp_pool_run(task, &c, (c.plan.size + TASK - 1) / TASK);
  if (!atomic_load(&c.bad)) return 1;
  /* Where; nowhere, if another thread has written to the arrays meanwhile. */
  const float_env env = float_env_enter();
  size_t i = 0;
  while (i + BLOCK < c.plan.size && part(&c, i, i + BLOCK)) i += BLOCK;
  while (i < c.plan.size && part(&c, i, i + 1)) i++;
  const int nowhere = i == c.plan.size;
  for (int k = 0; !nowhere && k < count; k++) {
    float short_found;
    fp_plan_load(&c.plan, k, i, 1, c.exact ? (void *)&short_found : &found[k]);
    if (c.exact) found[k] = short_found;
  }
  float_env_leave(env);
  return nowhere;
}
