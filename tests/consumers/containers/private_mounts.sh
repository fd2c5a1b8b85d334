# SPDX-License-Identifier: Apache-2.0
#
# shellcheck shell=bash
# private_mounts COMMAND...: runs it so that its mounts and its state in /run and /dev/shm go away with it, and
# /sys/fs/cgroup is cgroup2 alone, which crun insists on.
private_mounts() {
    unshare --mount --propagation private bash -c '
        [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ] ||
            { umount -R -l /sys/fs/cgroup 2>/dev/null; mount -t cgroup2 none /sys/fs/cgroup; } || exit
        mount -t tmpfs none /run && mount -t tmpfs none /dev/shm && exec "$@"' bash "$@"
}
