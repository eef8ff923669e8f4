/* fastprob without Python: a C program that links the static core.
 *
 *   meson setup build -Dpython=false
 *   meson compile -C build
 *   cc -Icsrc examples/c/example.c build/csrc/libfp_core.a build/csrc/libfp_*.a -lm -pthread -o example
 *
 * In a Meson project of your own, take fastprob as a subproject: dependency('fastprob', default_options: ['python=false']). */
#include "core/pool.h"
#include "fastprob.h"

#include <stdio.h>

int main(void)
{
  enum { N = 5 };
  const double x[N] = {-40.0, -1.0, 0.0, 1.0, 40.0}, loc[N] = {0}, scale[N] = {1, 1, 1, 1, 1};
  double y[N];
  if (fp_select(NULL)) {
    fprintf(stderr, "no such CPU target\n");
    return 1;
  }
  fp_set_threads(1);
  fp_normal_logcdf_f64_array(y, x, loc, scale, N);
  for (int i = 0; i < N; i++) {
    if (y[i] != fp_normal_logcdf_f64(x[i], loc[i], scale[i])) return 1;
    printf("log P(X <= %g) = %.17g\n", x[i], y[i]);
  }
  return 0;
}
