/* Prints one hash of the output bits for every operation and type, for every CPU target that this machine runs:
 *
 *   golden_hash [seed [rounds]]      prints  target operation type hash
 *   golden_hash --values target operation type seed round i [count]     prints inputs and outputs of elements i onwards
 *
 * The inputs come from integer arithmetic alone, so they are the same everywhere: usual values, tails, subnormals, values near
 * overflow, any bit pattern, specials. The rows have the lengths 1 to 70 and one of 4096, so that vector bodies and the scalar
 * rest meet every position, once with an element's own parameters and once with those of the row's first element.
 * tests/test_golden_hashes.py makes the same inputs in NumPy, tools/check_bits.py compares compilers and CPUs. */
#include "core/dispatch.h"
#include "core/run.h"
#include "fastprob.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST = 1, LONGEST = 70, EXTRA = 4096, COUNT = LONGEST * (LONGEST + 1) / 2 + EXTRA };

/* splitmix64 */
static uint64_t mix(uint64_t z)
{
  z += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/* FNV-1a */
static uint64_t fnv(uint64_t h, const unsigned char *bytes, size_t n)
{
  for (size_t i = 0; i < n; i++) h = (h ^ bytes[i]) * 0x100000001b3;
  return h;
}
#define FNV_START 0xcbf29ce484222325

typedef struct { int mantissa, exponent; } format;   /* bits of each */
static const format formats[FP_TYPES] = {[FP_F32] = {23, 8}, [FP_F64] = {52, 11}};

/* The bits of one input. domain: the first letter of its name; plain: a usual value is wanted. */
static uint64_t golden(int type, char domain, uint64_t r, int plain)
{
  const format f = formats[type];
  const uint64_t fraction = (UINT64_C(1) << f.mantissa) - 1, top = (UINT64_C(1) << f.exponent) - 1, bias = top >> 1;
  const uint64_t sign_bit = UINT64_C(1) << (f.mantissa + f.exponent), one = bias << f.mantissa;
  const uint64_t kind = plain ? 0 : r & 15, a = (r >> 4) & 0xffff, m = mix(r);
  const uint64_t sign = (r >> 20) & 1 ? sign_bit : 0;
  const uint64_t own_sign = domain == 'p' || domain == 'u' ? 0 : domain == 'n' ? sign_bit : sign;
  if (kind >= 14) {
    const uint64_t specials[] = {
      0, 1, fraction, fraction + 1, one - 1, one, one + 1, (bias - 1) << f.mantissa, (bias + 1) << f.mantissa,
      (top << f.mantissa) - 1, top << f.mantissa, (top << f.mantissa) | (fraction + 1) >> 1,
      (top << f.mantissa) | (fraction + 1) >> 1 | (m & fraction)};
    return specials[a % (sizeof specials / sizeof specials[0])] | sign;
  }
  if (kind >= 12) return type == FP_F32 ? m >> 32 : m;
  if (domain == 'b') return a & 1 ? one : 0;
  if (domain == 'u') {
    if (kind < 8) return ((bias - 1 - a % 20) << f.mantissa) | (m & fraction);
    if (kind < 10) return one - 1 - (m & ((UINT64_C(1) << a % (uint64_t)f.mantissa) - 1));
    return ((bias - 1 - a % (bias - 1)) << f.mantissa) | (m & fraction);
  }
  if (kind < 8) return own_sign | ((bias - 9 + a % 14) << f.mantissa) | (m & fraction);
  if (kind < 10) return own_sign | ((bias - 60 + a % 121) << f.mantissa) | (m & fraction);
  if (kind == 10) return own_sign | ((top - 1 - a % 64) << f.mantissa) | (m & fraction);
  return own_sign | (m & fraction) >> a % (uint64_t)f.mantissa;
}

static size_t size_of(int type) { return type == FP_F32 ? 4 : 8; }

static double inputs[FP_MAX_ARGS][COUNT], outputs[FP_MAX_ARGS][COUNT];

static void make_inputs(const fp_op *op, int type, uint64_t seed)
{
  const uint64_t own = fnv(FNV_START, (const unsigned char *)op->name, strlen(op->name)) ^ mix(seed);
  const char *name = op->input_names;
  for (int k = 0; k < op->values + op->parameters; k++) {
    const char *const colon = strchr(name, ':');
    if (!colon) {
      fprintf(stderr, "%s: no domain in \"%s\"\n", op->name, op->input_names);
      exit(2);
    }
    for (uint64_t i = 0; i < COUNT; i++) {
      const int plain = (int)(mix(own + i) & 1);
      const uint64_t bits = golden(type, colon[1], mix(own ^ mix(16 * i + (uint64_t)k)), plain);
      const uint32_t short_bits = (uint32_t)bits;
      char *const to = (char *)inputs[k] + i * size_of(type);
      if (type == FP_F32) memcpy(to, &short_bits, 4);
      else memcpy(to, &bits, 8);
    }
    name = strchr(colon, ' ');
    if (!name) name = "";
    else name++;
  }
}

static void run_rows(const fp_op *op, int type, int fixed)
{
  const int count = op->values + op->parameters;
  const ptrdiff_t size = (ptrdiff_t)size_of(type);
  char *args[FP_MAX_ARGS];
  ptrdiff_t strides[FP_MAX_ARGS];
  size_t start = 0;
  for (size_t n = SHORTEST; n <= LONGEST + 1; n++) {
    const size_t length = n <= LONGEST ? n : EXTRA;
    for (int k = 0; k < count + op->outputs; k++) {
      args[k] = (char *)(k < count ? inputs[k] : outputs[k - count]) + start * (size_t)size;
      strides[k] = fixed && k >= op->values && k < count ? 0 : size;
    }
    fp_run_row(op, type, args, strides, length);
    start += length;
  }
}

static uint64_t hash_outputs(const fp_op *op, int type, uint64_t h)
{
  for (int k = 0; k < op->outputs; k++) {
    for (size_t i = 0; i < COUNT; i++) {
      unsigned char bytes[8];
      const char *const from = (const char *)outputs[k] + i * size_of(type);
      uint64_t bits = 0;
      uint32_t short_bits;
      if (type == FP_F32) {
        memcpy(&short_bits, from, 4);
        bits = short_bits;
      } else memcpy(&bits, from, 8);
      for (size_t b = 0; b < size_of(type); b++) bytes[b] = (unsigned char)(bits >> 8 * b);
      h = fnv(h, bytes, size_of(type));
    }
  }
  return h;
}

static const char *const type_names[FP_TYPES] = {[FP_F32] = "f32", [FP_F64] = "f64"};

static int hashes(uint64_t seed, uint64_t rounds)
{
  int supported;
  const char *target;
  for (int t = 0; (target = fp_target_at(t, &supported)) != NULL; t++) {
    if (!supported) continue;
    if (fp_select(target)) return 1;
    for (size_t o = 0; o < fp_active->count; o++) {
      const fp_op *const op = &fp_active->ops[o];
      for (int type = 0; type < FP_TYPES; type++) {
        uint64_t h = FNV_START;
        for (uint64_t round = 0; round < rounds; round++) {
          make_inputs(op, type, seed + round);
          for (int fixed = 0; fixed <= (op->parameters > 0); fixed++) {
            run_rows(op, type, fixed);
            h = hash_outputs(op, type, h);
          }
        }
        printf("%s %s %s %016" PRIx64 "\n", target, op->name, type_names[type], h);
      }
    }
  }
  return 0;
}

static void print_value(int type, const double *array, size_t i)
{
  double v;
  float s;
  if (type == FP_F32) {
    memcpy(&s, (const char *)array + 4 * i, 4);
    v = s;
  } else v = array[i];
  printf(" %a", v);
}

static int values(char **argv, int argc)
{
  const int type = strcmp(argv[4], "f32") ? FP_F64 : FP_F32;
  const size_t first = strtoull(argv[7], NULL, 0), count = argc > 8 ? strtoull(argv[8], NULL, 0) : 1;
  if (fp_select(argv[2])) return 1;
  for (size_t o = 0; o < fp_active->count; o++) {
    const fp_op *const op = &fp_active->ops[o];
    if (strcmp(op->name, argv[3])) continue;
    make_inputs(op, type, strtoull(argv[5], NULL, 0) + strtoull(argv[6], NULL, 0));
    for (int fixed = 0; fixed <= (op->parameters > 0); fixed++) {
      run_rows(op, type, fixed);
      for (size_t i = first; i < first + count && i < COUNT; i++) {
        printf("%s %zu", fixed ? "fixed" : "array", i);
        for (int k = 0; k < op->values + op->parameters; k++) print_value(type, inputs[k], i);
        printf(" ->");
        for (int k = 0; k < op->outputs; k++) print_value(type, outputs[k], i);
        printf("\n");
      }
    }
  }
  return 0;
}

int main(int argc, char **argv)
{
  if (argc >= 8 && !strcmp(argv[1], "--values")) return values(argv, argc);
  return hashes(argc > 1 ? strtoull(argv[1], NULL, 0) : 0, argc > 2 ? strtoull(argv[2], NULL, 0) : 1);
}
