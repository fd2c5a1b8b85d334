#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Puts the fragment into the configuration of a container and runs it with crun, as root and as another user, without
# cgroups; the container reports the sets that it has.
. "$(dirname "$0")/consumer.sh"
. "$here/containers/private_mounts.sh"
need crun jq
need_root
skip_unless_held "${sets[@]}"
mkdir -p bundle/rootfs/proc bundle/rootfs/dev bundle/rootfs/sys
static_show bundle/rootfs/show

# run SET UID
run() {
    print oci "$1" "$2" > fragment.json
    jq -n --argjson uid "$2" '{ociVersion: "1.0.2", root: {path: "rootfs"},
        process: {user: {uid: $uid, gid: $uid}, args: ["/show"], cwd: "/"},
        mounts: [{destination: "/proc", type: "proc", source: "proc"}],
        linux: {namespaces: [{type: "pid"}, {type: "mount"}]}}' > base.json
    jq -s '.[0] * .[1]' base.json fragment.json > bundle/config.json
    private_mounts crun --root "$work/state" --cgroup-manager=disabled run --bundle bundle "test-$$" 2>error
}
run none 0 > /dev/null || skip "crun does not work here: $(head -n 1 error)"
for set in "${sets[@]}"; do
    expect_sets "$(run "$set" 0)" "$set" CapPrm CapEff CapBnd
    expect_sets "$(run "$set" 65534)" "$set" CapPrm CapEff CapBnd CapInh CapAmb
done
# Names must have the form of the specification.
print oci all | jq -e '[.process.capabilities.bounding[] | test("^CAP_[A-Z_]+$")] | length == 41 and all' > /dev/null ||
    fail 'a name is not valid'
