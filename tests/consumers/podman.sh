#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs a container with the flags of podman, and with those of docker, which podman takes as well: its check of names
# is the same; comments name the differences.  The container has a root directory, no image, network or cgroups.
. "$(dirname "$0")/consumer.sh"
. "$here/containers/private_mounts.sh"
need podman crun
need_root
skip_unless_held "${sets[@]}"
mkdir -p root/proc root/dev root/sys root/etc root/run root/tmp root/var
static_show root/show

# run FLAGS...
run() {
    private_mounts podman --root "$work/store" --runroot "$work/run" --tmpdir "$work/tmp" --storage-driver vfs \
        --runtime crun run --rm --network none --cgroups disabled --ulimit nofile=256:256 --ulimit nproc=256:256 "$@" \
        --rootfs "$work/root" /show 2>error
}
run > /dev/null || skip "podman does not work here: $(tail -n 1 error)"
for set in "${sets[@]}"; do
    for format in podman docker; do
        # shellcheck disable=SC2046  # flags are words
        expect_sets "$(run $(lines_of "$format" "$set"))" "$set" CapPrm CapEff CapBnd
    done
    # A user other than root has them as ambient capabilities, as the comment says.
    # shellcheck disable=SC2046
    expect_sets "$(run --user 65534 $(lines_of podman "$set"))" "$set" CapEff CapBnd CapAmb
done
