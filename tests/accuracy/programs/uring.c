// SPDX-License-Identifier: Apache-2.0
// uring FILE: opens and reads a file through io_uring, the open by a worker thread of the kernel.
#include <fcntl.h>
#include <liburing.h>

static int finish(struct io_uring* ring) {
    struct io_uring_cqe* done = 0;
    if (io_uring_submit(ring) < 0 || io_uring_wait_cqe(ring, &done) != 0)
        return -1;
    const int result = done->res;
    io_uring_cqe_seen(ring, done);
    return result;
}

int main(int count, char** arguments) {
    struct io_uring ring;
    char text[16];
    if (count < 2 || io_uring_queue_init(4, &ring, 0) != 0)
        return 1;
    struct io_uring_sqe* request = io_uring_get_sqe(&ring);
    io_uring_prep_openat(request, AT_FDCWD, arguments[1], O_RDONLY, 0);
    io_uring_sqe_set_flags(request, IOSQE_ASYNC);
    const int file = finish(&ring);
    if (file < 0)
        return 1;
    io_uring_prep_read(io_uring_get_sqe(&ring), file, text, sizeof text, 0);
    return finish(&ring) <= 0;
}
