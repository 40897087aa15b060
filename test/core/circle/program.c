/*
 * The process that goes around: threads in functions with names, memory of every kind with marks, registers with values, and a fault at a
 * known place. It tells on its standard output how its memory lies, since a debugger cannot ask that everywhere.
 *
 * Usage: program FILE, a file of three pages.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES(n) ((n) * PAGE)
#define LEAF __attribute__((noinline))

/* Data of the program: the page in the middle is written to, the others stay as they are in the file. */
uint32_t data[3][PAGE / 4] __attribute__((aligned(PAGE))) = {
    [0] = { [0 ... 1023] = 0xda7a0000 }, [1] = { [0 ... 1023] = 0xda7a0001 }, [2] = { [0 ... 1023] = 0xda7a0002 }
};
const uint32_t constants[4] = { 0xc0457a00, 0xc0457a01, 0xc0457a02, 0xc0457a03 };

uint32_t *heap, *private_pages, *shared_pages, *read_only_pages, *file_private, *file_shared;
volatile int arrived;
volatile uint32_t turns;

static void fill(uint32_t *pages, int page, uint32_t mark)
{
    for (int i = 0; i < PAGE / 4; i++)
        pages[page * (PAGE / 4) + i] = mark + i;
}

/* Every thread comes by here before anything else. */
static void arrive(void)
{
#ifdef __i386__
    uint32_t base;
    __asm__ volatile("mov %%gs:0, %0" : "=r"(base));
    dprintf(1, "thread %d tls %x\n", gettid(), base);
#endif
    __atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
}

/* Sleeps in the kernel. On i386 not by way of the vdso, whose code is in no image. */
LEAF void sleeper(int depth)
{
    if (depth > 0) {
        sleeper(depth - 1);
    } else {
        arrive();
#ifdef __i386__
        long pause_call = 29;
        __asm__ volatile("int $0x80" : "+a"(pause_call) : : "memory");
#else
        pause();
#endif
    }
    turns++;
}

/* Never calls anything. An emulator does not stop it for a debugger, so there it sleeps as well. */
LEAF void spinner(uint32_t step)
{
    arrive();
    for (;;) {
#ifdef EMULATED
        pause();
#endif
        turns += step;
    }
}

static void *sleeping_thread(void *argument) { sleeper(2); return argument; }
static void *spinning_thread(void *argument) { spinner(3); return argument; }

static void start(void *(*routine)(void *))
{
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 0x20000);
    if (pthread_create(&thread, &attributes, routine, NULL) != 0)
        exit(1);
}

/* Registers with values, and then a store to where nothing is. */
LEAF void fault(uintptr_t where)
{
    static const float vector[4] __attribute__((aligned(16))) = { 1.5f, -2.25f, 1024.0f, 0.15625f };
#if defined(__x86_64__)
    __asm__ volatile("fldz; fld1; fldpi; movaps %1, %%xmm3; movaps %1, %%xmm11; mov $0x1111222233334444, %%r12\n\t"
                     "movabs $0x5151515151515151, %%rsi; movl $0x5, (%0)"
                     : : "r"(where), "m"(vector) : "rsi", "r12", "xmm3", "xmm11", "memory");
#elif defined(__i386__)
    __asm__ volatile("fldz; fld1; fldpi; movaps %1, %%xmm3; mov $0x11112222, %%ecx; mov $0x51515151, %%esi; movl $0x5, (%0)"
                     : : "a"(where), "m"(vector) : "ecx", "esi", "xmm3", "memory");
#elif defined(__s390x__)
    static const double pi = 3.141592653589793;
    __asm__ volatile("ld %%f1, %1; ld %%f9, %1; lgfi %%r3, 0x51515151; st %%r3, 0(%0)"
                     : : "a"(where), "Q"(pi), "m"(vector) : "r3", "f1", "f9", "memory");
#elif defined(__powerpc__)
    static const double pi = 3.141592653589793;
    __asm__ volatile("lfd 1, 0(%1); lfd 21, 0(%1); lis 9, 0x5151; mtctr 9\n\t"
#ifdef __powerpc64__
                     "lvx 2, 0, %2; lvx 22, 0, %2\n\t"
#endif
                     "stw 9, 0(%0)"
                     : : "b"(where), "b"(&pi), "b"(vector) : "r9", "ctr", "fr1", "fr21", "memory");
#elif defined(__arm__)
    __asm__ volatile("mov r3, #0x51000000; mov r8, #0x11000000; str r3, [%0]" : : "r"(where), "m"(vector) : "r3", "r8", "memory");
#endif
}

LEAF void descend(int depth, const char *why)
{
    char note[32];
    snprintf(note, sizeof note, "%s %d", why, depth);
    if (depth > 0)
        descend(depth - 1, note);
    else
        fault(0x10);
    turns++;
}

static void copy_to_output(const char *path)
{
    char buffer[2048];
    ssize_t length;
    int file = open(path, O_RDONLY);
    while ((length = read(file, buffer, sizeof buffer)) > 0)
        if (write(1, buffer, length) != length)
            exit(1);
    close(file);
}

#ifdef EMULATED
/* How often all other threads went to sleep or were put to sleep, or -1 while one of them is awake. */
static long times_asleep(void)
{
    char path[300], line[256];
    long times = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *task; (task = readdir(tasks)) != NULL; ) {
        if (atoi(task->d_name) == 0 || atoi(task->d_name) == gettid())
            continue;
        snprintf(path, sizeof path, "/proc/self/task/%s/status", task->d_name);
        FILE *status = fopen(path, "r");
        while (status != NULL && fgets(line, sizeof line, status) != NULL) {
            char state;
            long count;
            if (sscanf(line, "State: %c", &state) == 1 && state != 'S')
                times = -1;
            if (times >= 0 && strstr(line, "ctxt_switches:") != NULL && sscanf(line, "%*s %ld", &count) == 1)
                times += count;
        }
        if (status != NULL)
            fclose(status);
    }
    closedir(tasks);
    return times;
}

/* An emulator lets threads run on when it stops one of them for a debugger, so all have to be asleep by then, and not only for a moment. */
static void wait_for_sleepers(void)
{
    long times, before = -1;
    while ((times = times_asleep()) < 0 || times != before) {
        before = times;
        usleep(20000);
    }
}
#endif

static void *mapping(int pages, int protection, int flags, int file)
{
    void *start = mmap(NULL, PAGES(pages), protection, flags, file, 0);
    if (start == MAP_FAILED)
        exit(1);
    return start;
}

int main(int argc, char **argv)
{
    int file = open(argv[argc - 1], O_RDWR);
    heap = malloc(PAGES(4));
    private_pages = mapping(4, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    shared_pages = mapping(3, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
    read_only_pages = mapping(2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    file_private = mapping(3, PROT_READ | PROT_WRITE, MAP_PRIVATE, file);
    file_shared = mapping(3, PROT_READ | PROT_WRITE, MAP_SHARED, file);
    mapping(2, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    data[1][1] = 0xda7ada7a;
    for (int i = 0; i < PAGES(4) / 4; i++)
        heap[i] = 0x4ea90000 + i;
    fill(private_pages, 0, 0x9a000000);
    fill(private_pages, 2, 0x9a020000);
    fill(shared_pages, 1, 0x5a010000);
    fill(read_only_pages, 1, 0x0a010000);
    fill(file_private, 1, 0xf1010000);
    mprotect(read_only_pages, PAGES(2), PROT_READ);
    start(sleeping_thread);
    start(spinning_thread);
    arrive();
    while (arrived < 3)
        usleep(100);
#ifdef EMULATED
    wait_for_sleepers();
#endif
    copy_to_output("/proc/self/maps");
    copy_to_output("/proc/self/stat");
    descend(3, "down");
    return 0;
}
