// SPDX-License-Identifier: Apache-2.0
// uring_buffers BYTES: registers a buffer with io_uring, which pins it.
#include <liburing.h>
#include <stdlib.h>

int main(int count, char** arguments) {
    struct io_uring ring;
    const size_t bytes = count > 1 ? strtoul(arguments[1], 0, 10) : 0;
    struct iovec buffer = {.iov_base = aligned_alloc(4096, bytes), .iov_len = bytes};
    if (!buffer.iov_base || io_uring_queue_init(4, &ring, 0) != 0)
        return 1;
    return io_uring_register_buffers(&ring, &buffer, 1) != 0;
}
