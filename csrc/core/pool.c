/* The thread pool. One word, the gate, runs a job:
 *
 *   places    workers 0 .. places - 1 may enter; 0 closes the gate
 *   inside    workers now in the job
 *   WAITING   the caller sleeps until the last one has left
 *   STOPPING  workers return
 *
 * The caller opens the gate, works, closes the gate, and waits only for workers that are inside. So a worker that the
 * machine had no time for costs nothing: the caller has done its share, and the worker finds the gate closed.
 */
#define _POSIX_C_SOURCE 200809L

#include "pool.h"

#include <fenv.h>
#include <stdatomic.h>

#include "cpu_count.h"
#include "threads_os.h"

#define MAX_THREADS 1024 /* more than the CPUs of any machine now; each costs a slot of static memory */
#define CACHE_LINE 128   /* the largest in use; pairs of 64 are fetched together elsewhere */

#define INSIDE 0xfffu
#define PLACE 0x1000u
#define PLACES 0xfff000u
#define WAITING 0x1000000u
#define STOPPING 0x2000000u

/* A thread that waits stays awake this long: a training step's next job comes within it, and waking up costs as much.
 * Longer would take time from other work on a busy machine. */
#define SPIN_NS 30000u
#define CLOCK_TURNS 16 /* the clock costs far more than a look at the gate */

typedef struct {
    _Alignas(CACHE_LINE) fp_mutex mutex;
    fp_cond called;
    atomic_int asleep;
    fp_thread thread;
} worker;

static struct {
    _Alignas(CACHE_LINE) atomic_uint gate;
    _Alignas(CACHE_LINE) atomic_size_t next; /* the first index not yet handed out */
    _Alignas(CACHE_LINE) fp_task task;
    void *context;
    size_t count;
    unsigned started;     /* workers that exist */
    int refused;          /* the system would not start another one: don't ask at every job */
    unsigned forks;       /* between this process and the first: tells a child that its threads are gone */
    fp_mutex owner;       /* held by the caller whose job has the workers; guards all but gate and next */
    fp_mutex caller;      /* with left: where that caller sleeps */
    fp_cond left;
    atomic_int fork_safe; /* the fork handler is registered */
    atomic_int threads;   /* the process-wide setting, 0 before first use */
    worker workers[MAX_THREADS - 1];
} pool = {.owner = FP_MUTEX_INIT, .caller = FP_MUTEX_INIT, .left = FP_COND_INIT};

static _Thread_local int inside_task;
static _Thread_local int thread_limit;

/* Settings */

void fp_set_threads(int n) { atomic_store(&pool.threads, n); }

int fp_get_threads(void)
{
    int threads = atomic_load(&pool.threads);
    if (threads == 0) {
        int expected = 0;
        threads = fp_default_threads("");
        if (!atomic_compare_exchange_strong(&pool.threads, &expected, threads))
            threads = expected;
    }
    return threads;
}

int fp_limit_threads(int n)
{
    int previous = thread_limit;
    thread_limit = n;
    return previous;
}

int fp_threads(void)
{
    int threads = inside_task ? 1 : thread_limit ? thread_limit : fp_get_threads();
    return threads < MAX_THREADS ? threads : MAX_THREADS;
}

/* Fork. The child has one thread and a copy of everything as it happened to be, locks held by threads it doesn't have
 * included. So nothing is asked or unlocked: all is made new. */

static void start_over_in_child(void)
{
    fp_mutex_init(&pool.owner);
    fp_mutex_init(&pool.caller);
    fp_cond_init(&pool.left);
    atomic_store(&pool.gate, 0);
    pool.started = 0;
    pool.refused = 0;
    pool.forks++;
    inside_task = 0;
}

/* Before any lock is taken: a child without the handler could find it held for ever. Two threads may both register;
 * starting over twice is harmless. */
static int make_fork_safe(void)
{
    if (atomic_load(&pool.fork_safe))
        return 1;
    if (fp_at_fork_in_child(start_over_in_child))
        return 0;
    atomic_store(&pool.fork_safe, 1);
    return 1;
}

/* Work */

/* If a task forked, this may now be the child: then neither the job nor the gate is this process' business any more.
 * Returns whether it is. */
static int work(void)
{
    fp_task task = pool.task;
    void *context = pool.context;
    size_t count = pool.count, index;
    unsigned forks = pool.forks;
    while ((index = atomic_fetch_add_explicit(&pool.next, 1, memory_order_relaxed)) < count) {
        task(context, index);
        if (pool.forks != forks)
            return 0;
    }
    return 1;
}

/* Spins for one turn; 0 when the time is up. *end is 0 and *turn anything at first. */
static int spin(unsigned *turn, uint64_t *end)
{
    fp_spin_hint();
    if (++*turn % CLOCK_TURNS == 0) {
        uint64_t now = fp_clock_ns();
        if (*end == 0)
            *end = now + SPIN_NS;
        return now < *end;
    }
    return 1;
}

/* Workers */

static int is_called(unsigned gate, unsigned number)
{
    return (gate & PLACES) / PLACE > number || (gate & STOPPING);
}

/* The caller changes the gate, then reads asleep; here the other way round: one of the two sees the other. */
static void sleep_until_called(worker *self, unsigned number)
{
    fp_mutex_lock(&self->mutex);
    atomic_store(&self->asleep, 1);
    if (!is_called(atomic_load(&pool.gate), number))
        fp_cond_wait(&self->called, &self->mutex);
    atomic_store(&self->asleep, 0);
    fp_mutex_unlock(&self->mutex);
}

static void call(worker *self)
{
    if (atomic_load(&self->asleep)) {
        fp_mutex_lock(&self->mutex); /* past its look at the gate, and so in its wait */
        fp_mutex_unlock(&self->mutex);
        fp_cond_signal(&self->called);
    }
}

/* Waits for a job with a place for this worker and takes it; 0 if the pool stops. While it spins it gives way to
 * whatever else could run here, maybe the caller itself. (A caller that gave way would get the core back too late.) */
static int enter(worker *self, unsigned number)
{
    unsigned turn = 0;
    uint64_t end = 0;
    for (;;) {
        unsigned gate = atomic_load(&pool.gate);
        if (is_called(gate, number)) {
            if (gate & STOPPING)
                return 0;
            if (atomic_compare_exchange_weak(&pool.gate, &gate, gate + 1))
                return 1;
        } else if (!spin(&turn, &end)) {
            sleep_until_called(self, number);
            end = 0;
        } else if (turn % CLOCK_TURNS == 0) {
            fp_yield();
        }
    }
}

/* No index is left, so nobody need come any more: without that this worker would enter again at once. */
static void leave(void)
{
    atomic_fetch_and(&pool.gate, ~PLACES);
    if (atomic_fetch_sub(&pool.gate, 1) == (WAITING | 1)) {
        fp_mutex_lock(&pool.caller);
        fp_mutex_unlock(&pool.caller);
        fp_cond_signal(&pool.left);
    }
}

static void worker_main(void *argument)
{
    worker *self = argument;
    unsigned number = (unsigned)(self - pool.workers);
    fesetenv(FE_DFL_ENV); /* a thread inherits its starter's, which may round or flush otherwise */
    inside_task = 1;
    while (enter(self, number)) {
        if (!work()) {
            inside_task = 0;
            fp_pool_stop(); /* its workers would keep the child alive without anyone to wait for */
            return;
        }
        leave();
    }
}

/* The caller */

/* As many of wanted workers as there are or the system will start. */
static unsigned grow(unsigned wanted)
{
    while (pool.started < wanted && !pool.refused) {
        worker *added = &pool.workers[pool.started];
        fp_mutex_init(&added->mutex);
        fp_cond_init(&added->called);
        atomic_store(&added->asleep, 0);
        if (fp_thread_start(&added->thread, worker_main, added))
            pool.refused = 1;
        else
            pool.started++;
    }
    return pool.started < wanted ? pool.started : wanted;
}

static void set_gate(unsigned gate, unsigned workers)
{
    atomic_store(&pool.gate, gate);
    for (unsigned i = 0; i < workers; i++)
        call(&pool.workers[i]);
}

static void close_gate(void)
{
    unsigned turn = 0;
    uint64_t end = 0;
    atomic_fetch_and(&pool.gate, ~PLACES);
    while (atomic_load(&pool.gate) & INSIDE) {
        if (!spin(&turn, &end)) {
            fp_mutex_lock(&pool.caller);
            if (atomic_fetch_or(&pool.gate, WAITING) & INSIDE)
                fp_cond_wait(&pool.left, &pool.caller);
            atomic_fetch_and(&pool.gate, ~WAITING);
            fp_mutex_unlock(&pool.caller);
        }
    }
}

static void run_serially(fp_task task, void *context, size_t count)
{
    int before = inside_task;
    inside_task = 1;
    for (size_t index = 0; index < count; index++)
        task(context, index);
    inside_task = before;
}

void fp_pool_run(fp_task task, void *context, size_t count)
{
    size_t helpers = (size_t)fp_threads() - 1;
    unsigned workers;
    int done;
    if (helpers == 0 || count < 2 || !make_fork_safe() || fp_mutex_trylock(&pool.owner)) {
        run_serially(task, context, count);
        return;
    }
    workers = grow((unsigned)(helpers < count - 1 ? helpers : count - 1));
    pool.task = task;
    pool.context = context;
    pool.count = count;
    atomic_store_explicit(&pool.next, 0, memory_order_relaxed);
    set_gate(workers * PLACE, workers);
    inside_task = 1;
    done = work();
    inside_task = 0;
    if (done) {
        close_gate();
        fp_mutex_unlock(&pool.owner);
    }
}

void fp_pool_stop(void)
{
    if (inside_task || !atomic_load(&pool.fork_safe))
        return;
    fp_mutex_lock(&pool.owner);
    set_gate(STOPPING, pool.started);
    while (pool.started > 0)
        fp_thread_join(&pool.workers[--pool.started].thread);
    atomic_store(&pool.gate, 0);
    pool.refused = 0;
    fp_mutex_unlock(&pool.owner);
}
