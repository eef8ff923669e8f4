/* Operating system threads: the few calls the pool needs, for Win32 and for POSIX. Each int is 0 for success. */
#ifndef FP_THREADS_OS_H
#define FP_THREADS_OS_H

#include <stdint.h>

typedef void (*fp_thread_main)(void *argument);

/* Enough for a BLAS called from a task; reserved, not used. Some systems give new threads as little as 128 kB. */
#define FP_THREAD_STACK ((size_t)4 << 20)

#ifdef _WIN32

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>
#include <process.h>

typedef SRWLOCK fp_mutex;
typedef CONDITION_VARIABLE fp_cond;
typedef struct {
    HANDLE handle;
    fp_thread_main main;
    void *argument;
} fp_thread;

#define FP_MUTEX_INIT SRWLOCK_INIT
#define FP_COND_INIT CONDITION_VARIABLE_INIT

static inline void fp_mutex_init(fp_mutex *mutex) { InitializeSRWLock(mutex); }
static inline void fp_mutex_lock(fp_mutex *mutex) { AcquireSRWLockExclusive(mutex); }
static inline int fp_mutex_trylock(fp_mutex *mutex) { return !TryAcquireSRWLockExclusive(mutex); }
static inline void fp_mutex_unlock(fp_mutex *mutex) { ReleaseSRWLockExclusive(mutex); }

static inline void fp_cond_init(fp_cond *cond) { InitializeConditionVariable(cond); }
static inline void fp_cond_signal(fp_cond *cond) { WakeConditionVariable(cond); }
static inline void fp_cond_wait(fp_cond *cond, fp_mutex *mutex) { SleepConditionVariableSRW(cond, mutex, INFINITE, 0); }

static inline unsigned __stdcall fp_thread_entry(void *argument)
{
    fp_thread *thread = argument;
    thread->main(thread->argument);
    return 0;
}

static inline int fp_thread_start(fp_thread *thread, fp_thread_main main, void *argument)
{
    thread->main = main;
    thread->argument = argument;
    thread->handle = (HANDLE)_beginthreadex(NULL, (unsigned)FP_THREAD_STACK, fp_thread_entry, thread,
                                            STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    return thread->handle == NULL;
}

static inline void fp_thread_join(fp_thread *thread)
{
    WaitForSingleObject(thread->handle, INFINITE);
    CloseHandle(thread->handle);
}

static inline void fp_yield(void) { SwitchToThread(); }

/* There is no fork. */
static inline int fp_at_fork_in_child(void (*handler)(void))
{
    (void)handler;
    return 0;
}

static inline uint64_t fp_clock_ns(void)
{
    LARGE_INTEGER ticks, per_second;
    QueryPerformanceCounter(&ticks);
    QueryPerformanceFrequency(&per_second);
    return (uint64_t)((double)ticks.QuadPart * (1e9 / (double)per_second.QuadPart));
}

#else

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>

typedef pthread_mutex_t fp_mutex;
typedef pthread_cond_t fp_cond;
typedef struct {
    pthread_t handle;
    fp_thread_main main;
    void *argument;
} fp_thread;

#define FP_MUTEX_INIT PTHREAD_MUTEX_INITIALIZER
#define FP_COND_INIT PTHREAD_COND_INITIALIZER

static inline void fp_mutex_init(fp_mutex *mutex) { pthread_mutex_init(mutex, NULL); }
static inline void fp_mutex_lock(fp_mutex *mutex) { pthread_mutex_lock(mutex); }
static inline int fp_mutex_trylock(fp_mutex *mutex) { return pthread_mutex_trylock(mutex); }
static inline void fp_mutex_unlock(fp_mutex *mutex) { pthread_mutex_unlock(mutex); }

static inline void fp_cond_init(fp_cond *cond) { pthread_cond_init(cond, NULL); }
static inline void fp_cond_signal(fp_cond *cond) { pthread_cond_signal(cond); }
static inline void fp_cond_wait(fp_cond *cond, fp_mutex *mutex) { pthread_cond_wait(cond, mutex); }

static inline void *fp_thread_entry(void *argument)
{
    fp_thread *thread = argument;
    thread->main(thread->argument);
    return NULL;
}

/* The new thread leaves signals to the program's own threads, but for those that tell of a fault in what it runs. */
static inline int fp_thread_start(fp_thread *thread, fp_thread_main main, void *argument)
{
    static const int faults[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
    sigset_t blocked, before;
    pthread_attr_t attributes;
    int failed;
    thread->main = main;
    thread->argument = argument;
    if (pthread_attr_init(&attributes))
        return 1;
    pthread_attr_setstacksize(&attributes, FP_THREAD_STACK);
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&blocked, faults[i]);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    failed = pthread_create(&thread->handle, &attributes, fp_thread_entry, thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return failed;
}

static inline void fp_thread_join(fp_thread *thread) { pthread_join(thread->handle, NULL); }

static inline void fp_yield(void) { sched_yield(); }

static inline int fp_at_fork_in_child(void (*handler)(void)) { return pthread_atfork(NULL, NULL, handler); }

static inline uint64_t fp_clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#endif

/* Tells the core that this is a spin loop, so that the other hardware thread gets more of it. */
static inline void fp_spin_hint(void)
{
#if defined(_WIN32)
    YieldProcessor();
#elif defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("isb" ::: "memory"); /* "yield" does nothing on most cores */
#else
    __asm__ __volatile__("" ::: "memory");
#endif
}

#endif
