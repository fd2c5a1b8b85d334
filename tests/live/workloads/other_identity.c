// SPDX-License-Identifier: Apache-2.0
//
// usage: other_identity FILE
// Acts as a set-uid program: real user nobody, effective user root.  access(2) asks for the real one, with a credential
// made for it; then CAP_CHOWN is asked of the task's own.
#include "workload.h"

#include <fcntl.h>

int main(int argc, char** argv) {
    if (argc != 2)
        return 99;
    if (setresuid(nobody, 0, 0) != 0)
        fail("setresuid");
    if (access(argv[1], R_OK) == 0)
        fail("access was granted");
    if (chown(argv[1], 7, 7) != 0)
        fail("chown");
    return 0;
}
