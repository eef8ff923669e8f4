/* Tests of the thread pool and of the default thread count. POSIX only. With the argument "nofork" the tests that fork
 * are left out: a child of a process with threads that starts threads of its own is ended by ThreadSanitizer (unless
 * TSAN_OPTIONS=die_after_fork=0), and may hang in AddressSanitizer, whose own locks another thread may have held. */
#define _GNU_SOURCE

#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cpu_count.h"
#include "pool.h"

#define HANG_SECONDS 60 /* under a sanitizer on a busy machine; else all of this takes a few seconds */
#define MEETING_TURNS 100000 /* at least 5 seconds */
#define MAX_COUNT 1000
#define ROUNDS 200

static int failures;

#define CHECK(condition)                                                 \
    do {                                                                 \
        if (!(condition)) {                                              \
            printf("  line %d: %s does not hold\n", __LINE__, #condition); \
            failures++;                                                  \
        }                                                                \
    } while (0)

/* A job counts how often each index came and writes what the caller must see. */

typedef struct {
    atomic_int seen[MAX_COUNT];
    int written[MAX_COUNT];
    int before;
} job;

static void count_index(void *context, size_t index)
{
    job *self = context;
    atomic_fetch_add_explicit(&self->seen[index], 1, memory_order_relaxed);
    self->written[index] = self->before + (int)index;
}

/* Whether a job of count indices did each once, and its writes can be seen. */
static int job_is_right(size_t count)
{
    job self = {.before = 7};
    int right = 1;
    fp_pool_run(count_index, &self, count);
    for (size_t i = 0; i < MAX_COUNT; i++) {
        right &= self.seen[i] == (i < count);
        right &= self.written[i] == (i < count ? 7 + (int)i : 0);
    }
    return right;
}

static void check_each_index_once(void)
{
    static const int threads[] = {1, 2, 3, 8};
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        fp_set_threads(threads[t]);
        for (size_t count = 0; count < 40; count++)
            CHECK(job_is_right(count));
        for (int i = 0; i < ROUNDS; i++)
            CHECK(job_is_right(MAX_COUNT));
    }
}

/* Runs until two threads have come, or gives up: shows that workers do come. */

typedef struct {
    pthread_t first;
    atomic_int came, others, rounding;
} meeting;

static void meet(void *context, size_t index)
{
    meeting *self = context;
    (void)index;
    if (!pthread_equal(pthread_self(), self->first)) {
        self->rounding = fegetround();
        atomic_fetch_add(&self->others, 1);
    }
    atomic_fetch_add(&self->came, 1);
    for (int i = 0; i < MEETING_TURNS && self->came < 2; i++)
        usleep(50);
}

static int workers_come(void)
{
    meeting at = {.first = pthread_self()};
    fp_pool_run(meet, &at, 2);
    return at.came == 2 && at.others == 1 && at.rounding == FE_TONEAREST;
}

static void check_workers_come(void)
{
    fp_set_threads(2);
    fp_pool_stop();
    fesetround(FE_UPWARD); /* not for workers */
    CHECK(workers_come());
    fesetround(FE_TONEAREST);
    usleep(2000); /* asleep by now */
    CHECK(workers_come());
}

static void run_nested(void *context, size_t index)
{
    (void)index;
    if (fp_threads() != 1 || !job_is_right(20))
        atomic_fetch_add((atomic_int *)context, 1);
    fp_pool_stop(); /* does nothing here */
}

static void check_nested(void)
{
    atomic_int wrong = 0;
    for (int threads = 1; threads <= 3; threads++) {
        fp_set_threads(threads);
        fp_pool_run(run_nested, &wrong, 50);
        CHECK(fp_threads() == threads);
    }
    CHECK(wrong == 0);
}

/* Callers */

typedef struct {
    atomic_int running, stop, wrong;
} crowd;

static void *run_rounds(void *argument)
{
    crowd *self = argument;
    for (int i = 0; i < ROUNDS; i++)
        self->wrong += !job_is_right((size_t)i);
    return NULL;
}

static void *run_until_stopped(void *argument)
{
    crowd *self = argument;
    self->running++;
    for (size_t i = 0; !self->stop; i++)
        self->wrong += !job_is_right(i % 64);
    return NULL;
}

static void *stop_until_stopped(void *argument)
{
    crowd *self = argument;
    self->running++;
    while (!self->stop) {
        fp_pool_stop();
        usleep(50);
    }
    return NULL;
}

static void check_concurrent_callers(void)
{
    crowd callers = {0};
    pthread_t threads[6], stopper;
    fp_set_threads(3);
    pthread_create(&stopper, NULL, stop_until_stopped, &callers);
    for (int i = 0; i < 6; i++)
        pthread_create(&threads[i], NULL, run_rounds, &callers);
    for (int i = 0; i < 6; i++)
        pthread_join(threads[i], NULL);
    callers.stop = 1;
    pthread_join(stopper, NULL);
    CHECK(callers.wrong == 0);
}

/* Settings */

static void *limit_of_new_thread(void *argument)
{
    *(int *)argument = fp_limit_threads(0);
    return NULL;
}

static void check_settings(void)
{
    pthread_t thread;
    int other = -1;
    fp_set_threads(4);
    CHECK(fp_get_threads() == 4 && fp_threads() == 4);
    CHECK(fp_limit_threads(2) == 0);
    CHECK(fp_get_threads() == 4 && fp_threads() == 2);
    pthread_create(&thread, NULL, limit_of_new_thread, &other);
    pthread_join(thread, NULL);
    CHECK(other == 0);
    CHECK(fp_limit_threads(1) == 2);
    CHECK(fp_threads() == 1 && job_is_right(100));
    CHECK(fp_limit_threads(0) == 1);
    CHECK(fp_threads() == 4);
    fp_set_threads(1 << 20);
    CHECK(fp_get_threads() == 1 << 20 && fp_threads() <= 1 << 12);
}

static void check_stop_and_restart(void)
{
    fp_set_threads(3);
    for (int i = 0; i < 20; i++) {
        CHECK(job_is_right(30));
        if (i % 2)
            usleep(200);
        fp_pool_stop();
    }
    fp_pool_stop();
    CHECK(job_is_right(30));
}

/* Fork */

/* The child's part, in the child alone: its exit status says whether all went well. A hang ends by SIGALRM. */
static void child_does(int right)
{
    _exit(right ? 0 : 1);
}

static int ended_well(pid_t child)
{
    int status = -1;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static pid_t fork_with_alarm(void)
{
    pid_t child = fork();
    if (child == 0)
        alarm(HANG_SECONDS);
    return child;
}

static int grandchild_is_right(void)
{
    pid_t child = fork_with_alarm();
    if (child == 0)
        child_does(job_is_right(100) && workers_come());
    return ended_well(child);
}

static void check_fork_after_use(void)
{
    pid_t child;
    fp_set_threads(3);
    CHECK(job_is_right(100));
    child = fork_with_alarm();
    if (child == 0) {
        int before = grandchild_is_right();
        child_does(before && job_is_right(100) && workers_come() && grandchild_is_right());
    }
    CHECK(ended_well(child));
    CHECK(job_is_right(100) && workers_come());
}

/* Forks while other threads are in jobs, or start and stop workers. */
static void check_fork_amid(void *(*other)(void *))
{
    crowd others = {0};
    pthread_t runner, thread;
    fp_set_threads(3);
    CHECK(job_is_right(100));
    pthread_create(&runner, NULL, run_until_stopped, &others);
    pthread_create(&thread, NULL, other, &others);
    while (others.running < 2)
        sched_yield();
    for (int i = 0; i < ROUNDS; i++) {
        pid_t child = fork_with_alarm();
        if (child == 0) {
            int right = job_is_right(50) && workers_come();
            fp_pool_stop();
            child_does(right && job_is_right(50));
        }
        CHECK(ended_well(child));
    }
    others.stop = 1;
    pthread_join(runner, NULL);
    pthread_join(thread, NULL);
    CHECK(others.wrong == 0);
}

static void check_fork_amid_jobs(void) { check_fork_amid(run_until_stopped); }
static void check_fork_amid_stops(void) { check_fork_amid(stop_until_stopped); }

/* Each task forks; the child uses the pool and ends within the task, or (returns set) returns from it. */
typedef struct {
    pid_t parent;
    int returns;
    atomic_int wrong;
} forks;

static void fork_in_task(void *context, size_t index)
{
    forks *self = context;
    pid_t child = fork_with_alarm();
    (void)index;
    if (child == 0) {
        int right = fp_threads() == 3 && job_is_right(100) && workers_come();
        if (!right || !self->returns)
            child_does(right);
    } else if (!ended_well(child)) {
        self->wrong++;
    }
}

static void check_fork_in_task(void)
{
    forks self = {.parent = getpid()};
    fp_set_threads(3);
    for (int i = 0; i < 20; i++) {
        self.returns = i % 2;
        fp_pool_run(fork_in_task, &self, 5);
        if (getpid() != self.parent)
            child_does(fp_threads() == 3 && job_is_right(100) && workers_come());
    }
    CHECK(self.wrong == 0);
    CHECK(job_is_right(100) && workers_come());
}

/* Quota. A fake tree is a list of "path", "text" pairs, ended by NULL, made below a fresh directory. */

static void write_file(const char *root, const char *path, const char *text)
{
    char name[512];
    FILE *file;
    snprintf(name, sizeof name, "%s%s", root, path);
    for (char *slash = strchr(name + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(name, 0700);
        *slash = '/';
    }
    file = fopen(name, "w");
    fputs(text, file);
    fclose(file);
}

static int quota_of(const char *const *tree)
{
    char root[] = "/tmp/fastprob-test-XXXXXX", command[64];
    int cpus, threads;
    if (mkdtemp(root) == NULL)
        return -1;
    for (; *tree; tree += 2)
        write_file(root, tree[0], tree[1]);
    cpus = fp_quota_cpus(root);
    threads = fp_default_threads(root);
    CHECK(threads >= 1 && (cpus == 0 || threads <= cpus));
    snprintf(command, sizeof command, "rm -r %s", root);
    return system(command) == 0 ? cpus : -1;
}

#define QUOTA(...) quota_of((const char *const[]){__VA_ARGS__, NULL})
#define GROUP "/proc/self/cgroup"
#define FS "/sys/fs/cgroup"

static void check_quota_v2(void)
{
    CHECK(fp_quota_cpus("/nowhere") == 0);
    CHECK(QUOTA(GROUP, "0::/\n") == 0);
    CHECK(QUOTA(GROUP, "0::/\n", FS "/cpu.max", "200000 100000\n") == 2);
    CHECK(QUOTA(GROUP, "0::/\n", FS "/cpu.max", "200001 100000\n") == 3);
    CHECK(QUOTA(GROUP, "0::/\n", FS "/cpu.max", "10000 100000\n") == 1);
    CHECK(QUOTA(GROUP, "0::/\n", FS "/cpu.max", "max 100000\n") == 0);
    CHECK(QUOTA(GROUP, "0::/\n", FS "/cpu.max", "nonsense\n") == 0);
    CHECK(QUOTA(GROUP, "0::/\n", FS "/cpu.max", "") == 0);
    CHECK(QUOTA(GROUP, "0::/a/b/c\n", FS "/a/b/c/cpu.max", "max 100000\n", FS "/a/b/cpu.max", "300000 100000\n",
                FS "/a/cpu.max", "500000 100000\n") == 3);
    CHECK(QUOTA(GROUP, "0::/a/b/c\n", FS "/a/b/c/cpu.max", "400000 100000\n", FS "/a/cpu.max", "150000 100000\n") == 2);
    CHECK(QUOTA(GROUP, "0::/host/name\n", FS "/cpu.max", "300000 100000\n") == 3);
    CHECK(QUOTA(GROUP, "0::/../other\n", FS "/cpu.max", "300000 100000\n", "/sys/fs/other/cpu.max", "1 1\n") == 3);
}

static void check_quota_v1(void)
{
#define V1(directory, quota) \
    FS directory "/cpu.cfs_quota_us", quota "\n", FS directory "/cpu.cfs_period_us", "100000\n"
#define LINES(group) "12:cpuset:/\n4:cpu,cpuacct:" group "\n1:name=systemd:/\n0::/\n"
    CHECK(QUOTA(GROUP, LINES("/"), V1("/cpu,cpuacct", "250000")) == 3);
    CHECK(QUOTA(GROUP, LINES("/"), V1("/cpu", "250000")) == 3);
    CHECK(QUOTA(GROUP, LINES("/"), V1("/cpu", "-1")) == 0);
    CHECK(QUOTA(GROUP, LINES("/a/b"), V1("/cpu/a/b", "-1"), V1("/cpu/a", "100000"), V1("/cpu", "500000")) == 1);
    CHECK(QUOTA(GROUP, LINES("/docker/0123"), V1("/cpu,cpuacct", "400000")) == 4);
    CHECK(QUOTA(GROUP, "3:cpuset:/\n", V1("/cpu", "100000"), V1("/cpuset", "100000")) == 0);
    CHECK(QUOTA(GROUP, "3:cpuacct,cpu:/a\n", V1("/cpuacct,cpu/a", "200000")) == 2);
    CHECK(QUOTA(GROUP, LINES("/"), V1("/cpu", "300000"), FS "/unified/cpu.max", "200000 100000\n") == 2);
    CHECK(QUOTA(GROUP, "junk\n4:cpu\n4:cpu:\n0::\n", V1("/cpu", "100000")) == 0);
}

/* The default with these two variables, NULL for unset. */
static int default_with(const char *own, const char *omp)
{
    unsetenv("FASTPROB_NUM_THREADS");
    unsetenv("OMP_NUM_THREADS");
    if (own)
        setenv("FASTPROB_NUM_THREADS", own, 1);
    if (omp)
        setenv("OMP_NUM_THREADS", omp, 1);
    return fp_default_threads("");
}

static void check_environment(void)
{
    static const char *const wrong[] = {"", " ", "0", "-3", "x", "3x", "3.5", "99999999999999999999", ",3"};
    int neither = default_with(NULL, NULL);
    CHECK(neither >= 1);
    CHECK(default_with("5", "6") == 5);
    CHECK(default_with(" 5 ", NULL) == 5);
    CHECK(default_with(NULL, "6") == 6);
    CHECK(default_with(NULL, "4,2") == 4);
    CHECK(default_with("4,2", "7") == 7);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK(default_with(wrong[i], "6") == 6);
        CHECK(default_with(wrong[i], wrong[i]) == neither);
    }
    default_with(NULL, NULL);
}

static void run(const char *name, void (*check)(void))
{
    int before = failures;
    printf("%s\n", name);
    fflush(stdout); /* a child must not print it again */
    alarm(HANG_SECONDS);
    check();
    alarm(0);
    fp_pool_stop();
    if (failures > before)
        printf("  FAILED\n");
}

int main(int argc, char **argv)
{
    int may_fork = !(argc > 1 && strcmp(argv[1], "nofork") == 0);
    run("environment", check_environment); /* first: the pool has not asked for the default yet */
    CHECK(fp_get_threads() == fp_default_threads(""));
    run("quota v2", check_quota_v2);
    run("quota v1", check_quota_v1);
    run("each index once", check_each_index_once);
    run("workers come", check_workers_come);
    run("nested", check_nested);
    run("concurrent callers", check_concurrent_callers);
    run("settings", check_settings);
    run("stop and restart", check_stop_and_restart);
    if (may_fork) {
        run("fork after use", check_fork_after_use);
        run("fork amid jobs", check_fork_amid_jobs);
        run("fork amid stops", check_fork_amid_stops);
        run("fork in a task", check_fork_in_task);
    }
    printf(failures ? "%d failures\n" : "all passed\n", failures);
    return failures != 0;
}
