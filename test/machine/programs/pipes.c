/* A pipe with unread bytes, a child that waits at another one, a file with an offset that both share, and a descriptor that a program would not get. */
#include "program.h"
#include <fcntl.h>
#include <sys/wait.h>

int main(void)
{
    int unread[2], command[2];
    char buffer[64];
    must(pipe(unread));
    must(pipe(command));
    must(write(unread[1], "left in the pipe", 16));
    int file = must(open("/job/data", O_RDWR | O_CREAT, 0644));
    must(write(file, "0123456789abcdef", 16));
    must(lseek(file, 7, SEEK_SET));
    must(dup3(file, 77, O_CLOEXEC));
    pid_t child = must(fork());
    if (child == 0) {
        close(command[1]);
        ssize_t length = read(command[0], buffer, sizeof buffer);
        say("child: %.*s\n", (int)length, buffer);
        must(lseek(file, 2, SEEK_CUR));
        return 5;
    }
    close(command[0]);
    ready();
    must(write(command[1], "from the parent", 15));
    int status;
    must(waitpid(child, &status, 0));
    say("child ended with %d\n", WEXITSTATUS(status));
    ssize_t length = must(read(unread[0], buffer, sizeof buffer));
    say("pipe: %.*s\n", (int)length, buffer);
    length = must(read(77, buffer, sizeof buffer));
    say("file: %.*s\n", (int)length, buffer);
    say("flags: %d %d\n", must(fcntl(77, F_GETFD)), must(fcntl(file, F_GETFD)));
    return 0;
}
