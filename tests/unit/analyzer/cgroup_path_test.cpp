// SPDX-License-Identifier: Apache-2.0
#include "analyzer/cgroups/cgroup_path.h"

#include <gtest/gtest.h>

namespace caprec {
namespace {

const std::string hash_id(64, 'a'), other_hash_id(64, 'b');

struct CgroupCase {
    std::string path, unit, container, engine, pod, qos;
};

const CgroupCase cgroup_cases[] = {
    {"/", "", "", "", "", ""},
    {"", "", "", "", "", ""},
    {"/init.scope", "init.scope", "", "", "", ""},
    {"/system.slice/ssh.service", "ssh.service", "", "", "", ""},
    {"/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service", "", "", "", ""},
    {"/system.slice/dev-disk-by\\x2duuid.swap", "dev-disk-by\\x2duuid.swap", "", "", "", ""},
    {"/system.slice", "system.slice", "", "", "", ""},
    {"/system.slice/_cpu.service/worker", "cpu.service", "", "", "", ""},
    {"/user.slice/user-1000.slice/session-3.scope", "session-3.scope", "", "", "", ""},
    {"/user.slice/user-1000.slice/user@1000.service", "user@1000.service", "", "", "", ""},
    {"/user.slice/user-1000.slice/user@1000.service/init.scope", "user@1000.service/init.scope", "", "", "", ""},
    {"/user.slice/user-1000.slice/user@1000.service/app.slice/foot.service", "user@1000.service/foot.service", "", "",
     "", ""},
    // Docker, with cgroupfs (and in v1 the same), with systemd, and what is no id
    {"/docker/" + hash_id, "", hash_id, "docker", "", ""},
    {"/system.slice/docker-" + hash_id + ".scope", "docker-" + hash_id + ".scope", hash_id, "docker", "", ""},
    {"/docker/buildkit/x", "", "", "", "", ""},
    {"/system.slice/docker-short.scope", "docker-short.scope", "", "", "", ""},
    {"/docker/" + hash_id + "/docker/" + other_hash_id, "", other_hash_id, "docker", "", ""},
    // Podman: the container, but not its monitor
    {"/machine.slice/libpod-" + hash_id + ".scope/container", "libpod-" + hash_id + ".scope", hash_id, "podman", "",
     ""},
    {"/machine.slice/libpod-conmon-" + hash_id + ".scope", "libpod-conmon-" + hash_id + ".scope", "", "", "", ""},
    {"/libpod_parent/libpod-" + hash_id, "", hash_id, "podman", "", ""},
    {"/libpod_parent/conmon", "", "", "", "", ""},
    {"/system.slice/web.service/libpod-payload-" + hash_id, "web.service", hash_id, "podman", "", ""},
    {"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + hash_id + ".scope/container",
     "user@1000.service/libpod-" + hash_id + ".scope", hash_id, "podman", "", ""},
    // Kubernetes, containerd, CRI-O
    {"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod12_ab.slice/cri-containerd-" + hash_id + ".scope",
     "cri-containerd-" + hash_id + ".scope", hash_id, "containerd", "12-ab", "burstable"},
    {"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod12_ab.slice/crio-" + hash_id + ".scope",
     "crio-" + hash_id + ".scope", hash_id, "cri-o", "12-ab", "besteffort"},
    {"/kubepods.slice/kubepods-pod12_ab.slice/crio-conmon-" + hash_id + ".scope", "crio-conmon-" + hash_id + ".scope",
     "", "", "12-ab", "guaranteed"},
    {"/kubepods/besteffort/pod12-ab/" + hash_id, "", hash_id, "kubernetes", "12-ab", "besteffort"},
    {"/kubepods/burstable/pod12-ab/" + hash_id, "", hash_id, "kubernetes", "12-ab", "burstable"},
    {"/kubepods/pod12-ab/" + hash_id, "", hash_id, "kubernetes", "12-ab", "guaranteed"},
    {"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod1.slice/cri-containerd-" + hash_id + ".scope",
     "cri-containerd-" + hash_id + ".scope", hash_id, "containerd", "1", "guaranteed"},
    {"/system.slice/containerd.service/kubepods-burstable-pod12_ab.slice:cri-containerd:" + hash_id,
     "kubepods-burstable-pod12_ab.slice", hash_id, "containerd", "12-ab", "burstable"},
    {"/system.slice/nerdctl-" + hash_id + ".scope", "nerdctl-" + hash_id + ".scope", hash_id, "containerd", "", ""},
    {"/default/" + hash_id, "", hash_id, "containerd", "", ""},
    // LXC, LXD, Incus; units inside are not the host's
    {"/lxc.payload.web", "", "web", "lxc", "", ""},
    {"/lxc.payload.web/system.slice/nginx.service", "web/nginx.service", "web", "lxc", "", ""},
    {"/lxc.monitor.web", "", "", "", "", ""},
    {"/lxc.payload/web", "", "web", "lxc", "", ""},
    {"/lxc/web", "", "web", "lxc", "", ""},
    // systemd-nspawn and machined
    {"/machine.slice/systemd-nspawn@my\\x2dbox.service/payload/system.slice/a.service", "my-box/a.service", "my-box",
     "nspawn", "", ""},
    {"/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt", "machine-qemu\\x2d1\\x2dvm.scope", "qemu-1-vm",
     "machined", "", ""},
    {"/system.slice/snap.lxd.daemon.service", "snap.lxd.daemon.service", "lxd", "snap", "", ""},
    {"/user.slice/user-1000.slice/user@1000.service/app.slice/snap.firefox.firefox-1f.scope",
     "user@1000.service/snap.firefox.firefox-1f.scope", "firefox", "snap", "", ""},
    {"/user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-org.gnome.Maps-4711.scope",
     "user@1000.service/app-flatpak-org.gnome.Maps-4711.scope", "org.gnome.Maps", "flatpak", "", ""},
    // hostile
    {"/../../x.service", "x.service", "", "", "", ""},
    {"//a.service//", "a.service", "", "", "", ""},
    {"/.service/.scope", "", "", "", "", ""},
    {"/\x1b[31m\n.service", "\x1b[31m\n.service", "", "", "", ""},
    {"/" + std::string(300, 'a') + ".service", "", "", "", "", ""},
    {"/" + std::string(max_cgroup_bytes, 'a') + "/late.service", "", "", "", "", ""},
    {"/docker/" + std::string(64, 'G'), "", "", "", "", ""},
    {"/machine.slice/machine-\\x2.scope", "machine-\\x2.scope", "\\x2", "machined", "", ""},
};

TEST(CgroupPath, EachRowMeansWhatItSays) {
    for (const CgroupCase& each : cgroup_cases) {
        const Keeper keeper = keeper_of(each.path);
        EXPECT_EQ(keeper.unit, each.unit) << each.path;
        EXPECT_EQ(keeper.container, each.container) << each.path;
        EXPECT_EQ(keeper.engine, each.engine) << each.path;
        EXPECT_EQ(keeper.pod, each.pod) << each.path;
        EXPECT_EQ(keeper.qos, each.qos) << each.path;
    }
}

TEST(CgroupPath, SystemdsEscapesAreUndone) {
    EXPECT_EQ(without_escapes("a\\x2db"), "a-b");
    EXPECT_EQ(without_escapes("\\x2d\\x5c"), "-\\");
    EXPECT_EQ(without_escapes("a\\x2"), "a\\x2");
    EXPECT_EQ(without_escapes("a\\xzz\\"), "a\\xzz\\");
    EXPECT_EQ(without_escapes(""), "");
}

TEST(Keeper, PeopleKnowTheBeginningOfAnId) {
    Keeper keeper;
    keeper.container = hash_id;
    EXPECT_EQ(container_label(keeper), std::string(12, 'a'));
    keeper.container_name = "web";
    EXPECT_EQ(container_label(keeper), "web");
    keeper.container_name.clear();
    keeper.container = "a-name-that-is-no-hash_id";
    EXPECT_EQ(container_label(keeper), keeper.container);
}

}  // namespace
}  // namespace caprec
