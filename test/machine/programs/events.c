/* An event counter, and an epoll file that watches it and a pipe. */
#include "program.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

int main(void)
{
    int ends[2];
    struct epoll_event events[4];
    int counter = must(eventfd(42, EFD_NONBLOCK));
    must(pipe(ends));
    int watcher = must(epoll_create1(EPOLL_CLOEXEC));
    must(epoll_ctl(watcher, EPOLL_CTL_ADD, counter, &(struct epoll_event){ EPOLLIN, { .u64 = 0x1111222233334444 } }));
    must(epoll_ctl(watcher, EPOLL_CTL_ADD, ends[0], &(struct epoll_event){ EPOLLIN | EPOLLET, { .u64 = 5 } }));
    ready();
    eventfd_t value;
    int count = must(epoll_wait(watcher, events, 4, 0));
    say("ready: %d %llx %x\n", count, (unsigned long long)events[0].data.u64, events[0].events);
    must(eventfd_read(counter, &value));
    say("counter: %llu\n", (unsigned long long)value);
    must(write(ends[1], "x", 1));
    count = must(epoll_wait(watcher, events, 4, 0));
    say("ready: %d %llx\n", count, (unsigned long long)events[0].data.u64);
    say("again: %d\n", must(epoll_wait(watcher, events, 4, 0)));
    return 0;
}
