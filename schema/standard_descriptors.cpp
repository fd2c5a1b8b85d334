// SPDX-License-Identifier: Apache-2.0
#include "schema/standard_descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

namespace caprec {

void fill_standard_descriptors() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(descriptor, F_GETFD) >= 0)
            continue;
        // open() takes the lowest free number: this one.  Without /dev, any file that nobody can write to will do.
        if (::open("/dev/null", O_RDWR | O_CLOEXEC) < 0)
            (void)::open("/", O_PATH | O_CLOEXEC);
    }
}

bool was_closed(int descriptor) {
    const int flags = fcntl(descriptor, F_GETFD);
    return flags < 0 || (flags & FD_CLOEXEC) != 0;
}

}  // namespace caprec
