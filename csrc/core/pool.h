/* The package's private thread pool: splits a job over the calling thread and a few workers.
 *
 * It starts on first use and survives fork: a child lets go of its parent's workers and starts its own. A call made
 * from inside a task, or while another thread's job has the workers, runs serially on the thread that makes it.
 */
#ifndef FP_POOL_H
#define FP_POOL_H

#include <stddef.h>

typedef void (*fp_task)(void *context, size_t index);

/* Runs task(context, 0 .. count - 1), each exactly once and in no fixed order, and returns when all are done. Tasks see
 * what the caller wrote before, the caller what the tasks wrote. A task must return normally: no longjmp, no exception.
 * If a task forks, the child may use the pool at once. Returning from that task in the child abandons the job there:
 * on the caller's thread fp_pool_run returns, on a worker the thread ends and so does the child. */
void fp_pool_run(fp_task task, void *context, size_t count);

/* Threads that fp_pool_run may use when called from this thread now, itself included: 1 inside a task. */
int fp_threads(void);

/* The setting for the whole process, n >= 1; fp_default_threads until it is set. */
void fp_set_threads(int n);
int fp_get_threads(void);

/* A limit for the calling thread alone, in place of the process-wide setting; 0 for none. Returns the previous one. */
int fp_limit_threads(int n);

/* Waits for a running job, then ends and joins all workers; the next job starts new ones. Nothing inside a task. */
void fp_pool_stop(void);

#endif
