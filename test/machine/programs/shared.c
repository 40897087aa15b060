/* Anonymous memory that a parent and its child share, and a file that both map. */
#include "program.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define SIZE 16384

struct shared {
    int go;
    char text[100];
};

int main(void)
{
    int file = must(open("/job/mapped", O_RDWR | O_CREAT, 0644));
    must(ftruncate(file, SIZE));
    struct shared *shared = must(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    char *mapped = must(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    char *own = must(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    close(file);
    strcpy(shared->text, "before");
    strcpy((char *)shared + 3 * 4096, "last page");
    strcpy(own, "of the parent");
    pid_t child = must(fork());
    if (child == 0) {
        strcpy(own, "of the child");
        while (!__atomic_load_n(&shared->go, __ATOMIC_SEQ_CST))
            usleep(5000);
        say("child: %s, %s, %s, %s\n", shared->text, (char *)shared + 3 * 4096, mapped + 5000, own);
        strcpy(shared->text, "from the child");
        return 0;
    }
    ready();
    say("parent: %s, %s\n", shared->text, own);
    strcpy(shared->text, "from the parent");
    strcpy(mapped + 5000, "in the file");
    __atomic_store_n(&shared->go, 1, __ATOMIC_SEQ_CST);
    must(waitpid(child, NULL, 0));
    say("parent: %s, %s\n", shared->text, own);
    return 0;
}
