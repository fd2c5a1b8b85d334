// SPDX-License-Identifier: Apache-2.0
//
// usage: last_request HOW COUNT
// COUNT calls that ask for a capability and do not need it, then one more that does: by the same function, on the same
// descriptor, with another file or socket behind it.  HOW:
//   ioctl       the count of /dev/random, read into memory that is accounted for; then RNDADDTOENTCNT
//   fibmap      FIBMAP for a file in memory, where there are no blocks; then for one on a disk.  The calls are equal.
//   openat      a path that ends in memory that is accounted for; then that of a terminal in exclusive mode
//   setsockopt  TCP_CONGESTION; then TCP_REPAIR
//   sendmsg     bytes in memory that is accounted for; then with another's process id
//   netlink     a link that is not there; then one that is.  The calls are equal.
//   fcntl       F_SETLEASE on nobody's "folder", which cannot have one; then on its "file".  The calls are equal.
// Exit status 77 where that cannot be tried, and 1 when the last call was refused.
#include "workload.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { place = 7, page = 4096, impossible = 77 };

static int memory;       // a file whose second page is a hole before each call
static char* accounted;  // its second page

static void make_hole(void) {
    if (fallocate(memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, page, page) != 0)
        fail("hole");
}

static void put(int fd) {
    if (fd < 0 || dup2(fd, place) < 0)
        fail("open");
    close(fd);
}

// Each call goes through one of these, so that it is the same instruction at the same depth of the stack.
__attribute__((noinline)) static int control(unsigned long request, void* to) { return ioctl(place, request, to); }
__attribute__((noinline)) static int set(int option, const void* value, socklen_t bytes) {
    return setsockopt(place, IPPROTO_TCP, option, value, bytes);
}
__attribute__((noinline)) static int open_in(const char* name) { return openat(place, name, O_RDWR | O_NOCTTY); }
__attribute__((noinline)) static ssize_t send_message(const struct msghdr* message) {
    return sendmsg(place, message, 0);
}
__attribute__((noinline)) static int lease(void) { return fcntl(place, F_SETLEASE, F_RDLCK); }

static int by_ioctl(long count) {
    put(open("/dev/random", O_RDWR));
    for (long i = 0; i < count; ++i) {
        make_hole();
        if (control(RNDGETENTCNT, accounted) != 0)
            fail("RNDGETENTCNT");
    }
    put(open("/dev/urandom", O_RDWR));
    memset(accounted, 0, sizeof(int));
    return control(RNDADDTOENTCNT, accounted) != 0;
}

static int by_fibmap(long count) {
    put(memfd_create("file", 0));
    for (long i = 0; i < count; ++i)
        control(FIBMAP, accounted);
    const int file = open("on-disk", O_RDWR | O_CREAT, 0600);
    if (file < 0 || write(file, "x", 1) != 1 || fsync(file) != 0)
        fail("on-disk");
    put(file);
    *accounted = 0;
    const int result = control(FIBMAP, accounted), error = errno;
    unlink("on-disk");
    return result == 0 ? 0 : error == EPERM ? 1 : impossible;
}

static int by_openat(long count) {
    char terminal[64];
    const int controller = posix_openpt(O_RDWR | O_NOCTTY);
    if (controller < 0 || grantpt(controller) != 0 || unlockpt(controller) != 0 ||
        ptsname_r(controller, terminal, sizeof terminal) != 0)
        return impossible;
    const int held = open(terminal, O_RDWR | O_NOCTTY);
    if (held < 0 || ioctl(held, TIOCEXCL) != 0)
        return impossible;
    mkdir("one", 0700);
    mkdir("two", 0700);
    close(open("one/f", O_WRONLY | O_CREAT, 0600));
    symlink(terminal, "two/f");
    char* name = accounted - 1;
    *name = 'f';
    put(open("one", O_RDONLY | O_DIRECTORY));
    for (long i = 0; i < count; ++i) {
        make_hole();
        const int fd = open_in(name);
        if (fd < 0)
            fail("openat");
        close(fd);
    }
    put(open("two", O_RDONLY | O_DIRECTORY));
    return open_in(name) < 0;
}

static int by_setsockopt(long count) {
    char algorithm[16] = "";
    socklen_t bytes = sizeof algorithm;
    const int on = 1;
    put(socket(AF_INET, SOCK_STREAM, 0));
    if (getsockopt(place, IPPROTO_TCP, TCP_CONGESTION, algorithm, &bytes) != 0)
        fail("TCP_CONGESTION");
    for (long i = 0; i < count; ++i)
        if (set(TCP_CONGESTION, algorithm, (socklen_t)strlen(algorithm)) != 0)
            fail("TCP_CONGESTION");
    put(socket(AF_INET, SOCK_STREAM, 0));
    return set(TCP_REPAIR, &on, sizeof on) != 0;
}

static int socket_of_two(int* other) {
    int two[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, two) != 0)
        fail("socketpair");
    *other = two[1];
    return two[0];
}

static int by_sendmsg(long count) {
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
    } control = {0};
    struct iovec bytes = {accounted, 8};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    char received[8];
    int other;
    put(socket_of_two(&other));
    for (long i = 0; i < count; ++i) {
        make_hole();
        if (send_message(&message) != 8 || read(other, received, sizeof received) != 8)
            fail("sendmsg");
    }
    put(socket_of_two(&other));
    const struct ucred somebody = {.pid = getppid(), .uid = getuid(), .gid = getgid()};
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_CREDENTIALS;
    control.header.cmsg_len = CMSG_LEN(sizeof somebody);
    memcpy(CMSG_DATA(&control.header), &somebody, sizeof somebody);
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    return send_message(&message) != 8;
}

static int by_netlink(long count) {
    enum { loopback = 1, absent = 1 << 24 };
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
    } request = {{sizeof request, RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK, 0, 0}, {.ifi_index = absent}};
    struct {
        struct nlmsghdr header;
        struct nlmsgerr result;
        char rest[256];
    } answer;
    struct iovec bytes = {&request, sizeof request};
    const struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    for (long i = 0; i <= count; ++i) {
        if (i == 0 || i == count)
            put(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
        if (i == count)
            request.link.ifi_index = loopback;
        if (send_message(&message) < 0 || recv(place, &answer, sizeof answer, 0) <= 0)
            fail("netlink");
    }
    return answer.result.error != 0;
}

static int by_fcntl(long count) {
    put(open("folder", O_RDONLY | O_DIRECTORY));
    for (long i = 0; i < count; ++i)
        if (lease() == 0)
            return impossible;
    put(open("file", O_RDONLY));
    return lease() != 0;
}

int main(int argc, char** argv) {
    static const struct {
        const char* how;
        int (*run)(long count);
    } ways[] = {{"ioctl", by_ioctl},     {"fibmap", by_fibmap},   {"openat", by_openat}, {"setsockopt", by_setsockopt},
                {"sendmsg", by_sendmsg}, {"netlink", by_netlink}, {"fcntl", by_fcntl}};
    if (argc != 3)
        return 99;
    memory = memfd_create("memory", 0);
    if (memory < 0 || ftruncate(memory, 2L * page) != 0)
        fail("memory");
    char* pages = mmap(NULL, 2L * page, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (pages == MAP_FAILED)
        fail("mmap");
    accounted = pages + page;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; ++i)
        if (strcmp(argv[1], ways[i].how) == 0)
            return ways[i].run(atol(argv[2]));
    return 99;
}
