#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the static programs in a root directory with nothing but a command: they record and answer there, and in a
# container of podman that has CAP_BPF and CAP_PERFMON alone, with its default seccomp profile.
. "$(dirname "$0")/consumer.sh"
. "$here/containers/private_mounts.sh"
programs=$here/../../build/static
[ -x "$programs/recorder/caprec-static" ] || skip "no static build: cmake --preset static && cmake --build --preset static"
need gcc file jq
need_root

for program in recorder/caprec analyzer/capanalyze; do
    [ -x "$programs/$program-static" ] || continue
    file "$programs/$program-static" | grep -q 'statically linked' || fail "$program-static is not static"
    jq -e '.components | map(.name) | index("libc6-dev") and index("libcapnp-dev")' "$programs/$program-static.cdx.json" \
        > /dev/null || fail "the list of what is inside $program-static lacks something"
done

mkdir -p root/bin root/proc root/sys root/dev root/tmp root/etc root/run root/var
cp "$programs/recorder/caprec-static" root/bin/
[ ! -x "$programs/analyzer/capanalyze-static" ] || cp "$programs/analyzer/capanalyze-static" root/bin/
cat > command.c <<'C'
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv)  // with an argument: gives that file away; without: prints who it is
{
    gid_t groups[9];
    int count = getgroups(9, groups);
    if (argc > 1)
        return chown(argv[1], 1, -1) != 0;
    printf("%u %u", getuid(), getgid());
    for (int i = 0; i < count; i++)
        printf(" %u", groups[i]);
}
C
gcc -O1 -static -o root/bin/command command.c || skip 'no static C library'
printf 'root:x:0:0:root:/root:/bin/sh\nsomebody:x:1234:1234::/:/bin/sh\n' > root/etc/passwd
printf 'root:x:0:\nsomebody:x:1234:\nothers:x:77:somebody\n' > root/etc/group
touch root/tmp/file

# A kernel feature that is not asked about here may be missing: then the message says so, and nothing can be recorded.
root() {
    private_mounts bash -c 'mount -t proc none root/proc && mount --rbind -o ro /sys root/sys && mount -t tmpfs none root/dev &&
        exec chroot root "$@"' bash "$@"
}
root /bin/caprec-static -o /tmp/x.cap -- /bin/command /tmp/file > out 2> err || {
    grep -q 'no hook sees capability checks' err && skip "nothing can be recorded here: $(head -n 3 err)"
    fail "caprec-static in an empty root: $(cat out err)"
}
same 'the set' "$("$capanalyze" minimal root/tmp/x.cap)" CAP_CHOWN
[ ! -x root/bin/capanalyze-static ] || same 'the set, there' "$(root /bin/capanalyze-static minimal /tmp/x.cap)" CAP_CHOWN
# users and groups are those of the files there
same 'the user' "$(root /bin/caprec-static -q -u somebody -o /tmp/u.cap -- /bin/command)" \
    '1234 1234 77 1234'
if root /bin/caprec-static -u nobody -o /tmp/u.cap -- /bin/command 2> err; then fail 'a user who does not exist there'; fi
grep -q "no user 'nobody' in /etc/passwd" err || fail "it does not say where it has looked: $(cat err)"

command -v podman crun > /dev/null || skip 'podman or crun is not installed; the rest is fine'
container() {
    private_mounts podman --root "$work/store" --runroot "$work/run" --tmpdir "$work/tmp" --storage-driver vfs \
        --runtime crun run --rm --network none --cgroups disabled --ulimit nofile=256:256 --ulimit nproc=256:256 \
        --cap-drop all "$@"
}
container --rootfs "$work/root" /bin/command > /dev/null 2> err || skip "podman does not work here: $(tail -n 1 err)"
record() { container --cap-add bpf,perfmon "$@" --rootfs "$work/root" /bin/caprec-static -o /tmp/x.cap -- /bin/command /tmp/file; }
# A profile that allows bpf(2) for CAP_SYS_ADMIN alone refuses it: caprec says so, and what must be allowed.
rm -f root/tmp/x.cap
record > out 2> err || true
[ -s root/tmp/x.cap ] || grep -q 'profile must allow bpf(2) and perf_event_open(2)' err || fail "it does not say why: $(cat out err)"
profile=/usr/share/containers/seccomp.json
[ -f $profile ] || skip 'there is no seccomp profile to add to; the rest is fine'
jq '.syscalls += [{names: ["bpf", "perf_event_open"], action: "SCMP_ACT_ALLOW"}] |
    .syscalls |= map(if .excludes.caps == ["CAP_SYS_ADMIN"] then .names -= ["bpf", "perf_event_open"] else . end)' \
    $profile > profile.json
record --security-opt "seccomp=$work/profile.json" > out 2> err || true
[ -s root/tmp/x.cap ] || fail "caprec-static in a container with CAP_BPF and CAP_PERFMON: $(cat out err)"
same 'what is missing in the container' "$("$capanalyze" minimal --include-missing root/tmp/x.cap | grep -v '^#')" CAP_CHOWN
