// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/run_options.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace caprec {
namespace {

// Of Docker, of Podman, and of both; between blanks.
constexpr std::string_view switches =
    " "
    "detach disable-content-trust env-host help http-proxy init interactive latest no-healthcheck no- "
    "hostname no-hosts oom-kill-disable passwd privileged publish-all quiet read-only read-only-tmpfs "
    "replace rm rmi rootfs sig-proxy tls-verify tty unsetenv-all ";
constexpr std::string_view valued =
    " "
    "add-host annotation arch attach authfile blkio-weight blkio-weight-device cap-add cap-drop cgroup- "
    "conf cgroup-parent cgroupns cgroups chrootdirs cidfile conmon-pidfile cpu-count cpu-percent cpu- "
    "period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus cpuset-cpus cpuset-mems decryption-key "
    "detach-keys device device-cgroup-rule device-read-bps device-read-iops device-write-bps device- "
    "write-iops dns dns-opt dns-option dns-search domainname entrypoint env env-file env-merge expose "
    "gidmap gpus group-add group-entry health-cmd health-interval health-on-failure health-retries "
    "health-start-interval health-start-period health-startup-cmd health-timeout hostname hostuser hosts- "
    "file image-volume init-ctr init-path io-maxbandwidth io-maxiops ip ip6 ipc isolation kernel-memory "
    "label label-file link link-local-ip log-driver log-opt mac-address memory memory-reservation memory- "
    "swap memory-swappiness mount name net net-alias network network-alias oom-score-adj os passwd-entry "
    "personality pid pidfile pids-limit platform pod pod-id-file preserve-fds publish pull rdt-class "
    "requires restart retry retry-delay runtime sdnotify seccomp-policy secret security-opt shm-size shm- "
    "size-systemd stop-signal stop-timeout storage-opt subgidname subuidname sysctl systemd timeout tmpfs "
    "tz uidmap ulimit umask unsetenv user userns uts variant volume volume-driver volumes-from workdir ";

struct Short {
    char letter;
    std::string_view name;
};
constexpr Short shorts[] = {{'a', "attach"},   {'c', "cpu-shares"},  {'d', "detach"}, {'e', "env"},
                            {'h', "hostname"}, {'i', "interactive"}, {'l', "label"},  {'m', "memory"},
                            {'p', "publish"},  {'P', "publish-all"}, {'q', "quiet"},  {'t', "tty"},
                            {'u', "user"},     {'v', "volume"},      {'w', "workdir"}};

}  // namespace

RunOption run_option(std::string_view name) {
    if (name.empty() || name.find(' ') != std::string_view::npos)
        return RunOption::unknown;
    const std::string word = ' ' + std::string(name) + ' ';
    if (switches.find(word) != std::string_view::npos)
        return RunOption::no_value;
    return valued.find(word) != std::string_view::npos ? RunOption::value : RunOption::unknown;
}

std::string_view long_name(char letter) {
    const auto* found = std::ranges::find(shorts, letter, &Short::letter);
    return found != std::end(shorts) ? found->name : std::string_view();
}

}  // namespace caprec
