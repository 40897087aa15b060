/* Handlers, an alternate stack, blocked and ignored signals, signals in both queues, a timer. The other two timers are left out: CRIU 3.17 dumps them, and restores zeros. */
#include "program.h"
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>

static char *stack;

static void tells(int number, siginfo_t *info, void *context)
{
    char here;
    (void)context;
    say("signal %d code %d value %d %s\n", number == SIGRTMIN + 3 ? 1003 : number, info->si_code, info->si_value.sival_int,
        &here >= stack && &here < stack + 16384 ? "on its stack" : "on the usual stack");
}

int main(void)
{
    struct sigaction action = { .sa_sigaction = tells, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    sigaddset(&action.sa_mask, SIGUSR2);
    stack = must(malloc(16384));
    must(sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = 16384 }, NULL));
    must(sigaction(SIGRTMIN + 3, &action, NULL));
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    must(sigaction(SIGUSR1, &action, NULL));
    signal(SIGPIPE, SIG_IGN);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigaddset(&blocked, SIGRTMIN + 3);
    must(sigprocmask(SIG_BLOCK, &blocked, NULL));
    must(sigqueue(getpid(), SIGRTMIN + 3, (union sigval){ .sival_int = 11 }));
    must(sigqueue(getpid(), SIGRTMIN + 3, (union sigval){ .sival_int = 22 }));
    must(syscall(SYS_tgkill, getpid(), gettid(), SIGUSR1));
    must(setitimer(ITIMER_REAL, &(struct itimerval){ .it_value = { 100000, 0 }, .it_interval = { 7, 500000 } }, NULL));
    ready();
    sigset_t pending;
    must(sigpending(&pending));
    say("pending: %d %d %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGRTMIN + 3), sigismember(&pending, SIGUSR2));
    struct sigaction now;
    must(sigaction(SIGUSR1, NULL, &now));
    say("handler: %d flags %x mask %d %d\n", now.sa_sigaction == tells, now.sa_flags, sigismember(&now.sa_mask, SIGUSR2),
        sigismember(&now.sa_mask, SIGHUP));
    must(sigaction(SIGPIPE, NULL, &now));
    say("ignored: %d\n", now.sa_handler == SIG_IGN);
    must(sigprocmask(SIG_UNBLOCK, &blocked, NULL));
    struct itimerval timer;
    must(getitimer(ITIMER_REAL, &timer));
    say("timer: %d %ld.%06ld\n", timer.it_value.tv_sec > 90000 && timer.it_value.tv_sec <= 100000, timer.it_interval.tv_sec,
        timer.it_interval.tv_usec);
    return 0;
}
