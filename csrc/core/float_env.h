/* The default floating-point environment (round to nearest, no flush to zero, exceptions masked) for the time of a call; the
 * caller's is put back afterwards, its flags untouched. <fenv.h> would do the same, and the x87 unit's part besides. A register is written
 * only where it differs: the CPU would wait for all that is under way, 15 ns and more, and the caller's is nearly always the default one,
 * with the flag of inexact results set. */
#ifndef FASTPROB_FLOAT_ENV_H
#define FASTPROB_FLOAT_ENV_H

#include <stdint.h>

#if defined(__x86_64__)

typedef uint32_t float_env;
enum { FP_ENV_STANDARD = 0x1f80, FP_ENV_FLAGS = 0x3f };
static inline float_env float_env_now(void) {
  uint32_t now;
  __asm__ __volatile__("stmxcsr %0" : "=m"(now) : : "memory");
  return now;
}
static inline void float_env_set(uint32_t env) { __asm__ __volatile__("ldmxcsr %0" : : "m"(env) : "memory"); }
static inline float_env float_env_enter(void) {
  const float_env saved = float_env_now();
  if ((saved & ~(uint32_t)FP_ENV_FLAGS) != FP_ENV_STANDARD) float_env_set(FP_ENV_STANDARD);
  return saved;
}
static inline void float_env_leave(float_env saved) { if (float_env_now() != saved) float_env_set(saved); }

#elif defined(__aarch64__)

typedef struct { uint64_t control, status; } float_env;
static inline float_env float_env_enter(void) {
  float_env saved;
  __asm__ __volatile__("mrs %0, fpcr\n\tmrs %1, fpsr" : "=r"(saved.control), "=r"(saved.status) : : "memory");
  if (saved.control) __asm__ __volatile__("msr fpcr, %0" : : "r"((uint64_t)0) : "memory");
  return saved;
}
static inline void float_env_leave(float_env saved) {
  uint64_t status;
  __asm__ __volatile__("mrs %0, fpsr" : "=r"(status) : : "memory");
  if (status != saved.status) __asm__ __volatile__("msr fpsr, %0" : : "r"(saved.status) : "memory");
  if (saved.control) __asm__ __volatile__("msr fpcr, %0" : : "r"(saved.control) : "memory");
}

#else

#include <fenv.h>
typedef fenv_t float_env;
static inline float_env float_env_enter(void) { float_env saved; fegetenv(&saved); fesetenv(FE_DFL_ENV); return saved; }
static inline void float_env_leave(float_env saved) { fesetenv(&saved); }

#endif
#endif
