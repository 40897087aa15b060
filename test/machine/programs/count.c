/* Counts, and says each number. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    for (unsigned long count = 1;; count++) {
        printf("%lu\n", count);
        fflush(stdout);
        usleep(10000);
    }
}
