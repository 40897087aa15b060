/*
 * Connected unix sockets with bytes and messages in both queues, one side of which is shut down, and one that listens. No message is empty: CRIU
 * 3.17 takes an empty one for the end of a queue.
 */
#include "program.h"
#include <sys/socket.h>
#include <sys/un.h>

int main(void)
{
    int stream[2], datagram[2], shut[2];
    char buffer[64];
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, stream));
    must(socketpair(AF_UNIX, SOCK_DGRAM, 0, datagram));
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, shut));
    must(write(stream[0], "one way", 7));
    must(write(stream[1], "and ", 4));
    must(write(stream[1], "back", 4));
    must(write(datagram[0], "first", 5));
    must(write(datagram[0], "second", 6));
    must(shutdown(shut[0], SHUT_WR));
    int listener = must(socket(AF_UNIX, SOCK_STREAM, 0));
    struct sockaddr_un address = { AF_UNIX, "/job/listener" };
    must(bind(listener, (struct sockaddr *)&address, sizeof address));
    must(listen(listener, 3));
    ready();
    for (int i = 0; i < 2; i++) {
        ssize_t length = must(read(stream[i], buffer, sizeof buffer));
        say("stream %d: %.*s\n", i, (int)length, buffer);
    }
    for (int i = 0; i < 2; i++) {
        ssize_t length = must(read(datagram[1], buffer, sizeof buffer));
        say("datagram %d: %.*s\n", i, (int)length, buffer);
    }
    must(write(datagram[1], "answer", 6));
    say("answer: %zd\n", must(read(datagram[0], buffer, sizeof buffer)));
    say("shut down: %zd\n", must(read(shut[1], buffer, sizeof buffer)));
    must(write(shut[1], "open", 4));
    say("other way: %zd\n", must(read(shut[0], buffer, sizeof buffer)));
    int caller = must(socket(AF_UNIX, SOCK_STREAM, 0));
    must(connect(caller, (struct sockaddr *)&address, sizeof address));
    int accepted = must(accept(listener, NULL, NULL));
    must(write(caller, "hello", 5));
    say("accepted: %zd\n", must(read(accepted, buffer, sizeof buffer)));
    return 0;
}
