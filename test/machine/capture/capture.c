/*
 * Stops a tree of x86_64 processes and writes down what /proc does not show: registers, memory, handlers, timers, pending signals, contents of pipes
 * and sockets, System V objects. Then it kills them.
 *
 * Usage: capture DIRECTORY PID...
 *
 * DIRECTORY/PID.pages has addresses of eight bytes, each followed by the page. DIRECTORY/captured has lines, numbers in hexadecimal unless they are
 * ids: of everything after "process PID" that process, of everything after "thread TID" that thread.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define MOST 256
#define must(call) ({ __auto_type result = (call); if ((long)result == -1) { perror(#call); exit(1); } result; })

static FILE *out;
static int tids[MOST], owners[MOST], count;

static void hex(const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        fprintf(out, "%02x", ((const unsigned char *)bytes)[i]);
    fputc('\n', out);
}

static FILE *proc(int pid, const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

/* Calls back for every number that is the name of an entry of a directory. */
static void each(int pid, const char *name, void (*call)(int pid, int number))
{
    char path[300];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
        if (entry->d_name[0] != '.')
            call(pid, atoi(entry->d_name));
    if (directory != NULL)
        closedir(directory);
}

static void stop(int pid, int tid)
{
    int status;
    must(ptrace(PTRACE_SEIZE, tid, NULL, NULL));
    must(ptrace(PTRACE_INTERRUPT, tid, NULL, NULL));
    must(waitpid(tid, &status, __WALL));
    if (count == MOST)
        exit(1);
    owners[count] = pid;
    tids[count++] = tid;
}

/* Pages of private memory that are not those of a file, and all pages of memory without a file that is shared. */
static void pages(int pid, const char *directory)
{
    char path[300], line[512], perms[5];
    unsigned long start, end, offset, inode;
    static char page[PAGE];
    snprintf(path, sizeof path, "%s/%d.pages", directory, pid);
    FILE *file = fopen(path, "w");
    snprintf(path, sizeof path, "/proc/%d/mem", pid);
    int memory = must(open(path, O_RDONLY));
    snprintf(path, sizeof path, "/proc/%d/pagemap", pid);
    int map = must(open(path, O_RDONLY));
    FILE *maps = proc(pid, "maps");
    while (fgets(line, sizeof line, maps) != NULL) {
        int name = 0;
        struct stat status;
        sscanf(line, "%lx-%lx %4s %lx %*s %lu %n", &start, &end, perms, &offset, &inode, &name);
        line[strcspn(line, "\n")] = 0;
        const char *what = line + name;
        if (what[0] == '/' && stat(what, &status) == 0)
            fprintf(out, "file %s %lx\n", what, (unsigned long)status.st_size);
        int invisible = strstr(what, "(deleted)") != NULL;
        if (strncmp(what, "[v", 2) == 0 || (perms[3] == 's' && !invisible))
            continue;
        for (unsigned long at = start; at < end; at += PAGE) {
            uint64_t entry;
            must(pread(map, &entry, 8, at / PAGE * 8));
            int present = entry >> 62 != 0, of_file = entry >> 61 & 1;
            if (!present || (of_file && perms[3] == 'p'))
                continue;
            if (pread(memory, page, PAGE, at) != PAGE)
                continue;
            fwrite(&at, 8, 1, file);
            fwrite(page, PAGE, 1, file);
        }
    }
    fclose(maps);
    fclose(file);
    close(memory);
    close(map);
}

static void pending(int tid, const char *name, int flags)
{
    siginfo_t info;
    struct {
        uint64_t off;
        uint32_t flags;
        int32_t nr;
    } from = { 0, flags, 1 };
    while (ptrace(PTRACE_PEEKSIGINFO, tid, &from, &info) == 1) {
        fprintf(out, "%s ", name);
        hex(&info, sizeof info);
        from.off++;
    }
}

static void registers(int tid)
{
    struct user_regs_struct registers;
    static char extended[8192];
    struct iovec area = { &registers, sizeof registers };
    must(ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &area));
    fprintf(out, "registers");
    for (size_t i = 0; i < sizeof registers / 8; i++)
        fprintf(out, " %llx", ((unsigned long long *)&registers)[i]);
    fprintf(out, "\nxsave ");
    area = (struct iovec){ extended, sizeof extended };
    must(ptrace(PTRACE_GETREGSET, tid, NT_X86_XSTATE, &area));
    hex(extended, area.iov_len < 832 ? area.iov_len : 832);
}

static unsigned long instruction;

/* An argument that is the address of the result. */
#define HERE 0x4e54e54eUL

/* Lets a stopped thread make a system call, with room for its result on its stack, and leaves its registers as they were. */
static void injected(int tid, long number, const unsigned long arguments[4], void *result, size_t size)
{
    struct user_regs_struct before, now;
    int status;
    must(ptrace(PTRACE_GETREGS, tid, NULL, &before));
    now = before;
    unsigned long room = (before.rsp - 1024) & ~15UL;
    unsigned long values[4];
    for (int i = 0; i < 4; i++)
        values[i] = arguments[i] == HERE ? room : arguments[i];
    now.rip = instruction;
    now.rax = number;
    now.orig_rax = -1;
    now.rdi = values[0], now.rsi = values[1], now.rdx = values[2], now.r10 = values[3];
    must(ptrace(PTRACE_SETREGS, tid, NULL, &now));
    must(ptrace(PTRACE_SINGLESTEP, tid, NULL, NULL));
    must(waitpid(tid, &status, __WALL));
    must(ptrace(PTRACE_GETREGS, tid, NULL, &now));
    if ((long)now.rax < 0) {
        fprintf(stderr, "system call %ld in thread %d: %ld, stopped by %x\n", number, tid, (long)now.rax, status);
        exit(1);
    }
    for (size_t at = 0; at < size; at += 8)
        *(long *)((char *)result + at) = ptrace(PTRACE_PEEKDATA, tid, room + at, NULL);
    must(ptrace(PTRACE_SETREGS, tid, NULL, &before));
}

/* An instruction for system calls: where a thread is in one. */
static void find_instruction(int pid)
{
    for (int i = 0; i < count; i++) {
        struct user_regs_struct registers;
        if (owners[i] != pid)
            continue;
        must(ptrace(PTRACE_GETREGS, tids[i], NULL, &registers));
        instruction = registers.rip - 2;
        if ((ptrace(PTRACE_PEEKTEXT, tids[i], instruction, NULL) & 0xffff) == 0x050f)
            return;
    }
    fprintf(stderr, "no thread of %d is in a system call\n", pid);
    exit(1);
}

static void thread(int tid)
{
    unsigned long head, length, result[4];
    uint64_t blocked;
    must(ptrace(PTRACE_GETSIGMASK, tid, 8, &blocked));
    must(syscall(SYS_get_robust_list, tid, &head, &length));
    fprintf(out, "blocked %lx\nrobust %lx %lx\n", blocked, head, length);
    pending(tid, "private", 0);
    injected(tid, SYS_prctl, (unsigned long[]){ 40 /* PR_GET_TID_ADDRESS */, HERE, 0, 0 }, result, 8);
    fprintf(out, "tid_address %lx\n", result[0]);
    injected(tid, SYS_sigaltstack, (unsigned long[]){ 0, HERE, 0, 0 }, result, 24);
    fprintf(out, "altstack %lx %lx %lx\n", result[0], result[1] & 0xffffffff, result[2]);
}

static void handlers_and_timers(int pid)
{
    unsigned long action[4], timer[4];
    for (int number = 1; number <= 64; number++) {
        injected(pid, SYS_rt_sigaction, (unsigned long[]){ number, 0, HERE, 8 }, action, sizeof action);
        if (action[0] != 0)
            fprintf(out, "action %d %lx %lx %lx %lx\n", number, action[0], action[1], action[2], action[3]);
    }
    for (int which = 0; which < 3; which++) {
        injected(pid, SYS_getitimer, (unsigned long[]){ which, HERE, 0, 0 }, timer, sizeof timer);
        fprintf(out, "timer %d %lx %lx %lx %lx\n", which, timer[0], timer[1], timer[2], timer[3]);
    }
}

/* The bytes in a pipe, which stay there. */
static void pipe_contents(int fd, int number)
{
    int length = 0, ends[2];
    static char bytes[65536];
    must(ioctl(fd, FIONREAD, &length));
    fprintf(out, "pipe %d ", number);
    if (length > 0) {
        must(pipe(ends));
        length = must(tee(fd, ends[1], sizeof bytes, 0));
        must(read(ends[0], bytes, length));
        close(ends[0]);
        close(ends[1]);
    }
    hex(bytes, length);
}

/* A socket with the messages that it has received, which stay there. */
static void socket_contents(int fd, int number)
{
    int domain, type, listens, at = 0;
    struct sockaddr_storage name = { 0 };
    socklen_t length = sizeof(int), size = sizeof name;
    static char bytes[65536];
    must(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length));
    must(getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length));
    must(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length));
    must(getsockname(fd, (struct sockaddr *)&name, &size));
    fprintf(out, "socket %d %d %d %d ", number, domain, type, listens);
    hex(&name, size);
    if (listens)
        return;
    must(setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &at, sizeof at));
    for (;;) {
        ssize_t got = recv(fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
        if (got < 0 || (got == 0 && type == SOCK_STREAM))
            break;
        fprintf(out, "message %d ", number);
        hex(bytes, got);
    }
    at = -1;
    must(setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &at, sizeof at));
}

/* Inode, inode of the peer, and shutdown of all unix sockets. */
static void unix_sockets(void)
{
    static char answer[65536];
    struct {
        struct nlmsghdr header;
        struct unix_diag_req request;
    } question = { { sizeof question, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 },
                   { .sdiag_family = AF_UNIX, .udiag_states = -1, .udiag_show = UDIAG_SHOW_PEER } };
    int kernel = must(socket(AF_NETLINK, SOCK_DGRAM, NETLINK_SOCK_DIAG));
    must(send(kernel, &question, sizeof question, 0));
    for (;;) {
        int left = must(recv(kernel, answer, sizeof answer, 0));
        for (struct nlmsghdr *header = (void *)answer; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
            if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY) {
                close(kernel);
                return;
            }
            struct unix_diag_msg *found = NLMSG_DATA(header);
            int size = header->nlmsg_len - NLMSG_LENGTH(sizeof *found);
            unsigned peer = 0, shutdown = 0;
            for (struct rtattr *one = (void *)(found + 1); RTA_OK(one, size); one = RTA_NEXT(one, size)) {
                if (one->rta_type == UNIX_DIAG_PEER)
                    peer = *(unsigned *)RTA_DATA(one);
                if (one->rta_type == UNIX_DIAG_SHUTDOWN)
                    shutdown = *(unsigned char *)RTA_DATA(one);
            }
            fprintf(out, "unix %u %u %x\n", found->udiag_ino, peer, shutdown);
        }
    }
}

static void descriptor(int pid, int number)
{
    struct stat status;
    int process = must(syscall(SYS_pidfd_open, pid, 0));
    int fd = syscall(SYS_pidfd_getfd, process, number, 0);
    close(process);
    if (fd < 0)
        return;
    must(fstat(fd, &status));
    if (S_ISFIFO(status.st_mode) && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
        pipe_contents(fd, number);
    if (S_ISSOCK(status.st_mode))
        socket_contents(fd, number);
    close(fd);
}

static void segments(FILE *table)
{
    char line[512];
    int id;
    unsigned long size;
    while (fgets(line, sizeof line, table) != NULL)
        if (sscanf(line, "%*d %d %*o %lu", &id, &size) == 2) {
            const char *memory = must(shmat(id, NULL, SHM_RDONLY));
            fprintf(out, "segment %d ", id);
            hex(memory, size);
            shmdt(memory);
        }
}

static void semaphores(FILE *table)
{
    char line[512];
    int id, number;
    while (fgets(line, sizeof line, table) != NULL)
        if (sscanf(line, "%*d %d %*o %d", &id, &number) == 2) {
            fprintf(out, "semaphores %d", id);
            for (int i = 0; i < number; i++)
                fprintf(out, " %x", must(semctl(id, i, GETVAL)));
            fputc('\n', out);
        }
}

static void messages(FILE *table)
{
    char line[512];
    int id;
    struct {
        long type;
        char text[8192];
    } message;
    while (fgets(line, sizeof line, table) != NULL)
        if (sscanf(line, "%*d %d", &id) == 1)
            for (int i = 0;; i++) {
                ssize_t size = msgrcv(id, &message, sizeof message.text, i, MSG_COPY | IPC_NOWAIT);
                if (size < 0)
                    break;
                fprintf(out, "sent %d %lx ", id, message.type);
                hex(message.text, size);
            }
}

int main(int argc, char **argv)
{
    char path[300];
    snprintf(path, sizeof path, "%s/captured", argv[1]);
    out = fopen(path, "w");
    for (int i = 2; i < argc; i++)
        each(atoi(argv[i]), "task", stop);
    for (int i = 2; i < argc; i++) {
        int pid = atoi(argv[i]);
        fprintf(out, "process %d\n", pid);
        pages(pid, argv[1]);
        find_instruction(pid);
        pending(pid, "shared", 1);
        for (int j = 0; j < count; j++)
            if (owners[j] == pid) {
                fprintf(out, "thread %d\n", tids[j]);
                registers(tids[j]);
                thread(tids[j]);
            }
        handlers_and_timers(pid);
        each(pid, "fd", descriptor);
    }
    unix_sockets();
    segments(fopen("/proc/sysvipc/shm", "r"));
    semaphores(fopen("/proc/sysvipc/sem", "r"));
    messages(fopen("/proc/sysvipc/msg", "r"));
    for (int i = 2; i < argc; i++)
        kill(atoi(argv[i]), SIGKILL);
    return fclose(out);
}
