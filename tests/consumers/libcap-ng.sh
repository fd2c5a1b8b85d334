#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Compiles the C function without a warning, for every name, and calls it; the process's sets are then compared.
. "$(dirname "$0")/consumer.sh"
need gcc
[ -e /usr/include/cap-ng.h ] || skip 'libcap-ng-dev is not installed'

build() {
    print libcap-ng "$1" > kept.c
    printf '%s\n' '#include <fcntl.h>' '#include <unistd.h>' 'int keep_needed_capabilities(void);' \
        'int main(void) { char text[8192]; int file, size; if (keep_needed_capabilities() != 0) return 1;' \
        'file = open("/proc/self/status", O_RDONLY); size = read(file, text, sizeof text);' \
        'return size <= 0 || write(1, text, size) != size; }' > main.c
    gcc -Wall -Wextra -Werror -o program kept.c main.c -lcap-ng || fail "the C code for $1 does not compile"
}
build all
need_root
skip_unless_held "${sets[@]}" setpcap
for set in "${sets[@]}"; do
    build "$set"
    expect_sets "$(./program)" "$set" CapPrm CapEff CapBnd
done
