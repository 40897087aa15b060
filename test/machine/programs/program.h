/*
 * What the programs of this folder have in common: they set something up, say "ready", and wait until the file /job/go appears. Then they look at
 * what they had set up and say what they find, so that the output does not depend on what happened to them while they waited.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Unbuffered, so that nothing of the output is in memory. */
#define say(...) dprintf(1, __VA_ARGS__)

/* Ends the program if a call failed. */
#define must(call) ({ __auto_type result = (call); if ((long)result == -1) { perror(#call); exit(1); } result; })

static void wait_for_go(void)
{
    while (access("/job/go", F_OK) != 0)
        usleep(5000);
}

static void ready(void)
{
    say("ready\n");
    wait_for_go();
    say("went on\n");
}
