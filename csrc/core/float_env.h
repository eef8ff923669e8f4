/* The default floating-point environment (round to nearest, no flush to zero, exceptions masked) for the time of a call; the
 * caller's is put back afterwards, its flags untouched. <fenv.h> would do the same, and the x87 unit's part besides. */
#ifndef FASTPROB_FLOAT_ENV_H
#define FASTPROB_FLOAT_ENV_H

#include <stdint.h>

#if defined(__x86_64__)

typedef uint32_t float_env;
static inline float_env float_env_enter(void) {
  uint32_t saved;
  const uint32_t standard = 0x1f80;
  __asm__ __volatile__("stmxcsr %0" : "=m"(saved) : : "memory");
  __asm__ __volatile__("ldmxcsr %0" : : "m"(standard) : "memory");
  return saved;
}
static inline void float_env_leave(float_env saved) { __asm__ __volatile__("ldmxcsr %0" : : "m"(saved) : "memory"); }

#elif defined(__aarch64__)

typedef struct { uint64_t control, status; } float_env;
static inline float_env float_env_enter(void) {
  float_env saved;
  __asm__ __volatile__("mrs %0, fpcr\n\tmrs %1, fpsr" : "=r"(saved.control), "=r"(saved.status) : : "memory");
  __asm__ __volatile__("msr fpcr, %0" : : "r"((uint64_t)0) : "memory");
  return saved;
}
static inline void float_env_leave(float_env saved) {
  __asm__ __volatile__("msr fpcr, %0\n\tmsr fpsr, %1" : : "r"(saved.control), "r"(saved.status) : "memory");
}

#else

#include <fenv.h>
typedef fenv_t float_env;
static inline float_env float_env_enter(void) { float_env saved; fegetenv(&saved); fesetenv(FE_DFL_ENV); return saved; }
static inline void float_env_leave(float_env saved) { fesetenv(&saved); }

#endif
#endif
