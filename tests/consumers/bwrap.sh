#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs a command with the flags of bwrap, as root.  The bounding set is not looked at: bwrap leaves it.
. "$(dirname "$0")/consumer.sh"
need bwrap
need_root
skip_unless_held "${sets[@]}"
# shellcheck disable=SC2086  # flags are words
run() { bwrap --ro-bind / / --proc /proc $1 cat /proc/self/status; }
run '' > /dev/null 2>error || skip "bwrap does not work here: $(head -n 1 error)"

for set in "${sets[@]}"; do
    status=$(run "$(lines_of bwrap "$set")")
    expect_sets "$status" "$set" CapPrm CapEff
    same 'no_new_privs' "$(field NoNewPrivs <<<"$status")" 1  # which the comment relies on
done
# bwrap must know each name: an unknown one is an error.  Capabilities that this test lacks cannot be given.
held=$(own_field CapBnd)
for name in $(print text all); do
    (((0x$(mask_of "$name") & ~0x$held) == 0)) || continue
    run "$(lines_of bwrap "$name")" > status || fail "bwrap refused $name"
    expect_sets "$(cat status)" "$name" CapEff
done
