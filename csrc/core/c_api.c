/* The C functions of fastprob.h, made from the list. */
#include "fastprob.h"
#include "core/dispatch.h"
#include "core/float_env.h"
#include "core/run.h"
#include "film/run.h"
#include "random/draw.h"

enum {
#define FP_OP(family, name, ...) OP_##name,
#include "ops.def"
#undef FP_OP
  OP_COUNT
};

/* One element: a loop of length one, by pointer, so that the arithmetic stays between the changes of the environment. */
static void one(int op, int type, void *const *args)
{
  const float_env env = float_env_enter();
  fp_active->ops[op].kernel[type].array(args, 1);
  float_env_leave(env);
}

/* Not inlined: it is longer than what each of its many callers adds. */
__attribute__((noinline)) static void all(int op, int type, void *const *args, size_t n)
{
  const fp_op *const o = &fp_active->ops[op];
  ptrdiff_t strides[FP_MAX_ARGS];
  for (int k = 0; k < o->values + o->parameters + o->outputs; k++) strides[k] = type == FP_F32 ? 4 : 8;
  fp_run_row(o, type, (char *const *)args, strides, n);
}

#define ADDRESS_1 &x0
#define ADDRESS_2 ADDRESS_1, &x1
#define ADDRESS_3 ADDRESS_2, &x2
#define ADDRESS_4 ADDRESS_3, &x3
#define ADDRESS_5 ADDRESS_4, &x4
#define POINTER_1 (void *)x0
#define POINTER_2 POINTER_1, (void *)x1
#define POINTER_3 POINTER_2, (void *)x2
#define POINTER_4 POINTER_3, (void *)x3
#define POINTER_5 POINTER_4, (void *)x4
#define RESULT_1 y0
#define RESULT_2 y0, y1
#define RESULT_3 y0, y1, y2
#define RESULT_4 y0, y1, y2, y3
#define ADDRESSES(values, parameters) FP_JOIN(ADDRESS_, FP_INPUTS_##values##_##parameters)
#define POINTERS(values, parameters) FP_JOIN(POINTER_, FP_INPUTS_##values##_##parameters)

#define SCALAR_1(R, T, TYPE, name, values, parameters) \
  R fp_##name##_##T FP_SCALAR_1(R, values, parameters) \
  { R y; void *const args[] = {ADDRESSES(values, parameters), &y}; one(OP_##name, TYPE, args); return y; }
#define SCALAR_2(R, T, TYPE, name, values, parameters) \
  void fp_##name##_##T FP_SCALAR_2(R, values, parameters) \
  { void *const args[] = {ADDRESSES(values, parameters), RESULT_2}; one(OP_##name, TYPE, args); }
#define SCALAR_3(R, T, TYPE, name, values, parameters) \
  void fp_##name##_##T FP_SCALAR_3(R, values, parameters) \
  { void *const args[] = {ADDRESSES(values, parameters), RESULT_3}; one(OP_##name, TYPE, args); }
#define SCALAR_4(R, T, TYPE, name, values, parameters) \
  void fp_##name##_##T FP_SCALAR_4(R, values, parameters) \
  { void *const args[] = {ADDRESSES(values, parameters), RESULT_4}; one(OP_##name, TYPE, args); }
#define ARRAY(R, T, TYPE, name, values, parameters, outputs) \
  void fp_##name##_##T##_array FP_ARRAY(R, values, parameters, outputs) \
  { void *const args[] = {POINTERS(values, parameters), RESULT_##outputs}; all(OP_##name, TYPE, args, n); }

#define FP_OP(family, name, values, parameters, outputs, ...) \
  SCALAR_##outputs(float, f32, FP_F32, name, values, parameters) \
  SCALAR_##outputs(double, f64, FP_F64, name, values, parameters) \
  ARRAY(float, f32, FP_F32, name, values, parameters, outputs) \
  ARRAY(double, f64, FP_F64, name, values, parameters, outputs)
#include "ops.def"
#undef FP_OP

#define FILL(name, type) \
  void fp_random_##name(const uint32_t key[4], uint64_t stream, uint64_t first, type *out, size_t n) \
  { \
    const fp_draw draw = {.stream = {{key[0], key[1], key[2], key[3]}, {(uint32_t)stream, (uint32_t)(stream >> 32)}}, \
                          .first = first, .n = n, .fill = FP_FILL_##name, .transform = FP_TRANSFORM_NONE, .out = out}; \
    fp_draw_run(&draw); \
  }
FP_RANDOM_FILLS(FILL)

/* Strides of [samples, shared, channels, inner], and of what has samples and channels alone. */
typedef struct { ptrdiff_t whole[4], kept[4]; } film_strides;

static film_strides film_strides_of(int type, const size_t *shape)
{
  const ptrdiff_t size = type == FP_F32 ? sizeof(float) : sizeof(double), channels = (ptrdiff_t)shape[2], inner = (ptrdiff_t)shape[3];
  const ptrdiff_t sample = (ptrdiff_t)shape[1] * channels * inner;
  return (film_strides){{sample * size, channels * inner * size, inner * size, size}, {channels * size, 0, size, 0}};
}

static fp_operand film_operand(const void *data, const ptrdiff_t *strides, int type)
{
  return (fp_operand){(char *)data, strides, type == FP_F32 ? FP_STORED_F32 : FP_STORED_F64};
}

static void film_forward(int type, void *y, const void *x, const void *gamma, const void *beta, const size_t *shape)
{
  const film_strides s = film_strides_of(type, shape);
  const fp_operand operands[] = {film_operand(x, s.whole, type), film_operand(gamma, s.kept, type), film_operand(beta, s.kept, type),
                                 film_operand(y, s.whole, type)};
  fp_run(&fp_active->ops[OP_film], type, 4, shape, operands);
}

static int film_backward(int type, void *dx, void *dgamma, void *dbeta, const void *dout, const void *x, const void *gamma,
                         const size_t *shape)
{
  const film_strides s = film_strides_of(type, shape);
  const fp_film_job job = {
    .type = type, .ndim = 4, .shape = shape, .kept = (const unsigned char[]){1, 0, 1, 0}, .dx = film_operand(dx, s.whole, type),
    .dout = film_operand(dout, s.whole, type), .x = film_operand(x, s.whole, type), .gamma = film_operand(gamma, s.kept, type),
    .dgamma = dgamma, .dbeta = dbeta,
  };
  return fp_film_run(&job);
}

#define FILM(R, T, TYPE) \
  void fp_film_forward_##T FP_FILM_FORWARD(R) \
  { film_forward(TYPE, y, x, gamma, beta, (const size_t[]){samples, shared, channels, inner}); } \
  int fp_film_backward_##T FP_FILM_BACKWARD(R) \
  { return film_backward(TYPE, dx, dgamma, dbeta, dout, x, gamma, (const size_t[]){samples, shared, channels, inner}); }
FILM(float, f32, FP_F32)
FILM(double, f64, FP_F64)

#define EXPORT(name) {#name, (fp_function)name},
const fp_export fp_exports[] = {
#define FP_OP(family, name, ...) \
  EXPORT(fp_##name##_f32) EXPORT(fp_##name##_f64) EXPORT(fp_##name##_f32_array) EXPORT(fp_##name##_f64_array)
#include "ops.def"
#undef FP_OP
#define EXPORT_FILL(name, type) EXPORT(fp_random_##name)
  FP_RANDOM_FILLS(EXPORT_FILL)
  EXPORT(fp_film_forward_f32) EXPORT(fp_film_forward_f64) EXPORT(fp_film_backward_f32) EXPORT(fp_film_backward_f64)
  {NULL, NULL}
};
