/* Threads that wait in a futex, in a pipe and in a timed wait, each with storage of its own. */
#include "program.h"
#include <pthread.h>
#include <sys/prctl.h>

static __thread long own = -1;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int goes, ends[2], arrived;

static void arrive(long number, const char *name)
{
    own = number;
    prctl(PR_SET_NAME, name);
    __atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
}

static void *waits_for_condition(void *argument)
{
    arrive(1001, "condition");
    pthread_mutex_lock(&mutex);
    while (!goes)
        pthread_cond_wait(&condition, &mutex);
    pthread_mutex_unlock(&mutex);
    *(long *)argument = own;
    return NULL;
}

static void *waits_for_pipe(void *argument)
{
    char byte;
    arrive(2002, "pipe");
    while (read(ends[0], &byte, 1) != 1)
        ;
    *(long *)argument = own + byte;
    return NULL;
}

static void *sleeps(void *argument)
{
    arrive(3003, "sleeper");
    wait_for_go();
    *(long *)argument = own;
    return NULL;
}

int main(void)
{
    void *(*routines[])(void *) = { waits_for_condition, waits_for_pipe, sleeps };
    pthread_t threads[3];
    long results[3];
    own = 4004;
    must(pipe(ends));
    for (int i = 0; i < 3; i++)
        if (pthread_create(&threads[i], NULL, routines[i], &results[i]) != 0)
            return 1;
    while (__atomic_load_n(&arrived, __ATOMIC_SEQ_CST) < 3)
        usleep(1000);
    ready();
    pthread_mutex_lock(&mutex);
    goes = 1;
    pthread_cond_broadcast(&condition);
    pthread_mutex_unlock(&mutex);
    must(write(ends[1], "\7", 1));
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        say("thread %d: %ld\n", i, results[i]);
    }
    say("main: %ld\n", own);
    return 0;
}
