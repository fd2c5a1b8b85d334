// SPDX-License-Identifier: Apache-2.0
//
// usage: fill_tables WHAT COUNT [PID]
// Makes COUNT different contents that the recorder keeps once, as fast as it can: credentials, paths, refused (paths in
// the immutable directory "fixed"), names, stacks, maps (of "f", as code), links (two in /proc of the process PID, in
// turn), arguments (of programs, 4 KiB each), all (credentials, paths, names and stacks).
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

// A path of "f" that no other number has: each bit is "./" or ".//".
static const char* path_of(char* to, const char* directory, unsigned long number) {
    char* end = stpcpy(to, directory);
    for (int bit = 0; bit < 24; ++bit)
        end = stpcpy(end, number >> bit & 1 ? ".//" : "./");
    strcpy(end, "f");
    return to;
}

static void credentials(unsigned long number) {
    const gid_t group = 100000 + number;
    if (setgroups(1, &group) != 0)
        fail("setgroups");
}

static void paths(unsigned long number) {
    char path[128];
    if (chown(path_of(path, "", number), 5, 5) != 0)
        fail("chown");
}

static void refused(unsigned long number) {
    char path[128];
    const int file = open(path_of(path, "fixed/", number), O_WRONLY | O_CREAT, 0600);
    if (file >= 0 || errno != EPERM)
        fail("a file in an immutable directory");
}

static void names(unsigned long number) {
    char name[16];
    snprintf(name, sizeof name, "n%lu", number);
    prctl(PR_SET_NAME, name);
}

// Frames of two sizes, as the bits of the number say.
static __attribute__((noinline)) int stacks_below(unsigned long number, int depth) {
    volatile char frame[(number & 1 ? 192 : 64)];
    frame[0] = 0;
    const int result = depth == 0 ? chown("f", 5, 5) : stacks_below(number >> 1, depth - 1);
    return result + frame[0];
}

static void stacks(unsigned long number) {
    if (stacks_below(number, 20) != 0)
        fail("chown");
}

static void maps(unsigned long number) {
    static int file = -1;
    if (file < 0)
        file = open("f", O_RDONLY);
    void* code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
    if (code == MAP_FAILED || munmap(code, 4096) != 0)
        fail("mmap");
    (void)number;
}

static const char* target = "self";

static void links(unsigned long number) {
    char path[64], text[256];
    snprintf(path, sizeof path, "/proc/%s/%s", target, number & 1 ? "exe" : "cwd");
    if (readlink(path, text, sizeof text) < 0)
        fail(path);
}

static void arguments(unsigned long number) {
    static char filler[4000];
    memset(filler, 'x', sizeof filler - 1);
    snprintf(filler, sizeof filler, "%lu", number);
    filler[strlen(filler)] = 'y';
    const pid_t child = vfork();
    if (child == 0) {
        execl("/bin/true", "true", filler, NULL);
        _exit(99);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        fail("true");
}

static void all(unsigned long number) {
    credentials(number);
    paths(number);
    names(number);
    stacks(number);
    if (number % 16 == 0)
        arguments(number);
}

int main(int argc, char** argv) {
    static const struct {
        const char* word;
        void (*make)(unsigned long number);
    } kinds[] = {{"credentials", credentials},
                 {"paths", paths},
                 {"refused", refused},
                 {"names", names},
                 {"stacks", stacks},
                 {"maps", maps},
                 {"links", links},
                 {"arguments", arguments},
                 {"all", all}};
    if (argc < 3)
        return 99;
    if (argc > 3)
        target = argv[3];
    const unsigned long count = strtoul(argv[2], NULL, 10);
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; ++i)
        for (unsigned long number = 0; strcmp(kinds[i].word, argv[1]) == 0 && number < count; ++number)
            kinds[i].make(number);
    return 0;
}
