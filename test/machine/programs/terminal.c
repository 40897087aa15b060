/* A pseudo-terminal: its size, its modes, and input that nobody has read. */
#include "program.h"
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

int main(void)
{
    char buffer[64];
    int master = must(posix_openpt(O_RDWR | O_NOCTTY));
    must(grantpt(master));
    must(unlockpt(master));
    int slave = must(open(ptsname(master), O_RDWR | O_NOCTTY));
    must(ioctl(slave, TIOCSWINSZ, &(struct winsize){ .ws_row = 33, .ws_col = 99 }));
    struct termios modes;
    must(tcgetattr(slave, &modes));
    modes.c_lflag &= ~(ECHO | ISIG);
    modes.c_cc[VINTR] = 7;
    must(tcsetattr(slave, TCSANOW, &modes));
    must(write(master, "a line\n", 7));
    ready();
    struct winsize size;
    must(ioctl(master, TIOCGWINSZ, &size));
    say("size: %d %d\n", size.ws_row, size.ws_col);
    must(tcgetattr(slave, &modes));
    say("modes: %d %d %d %d\n", !!(modes.c_lflag & ECHO), !!(modes.c_lflag & ICANON), !!(modes.c_lflag & ISIG), modes.c_cc[VINTR]);
    ssize_t length = must(read(slave, buffer, sizeof buffer));
    say("input: %.*s", (int)length, buffer);
    must(write(slave, "out", 3));
    length = must(read(master, buffer, sizeof buffer));
    say("output: %.*s\n", (int)length, buffer);
    return 0;
}
