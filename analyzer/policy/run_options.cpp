// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/run_options.h"

#include <algorithm>
#include <iterator>

namespace caprec {
namespace {

// Options without a value of Docker, of Podman, and of both.
constexpr std::string_view switches[] = {"detach",
                                         "disable-content-trust",
                                         "env-host",
                                         "help",
                                         "http-proxy",
                                         "init",
                                         "interactive",
                                         "no-healthcheck",
                                         "no-hostname",
                                         "no-hosts",
                                         "oom-kill-disable",
                                         "passwd",
                                         "privileged",
                                         "publish-all",
                                         "quiet",
                                         "read-only",
                                         "read-only-tmpfs",
                                         "replace",
                                         "rm",
                                         "rmi",
                                         "rootfs",
                                         "sig-proxy",
                                         "tls-verify",
                                         "tty",
                                         "unsetenv-all",
                                         "use-api-socket"};
constexpr std::string_view valued[] = {"add-host",
                                       "annotation",
                                       "arch",
                                       "attach",
                                       "authfile",
                                       "blkio-weight",
                                       "blkio-weight-device",
                                       "cap-add",
                                       "cap-drop",
                                       "cert-dir",
                                       "cgroup-conf",
                                       "cgroup-parent",
                                       "cgroupns",
                                       "cgroups",
                                       "chrootdirs",
                                       "cidfile",
                                       "conmon-pidfile",
                                       "cpu-count",
                                       "cpu-percent",
                                       "cpu-period",
                                       "cpu-quota",
                                       "cpu-rt-period",
                                       "cpu-rt-runtime",
                                       "cpu-shares",
                                       "cpus",
                                       "cpuset-cpus",
                                       "cpuset-mems",
                                       "creds",
                                       "decryption-key",
                                       "detach-keys",
                                       "device",
                                       "device-cgroup-rule",
                                       "device-read-bps",
                                       "device-read-iops",
                                       "device-write-bps",
                                       "device-write-iops",
                                       "dns",
                                       "dns-opt",
                                       "dns-option",
                                       "dns-search",
                                       "domainname",
                                       "entrypoint",
                                       "env",
                                       "env-file",
                                       "env-merge",
                                       "expose",
                                       "gidmap",
                                       "gpus",
                                       "group-add",
                                       "group-entry",
                                       "health-cmd",
                                       "health-interval",
                                       "health-log-destination",
                                       "health-max-log-count",
                                       "health-max-log-size",
                                       "health-on-failure",
                                       "health-retries",
                                       "health-start-interval",
                                       "health-start-period",
                                       "health-startup-cmd",
                                       "health-startup-interval",
                                       "health-startup-retries",
                                       "health-startup-success",
                                       "health-startup-timeout",
                                       "health-timeout",
                                       "hostname",
                                       "hosts-file",
                                       "hostuser",
                                       "image-volume",
                                       "init-ctr",
                                       "init-path",
                                       "io-maxbandwidth",
                                       "io-maxiops",
                                       "ip",
                                       "ip6",
                                       "ipc",
                                       "isolation",
                                       "kernel-memory",
                                       "label",
                                       "label-file",
                                       "link",
                                       "link-local-ip",
                                       "log-driver",
                                       "log-opt",
                                       "mac-address",
                                       "memory",
                                       "memory-reservation",
                                       "memory-swap",
                                       "memory-swappiness",
                                       "mount",
                                       "name",
                                       "net",
                                       "net-alias",
                                       "network",
                                       "network-alias",
                                       "oom-score-adj",
                                       "os",
                                       "passwd-entry",
                                       "personality",
                                       "pid",
                                       "pidfile",
                                       "pids-limit",
                                       "platform",
                                       "pod",
                                       "pod-id-file",
                                       "preserve-fd",
                                       "preserve-fds",
                                       "publish",
                                       "pull",
                                       "rdt-class",
                                       "requires",
                                       "restart",
                                       "retry",
                                       "retry-delay",
                                       "runtime",
                                       "sdnotify",
                                       "seccomp-policy",
                                       "secret",
                                       "security-opt",
                                       "shm-size",
                                       "shm-size-systemd",
                                       "stop-signal",
                                       "stop-timeout",
                                       "storage-opt",
                                       "subgidname",
                                       "subuidname",
                                       "sysctl",
                                       "systemd",
                                       "timeout",
                                       "tmpfs",
                                       "tz",
                                       "uidmap",
                                       "ulimit",
                                       "umask",
                                       "unsetenv",
                                       "user",
                                       "userns",
                                       "uts",
                                       "variant",
                                       "volume",
                                       "volume-driver",
                                       "volumes-from",
                                       "workdir"};

// Options with a value between the program and `run`.
constexpr std::string_view global_values[] = {
    // docker's
    "--config", "--context", "-c", "--host", "-H", "--log-level", "-l", "--tlscacert", "--tlscert", "--tlskey",
    // podman's
    "--cgroup-manager", "--conmon", "--connection", "--cpu-profile", "--db-backend", "--default-mounts-file",
    "--events-backend", "--hooks-dir", "--identity", "--imagestore", "--memory-profile", "--module", "--namespace",
    "--network-cmd-path", "--network-config-dir", "--out", "--pull-option", "--root", "--runroot", "--runtime",
    "--runtime-flag", "--ssh", "--storage-driver", "--storage-opt", "--tls-ca", "--tls-cert", "--tls-key", "--tmpdir",
    "--url", "--volumepath"};

struct Short {
    char letter;
    std::string_view name;
};
constexpr Short shorts[] = {{'a', "attach"},   {'c', "cpu-shares"},  {'d', "detach"}, {'e', "env"},
                            {'h', "hostname"}, {'i', "interactive"}, {'l', "label"},  {'m', "memory"},
                            {'p', "publish"},  {'P', "publish-all"}, {'q', "quiet"},  {'t', "tty"},
                            {'u', "user"},     {'v', "volume"},      {'w', "workdir"}};

}  // namespace

std::span<const std::string_view> run_options(RunOption kind) {
    switch (kind) {
        case RunOption::no_value: return switches;
        case RunOption::value: return valued;
        case RunOption::unknown: break;
    }
    return {};
}

RunOption run_option(std::string_view name) {
    for (const RunOption kind : {RunOption::no_value, RunOption::value})
        if (std::ranges::find(run_options(kind), name) != run_options(kind).end())
            return kind;
    return RunOption::unknown;
}

bool global_has_value(std::string_view word) {
    return std::ranges::find(global_values, word) != std::end(global_values);
}

std::string_view long_name(char letter) {
    const auto* found = std::ranges::find(shorts, letter, &Short::letter);
    return found != std::end(shorts) ? found->name : std::string_view();
}

}  // namespace caprec
