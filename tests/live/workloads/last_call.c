// SPDX-License-Identifier: Apache-2.0
//
// usage: last_call HOW COUNT
// COUNT calls that ask for CAP_SYS_ADMIN and do not need it: writes to a file in memory, one that accounts for memory
// each.  Then one equal call, by the same function, on the same descriptor, that needs it: it writes to
// kernel.dmesg_restrict what stands there.  HOW the last one is made:
//   write, writev, pwrite   by this call, all of them
//   uring                   the same, by io_uring
//   fallocate               the others are fallocate, the last is write
//   thread, fork            by another thread, by a child
//   threads                 two threads make the others, and a third goes on while the last is made
// Exit status 77 where there is no io_uring, and 1 when the last call was refused.
#include "workload.h"

#include <fcntl.h>
#include <liburing.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>

enum { place = 7, block = 4096, kept = 1000 * block };

static const char* how;
static char text[block];
static size_t length;  // length of the sysctl's value
static struct io_uring ring;
static volatile int stop;

static ssize_t by_uring(size_t bytes) {
    struct io_uring_cqe* done = NULL;
    struct io_uring_sqe* request = io_uring_get_sqe(&ring);
    io_uring_prep_write(request, place, text, (unsigned)bytes, (__u64)-1);
    if (io_uring_submit(&ring) != 1 || io_uring_wait_cqe(&ring, &done) != 0)
        fail("io_uring");
    const ssize_t result = done->res;
    io_uring_cqe_seen(&ring, done);
    return result;
}

// Every call goes through here: same instruction, same depth of the stack.
__attribute__((noinline)) static ssize_t put(int fd, size_t bytes, off_t at) {
    struct iovec part = {text, bytes};
    if (strcmp(how, "writev") == 0)
        return writev(fd, &part, 1);
    if (strcmp(how, "pwrite") == 0)
        return pwrite(fd, text, bytes, at);
    if (strcmp(how, "uring") == 0)
        return by_uring(bytes);
    return write(fd, text, bytes);
}

static void use_memory(int fd, int file, long count) {
    for (long i = 0; i < count && !stop; ++i) {
        const off_t at = i % 1000 * block;
        if (at == 0 && (ftruncate(file, 0) != 0 || lseek(file, 0, SEEK_SET) != 0))
            fail("truncate");
        if (strcmp(how, "fallocate") == 0 ? fallocate(fd, 0, at, block) != 0 : put(fd, block, at) != block)
            fail("file in memory");
    }
}

static void* use_other_memory(void* count) {
    const int file = memfd_create("other", 0);
    use_memory(file, file, *(long*)count);
    return NULL;
}

static void* last(void* sysctl) {
    if (dup2(*(int*)sysctl, place) < 0)
        fail("dup2");
    if (put(place, length, 0) != (ssize_t)length) {
        perror("sysctl");
        exit(1);
    }
    return NULL;
}

int main(int argc, char** argv) {
    if (argc != 3)
        return 99;
    how = argv[1];
    long count = atol(argv[2]), endless = 1L << 40;
    pthread_t one, other;
    int sysctl = open("/proc/sys/kernel/dmesg_restrict", O_RDWR), file = memfd_create("file", 0);
    char value[16];
    const ssize_t bytes = read(sysctl, value, sizeof value);
    if (bytes <= 0 || lseek(sysctl, 0, SEEK_SET) != 0 || dup2(file, place) < 0)
        fail("open");
    length = (size_t)bytes;
    if (strcmp(how, "uring") == 0 && io_uring_queue_init(4, &ring, 0) != 0)
        return 77;
    const int threads = strcmp(how, "threads") == 0;
    if (threads && (pthread_create(&one, NULL, use_other_memory, &count) != 0 ||
                    pthread_create(&other, NULL, use_other_memory, &endless) != 0))
        fail("pthread_create");
    use_memory(place, file, count);
    if (threads)
        pthread_join(one, NULL);
    memcpy(text, value, length);
    int status = 0;
    if (strcmp(how, "fork") == 0) {
        const pid_t child = fork();
        if (child == 0) {
            last(&sysctl);
            _exit(0);
        }
        if (child < 0 || waitpid(child, &status, 0) != child)
            fail("fork");
    } else if (strcmp(how, "thread") == 0) {
        if (pthread_create(&one, NULL, last, &sysctl) != 0 || pthread_join(one, NULL) != 0)
            fail("pthread_create");
    } else {
        last(&sysctl);
    }
    stop = 1;
    if (threads)
        pthread_join(other, NULL);
    return status != 0;
}
