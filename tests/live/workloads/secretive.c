// SPDX-License-Identifier: Apache-2.0
//
// usage: secretive [undumpable] [drop] [thread] [exec DIRECTORY]
// A program with a secret in all places: registers of calls that have no use for them, heap, stack, paths, names, argv
// and environment of the program it executes.  The calls are such that the kernel asks for a capability in most of
// them.
#define _GNU_SOURCE
#include "workload.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

// The test looks for these eight bytes, and for the two halves of them as numbers.
#define SECRET "S3cr3tXY"

// Passes sets and headers to capset and capget that the kernel does not take.
static void ask_for_sets(unsigned low, unsigned high) {
    struct {
        unsigned version;
        int target;
    } header = {0x20080522, (int)low};
    unsigned words[2][3] = {{low, 0, high}, {high, 0, low}};  // effective beyond permitted
    syscall(SYS_capget, &header, words);
    header.target = 0;
    syscall(SYS_capset, &header, words);
    header.version = low;
    syscall(SYS_capset, &header, words);
}

static void ask_netlink(unsigned low, unsigned high) {
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
    } request = {{sizeof request, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK, low, 0}, {.ifi_index = (int)high}};
    const int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    send(fd, &request, sizeof request, 0);
    close(fd);
}

// The process whose number stands in the file "neighbour", if there is one.
static void compare_with_neighbour(void) {
    char number[16] = "", path[64], target[256];
    const int fd = open("neighbour", O_RDONLY);
    if (fd < 0 || read(fd, number, sizeof number - 1) <= 0)
        return;
    close(fd);
    snprintf(path, sizeof path, "/proc/%d/exe", atoi(number));
    (void)!readlink(path, target, sizeof target);
    setpriority(PRIO_PROCESS, (id_t)atoi(number), 1);
    syscall(SYS_kcmp, atoi(number), getpid(), 0, 0, 0);
}

static void* use_secret(void* unused) {
    (void)unused;
    char* text = malloc(64);
    strcpy(text, SECRET "-path");
    long s;
    memcpy(&s, SECRET, sizeof s);
    syscall(SYS_prctl, PR_CAPBSET_DROP, 9999, s, s, s, s);
    syscall(SYS_prctl, PR_SET_NAME, SECRET, s, s, s, s);
    syscall(SYS_setpriority, PRIO_PROCESS, 0, -5, s, s, s);
    syscall(SYS_fcntl, 0, F_GETFL, s, s, s, s);
    syscall(SYS_ioctl, 0, 0x541c, s, s, s, s);
    syscall(SYS_openat, AT_FDCWD, text, O_RDONLY, s, s, s);
    syscall(SYS_openat, AT_FDCWD, "/etc/shadow", O_WRONLY, s, s, s);
    syscall(SYS_mkdirat, AT_FDCWD, "/" SECRET "-directory", 0700, s, s, s);
    unlinkat(AT_FDCWD, "/" SECRET "-directory", AT_REMOVEDIR);
    syscall(SYS_fchownat, AT_FDCWD, text, 0, 0, 0, s);
    syscall(SYS_kill, 1, 0, s, s, s, s);
    syscall(SYS_setgroups, 1 << 20, text, s, s, s, s);
    syscall(SYS_mmap, 0, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char* top = sbrk(0);
    syscall(SYS_brk, top + (1 << 16), s, s, s, s, s);
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = SECRET "-socket"};
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    syscall(SYS_connect, fd, &name, sizeof name, s, s, s);
    close(socket(AF_INET, SOCK_RAW, 255));
    ask_for_sets((unsigned)s, (unsigned)(s >> 32));
    ask_netlink((unsigned)s, (unsigned)(s >> 32));
    syscall(SYS_mknodat, AT_FDCWD, text, S_IFDIR | 0700, s, s, s);  // refused without a check
    compare_with_neighbour();
    syscall(SYS_getpid, s, s, s, s, s, s);
    return NULL;
}

static int given(int argc, char** argv, const char* word) {
    for (int i = 1; i < argc; ++i)
        if (strcmp(argv[i], word) == 0)
            return i;
    return 0;
}

int main(int argc, char** argv) {
    if (given(argc, argv, "undumpable") && prctl(PR_SET_DUMPABLE, 0) != 0)
        fail("prctl");
    use_secret(NULL);
    if (given(argc, argv, "thread")) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, use_secret, NULL) == 0)
            pthread_join(thread, NULL);
    }
    if (given(argc, argv, "drop")) {
        if (setregid(getgid(), getgid()) != 0 || setreuid(getuid(), getuid()) != 0)
            fail("setreuid");
        use_secret(NULL);
    }
    const int program = given(argc, argv, "exec");
    if (program == 0 || program + 1 >= argc)
        return 0;
    if (fork() == 0) {
        if (geteuid() == 0 && setresuid(0, 0, 0) != 0)
            fail("setresuid");
        char path[256];
        snprintf(path, sizeof path, "%s/" SECRET "-tool", argv[program + 1]);
        char* arguments[] = {SECRET "-name", "--password=" SECRET, NULL};
        char* environment[] = {"PASSWORD=" SECRET, NULL};
        execve(path, arguments, environment);
        _exit(3);
    }
    wait(NULL);
    return 0;
}
