// SPDX-License-Identifier: Apache-2.0
#include "tests/support/machine_trace.h"

#include <cerrno>

#include "schema/capability_numbers.h"

namespace caprec {
namespace {

constexpr std::uint32_t uid_of_alice = 1001;

CheckRow asks(TraceBuilder& trace, std::uint64_t process, unsigned capability, bool granted, std::string_view syscall,
              std::initializer_list<std::string_view> symbols, std::uint32_t uid = 0) {
    CheckRow row = trace.check(process, capability, granted, syscall, symbols, granted ? 0 : -EPERM);
    if (uid == 0 || !granted)
        return row;
    // the same once more, by another user
    row.credential = trace.credential(uid, CapabilitySet(std::uint64_t{1} << capability));
    row.key += 1u << 20;
    row.syscall_sequence += 1000;
    trace.add(row);
    trace.returns(row, 0);
    return row;
}

void chowns(TraceBuilder& trace, std::uint64_t process, std::uint32_t uid = 0) {
    asks(trace, process, cap_chown, true, "fchownat",
         {"cap_capable", "ns_capable", "capable_wrt_inode_uidgid", "setattr_prepare", "notify_change"}, uid);
}

void binds(TraceBuilder& trace, std::uint64_t process, bool granted) {
    asks(trace, process, cap_net_bind_service, granted, "bind",
         {"cap_capable", "ns_capable", "__inet_bind", "inet_bind"});
}

void renices(TraceBuilder& trace, std::uint64_t process) {
    asks(trace, process, cap_sys_nice, true, "setpriority",
         {"cap_capable", "capable", "set_one_prio", "__do_sys_setpriority"});
}

}  // namespace

void add_place(TraceBuilder& trace, std::uint64_t process, std::string_view cgroup, std::uint64_t cgroup_id,
               std::uint64_t network_namespace) {
    PlaceRow row;
    row.thread = row.process = process;
    row.cgroup = trace.string(cgroup);
    row.cgroup_id = cgroup_id;
    row.pid_namespace = 0xeffffffc;
    row.network_namespace = network_namespace;
    row.mount_namespace = 0xeffffff8;
    trace.add(row);
}

void add_found(TraceBuilder& trace, std::uint64_t process, std::uint64_t parent_tgid, std::string_view path,
               std::uint32_t uid) {
    TaskRow task;
    task.thread = task.process = process;
    task.flags = task_there_before;
    task.start_time = 900'000'000 + process;
    task.parent_tgid = parent_tgid;
    task.recorder_tgid = task.recorder_tid = task.tgid = task.tid = task.own_tgid = task.own_tid = 1000 + process;
    task.comm = trace.string(path.substr(path.rfind('/') + 1));
    task.credential = trace.credential(uid, CapabilitySet());
    trace.add(task);
    ExecRow exec;
    exec.flags = exec_there_before;
    exec.after = task.credential;
    trace.exec(process, path, {path.substr(path.rfind('/') + 1), "--found"}, exec);
}

RunHeader header_of(RecordingScope scope, std::vector<std::string> names) {
    RunHeader header = plausible_header();
    header.command.clear();
    header.target_thread = 0;
    header.scope = scope;
    header.scope_names = std::move(names);
    return header;
}

RunFooter ended_by(EndReason reason) {
    RunFooter footer;
    footer.end = {2'000'000'000, 2'500'000'000, 1'750'000'001'000'000'000, 3600};
    footer.reason = reason;
    footer.survivors = {{1, 1001, "systemd"}};
    footer.survivor_count = 1;
    return footer;
}

Bytes machine_trace() {
    TraceBuilder trace(header_of(RecordingScope::machine));
    add_found(trace, 1, 0, "/usr/lib/systemd/systemd");
    add_place(trace, 1, "/init.scope", 10);
    add_found(trace, 2, 1001, "/usr/sbin/sshd");
    add_place(trace, 2, "/system.slice/ssh.service", 20);
    add_found(trace, 3, 1001, "/usr/bin/dockerd");
    add_place(trace, 3, "/system.slice/docker.service", 30);
    add_found(trace, 4, 1003, "/usr/sbin/nginx");
    add_place(trace, 4, "/system.slice/docker-" + web_id + ".scope", 40, 0xf0000001);
    add_found(trace, 5, 1003, "/usr/bin/postgres", 999);
    add_place(trace, 5, "/system.slice/docker-" + database_id + ".scope", 50, 0xf0000002);
    add_found(trace, 6, 77, "/usr/bin/coredns");
    add_place(trace, 6,
              "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod12ab_34.slice/cri-containerd-" + pod_id +
                  ".scope",
              60, 0xf0000003);
    add_found(trace, 7, 1001, "/usr/bin/foot", uid_of_alice);
    add_place(trace, 7, "/user.slice/user-1001.slice/user@1001.service/app.slice/foot.service", 70);
    renices(trace, 2);
    chowns(trace, 2);
    trace.process(8, 2, "sshd");  // a session: it lives in ssh.service until logind moves it
    chowns(trace, 8, uid_of_alice);
    add_place(trace, 8, "/user.slice/user-1001.slice/session-3.scope", 80);
    trace.exec(8, "/bin/bash", {"bash"});
    renices(trace, 8);
    binds(trace, 4, true);
    chowns(trace, 4);
    chowns(trace, 5);
    binds(trace, 6, false);
    trace.process(9, 3, "runc");
    trace.exec(9, "/usr/bin/runc", {"runc", "init"});
    chowns(trace, 9);
    add_place(trace, 9, "/system.slice/docker-" + web_id + ".scope", 40, 0xf0000001);
    trace.exec(9, "/bin/pidof", {"pidof", "nginx"});
    renices(trace, 9);
    trace.exit(9, 0);
    renices(trace, 7);
    return trace.finish(ended_by(EndReason::time_up));
}

Bytes rootless_machine_trace() {
    TraceBuilder trace(header_of(RecordingScope::machine));
    const auto runs_as = [&](std::uint64_t process, const Credential& credential) {
        add_found(trace, process, 0, "/usr/bin/daemon", credential.uid);
        ExecRow exec;
        exec.after = trace.writer().define(credential);
        trace.exec(process, "/usr/bin/daemon", {"daemon"}, exec);
    };
    Credential bounded;
    bounded.effective = bounded.permitted = bounded.bounding = CapabilitySet::of({cap_chown, cap_sys_nice, cap_setuid});
    runs_as(1, bounded);
    add_place(trace, 1, "/system.slice/bounded.service", 10);
    chowns(trace, 1);
    Credential user;
    user.uid = user.euid = user.suid = user.fsuid = uid_of_alice;
    user.no_new_privs = true;
    runs_as(2, user);
    add_place(trace, 2, "/system.slice/looks.service", 20);
    trace.check(2, cap_dac_override, false, "newfstatat", {"cap_capable", "generic_permission"}, -EACCES);
    Credential inside = bounded;
    inside.uid = inside.euid = inside.suid = inside.fsuid = 100000;
    inside.user_namespace = trace.user_namespace({200, 1, uid_of_alice});
    runs_as(3, inside);
    add_place(trace, 3, "/user.slice/user-1001.slice/user@1001.service/user.slice/libpod-" + web_id + ".scope", 30);
    CheckRow check = trace.check(1, cap_setuid, true, "setuid", {"cap_capable", "ns_capable", "__sys_setuid"}, 0);
    check.thread = 3;
    check.credential = trace.writer().define(inside);
    check.target_namespace = inside.user_namespace;
    check.syscall_sequence = 1000;
    trace.add(check);
    trace.returns(check, 0);
    chowns(trace, 77);
    add_place(trace, 77, "/system.slice/bounded.service", 10);
    return trace.finish(ended_by(EndReason::time_up));
}

std::string docker_names() { return R"([{"Id": ")" + web_id + R"(", "Name": "/web", "State": {"Pid": 1004}}])"; }

std::string pod_names() {
    return R"({"apiVersion": "v1", "kind": "List", "items": [{"kind": "Pod",
 "metadata": {"name": "dns-1", "namespace": "kube-system", "uid": "12ab-34"},
 "status": {"containerStatuses": [{"name": "coredns", "containerID": "containerd://)" +
           pod_id + R"("}]}}]})";
}

}  // namespace caprec
