#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Names the C and C++ sources that clang-format would change, and fails when there are any.
# usage: check_format.sh [--fix]      --fix changes them
cd "$(dirname "$0")/../.." || exit 1
sources() {
    find schema analyzer recorder bpf tests samples -type f \( -name '*.cpp' -o -name '*.h' -o -name '*.c' \) -print0
}
if [ "${1-}" = --fix ]; then
    sources | xargs -0 clang-format --style=file -i
    exit
fi
if ! output=$(sources | xargs -0 clang-format --style=file --dry-run --Werror 2>&1); then
    echo "$output" | sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: error:.*/\1/p' | sort | uniq -c
    echo 'tests/support/check_format.sh --fix formats them'
    exit 1
fi
