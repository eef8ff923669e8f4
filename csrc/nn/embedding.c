/* Rows of a table by class, and the way back: a row of the table has the sum over the rows of the batch with its class, in their order.
 * A label that is no class gives NaN, which the loss shows, and adds nothing. */
#include "nn/real.h"

/* Below it, its class; at it, none. NaN is none, too. */
FP_INLINE size_t class_of(REAL label, size_t classes) { return label >= 0 && label < (REAL)classes ? (size_t)label : classes; }

void NN(embed)(void *y_, const void *table_, const void *labels_, size_t rows, size_t classes, size_t units)
{
  const REAL *labels = labels_;
  for (size_t i = 0; i < rows; i++) {
    const size_t of = class_of(labels[i], classes);
    REAL *restrict y = (REAL *)y_ + i * units;
    const REAL *restrict row = (const REAL *)table_ + of * units;
    if (of < classes) { FP_IVDEP for (size_t j = 0; j < units; j++) y[j] = row[j]; }
    else for (size_t j = 0; j < units; j++) y[j] = (REAL)FP_NAN_f64;
  }
}

void NN(embed_backward)(void *dtable_, const void *dy_, const void *labels_, size_t rows, size_t classes, size_t first, size_t count,
                        size_t units)
{
  const REAL *labels = labels_;
  for (size_t j = 0; j < count * units; j++) ((REAL *)dtable_)[j] = 0;
  for (size_t i = 0; i < rows; i++) {
    const size_t of = class_of(labels[i], classes);
    if (of < first || of >= first + count || of == classes) continue;
    NN(add)((REAL *)dtable_ + (of - first) * units, (const REAL *)dy_ + i * units, units);
  }
}
