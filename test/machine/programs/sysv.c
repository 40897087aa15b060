/* System V shared memory that is attached, semaphores with values, a queue with messages. */
#include "program.h"
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

struct message {
    long type;
    char text[32];
};

int main(void)
{
    int segment = must(shmget(0x5348, 12288, IPC_CREAT | 0640));
    char *memory = must(shmat(segment, NULL, 0));
    strcpy(memory, "first page");
    strcpy(memory + 8192, "third page");
    int set = must(semget(0x5345, 3, IPC_CREAT | 0600));
    unsigned short values[3] = { 1, 0, 7 };
    must(semctl(set, 0, SETALL, values));
    int queue = must(msgget(0x4d51, IPC_CREAT | 0622));
    must(msgsnd(queue, &(struct message){ 3, "the third kind" }, 14, 0));
    must(msgsnd(queue, &(struct message){ 1, "" }, 0, 0));
    ready();
    say("memory: %s, %s\n", memory, memory + 8192);
    say("ids: %d %d %d\n", shmget(0x5348, 0, 0) == segment, semget(0x5345, 0, 0) == set, msgget(0x4d51, 0) == queue);
    memset(values, 0, sizeof values);
    must(semctl(set, 0, GETALL, values));
    say("semaphores: %d %d %d\n", values[0], values[1], values[2]);
    struct message message;
    for (int i = 0; i < 2; i++) {
        ssize_t length = must(msgrcv(queue, &message, sizeof message.text, 0, IPC_NOWAIT));
        say("message: %ld %.*s\n", message.type, (int)length, message.text);
    }
    struct shmid_ds shm;
    struct semid_ds sem;
    struct msqid_ds msg;
    must(shmctl(segment, IPC_STAT, &shm));
    must(semctl(set, 0, IPC_STAT, &sem));
    must(msgctl(queue, IPC_STAT, &msg));
    say("modes: %o %o %o\n", shm.shm_perm.mode, sem.sem_perm.mode, msg.msg_perm.mode);
    return 0;
}
