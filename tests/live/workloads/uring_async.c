// SPDX-License-Identifier: Apache-2.0
//
// usage: uring_async FILE
// As nobody, opens FILE by an io_uring request that a worker must run (IOSQE_ASYNC), and asks for priority -6.
// Exit status 77 where there is no io_uring; otherwise the request's error is printed.
#include "workload.h"

#include <fcntl.h>
#include <liburing.h>

int main(int argc, char** argv) {
    struct io_uring ring;
    struct io_uring_cqe* done = NULL;
    if (argc != 2)
        return 99;
    become_nobody();
    if (io_uring_queue_init(4, &ring, 0) != 0)
        return 77;
    struct io_uring_sqe* request = io_uring_get_sqe(&ring);
    io_uring_prep_openat(request, AT_FDCWD, argv[1], O_RDONLY, 0);
    request->flags |= IOSQE_ASYNC;
    if (io_uring_submit(&ring) != 1 || io_uring_wait_cqe(&ring, &done) != 0)
        fail("io_uring");
    printf("%d\n", -done->res);
    io_uring_cqe_seen(&ring, done);
    io_uring_queue_exit(&ring);
    ask_for_priority(-6);
    return 0;
}
