// SPDX-License-Identifier: Apache-2.0
// Built set-user-ID to somebody else: becomes the caller again and back, as the saved ids allow everybody to do.
#include <sys/types.h>
#include <unistd.h>

int main(void) {
    const uid_t other = geteuid();
    const uid_t caller = getuid();
    if (other == caller)
        return 1;
    return !(seteuid(caller) == 0 && seteuid(other) == 0 && geteuid() == other);
}
