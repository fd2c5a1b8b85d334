// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/refusals.h"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "analyzer/containers/saturated_sum.h"
#include "analyzer/processes/process_tree.h"
#include "analyzer/words/object_text.h"
#include "schema/enum_table.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

constexpr std::size_t max_pending = 1u << 12;
constexpr std::uint64_t kept_flags = refusal_filtered | refusal_strict;

// Another thing that the kernel looks at in such a call; with `plain`, a refusal is a matter of course.
struct Cause {
    std::string_view syscall;
    int error = 0;
    std::string_view why;
    bool plain = false;
};
constexpr std::string_view immutable = "an immutable or append-only file (chattr +i, +a), or a rule of the file system";
constexpr std::string_view firewall = "a firewall: netfilter, or a BPF program of the cgroup";
constexpr std::string_view closed_to_all =
    "a file that nobody may open for it (a sysctl that is read-only), a device on a mount with nodev, a protected "
    "sticky folder (fs.protected_regular), or a security module";
constexpr Cause causes[] = {
    {"execve", EACCES, "a mount with noexec, a file without its x bit, or a security module"},
    {"execveat", EACCES, "a mount with noexec, a file without its x bit, or a security module"},
    {"execve", EPERM, "a file whose capabilities are not all in the bounding set, or no_new_privs beside a tracer"},
    {"open", EPERM, immutable},
    {"openat", EPERM, immutable},
    {"openat2", EPERM, immutable},
    {"unlink", EPERM, immutable},
    {"unlinkat", EPERM, immutable},
    {"rename", EPERM, immutable},
    {"renameat", EPERM, immutable},
    {"renameat2", EPERM, immutable},
    {"link", EPERM, immutable},
    {"linkat", EPERM, immutable},
    {"chmod", EPERM, immutable},
    {"fchmod", EPERM, immutable},
    {"fchmodat", EPERM, immutable},
    {"fchmodat2", EPERM, immutable},
    {"chown", EPERM, immutable},
    {"lchown", EPERM, immutable},
    {"fchown", EPERM, immutable},
    {"fchownat", EPERM, immutable},
    {"truncate", EPERM, immutable},
    {"ftruncate", EPERM, immutable},
    {"utimensat", EPERM, immutable},
    {"mkdir", EPERM, immutable},
    {"mkdirat", EPERM, immutable},
    {"mknod", EPERM, immutable},
    {"mknodat", EPERM, immutable},
    {"symlink", EPERM, immutable},
    {"symlinkat", EPERM, immutable},
    {"setxattrat", EPERM, immutable},
    {"removexattrat", EPERM, immutable},
    {"file_setattr", EPERM, immutable},
    {"setxattr", EPERM, immutable},
    {"removexattr", EPERM, immutable},
    {"lsetxattr", EPERM, immutable},
    {"fsetxattr", EPERM, immutable},
    {"lremovexattr", EPERM, immutable},
    {"fremovexattr", EPERM, immutable},
    {"creat", EPERM, immutable},
    {"rmdir", EPERM, immutable},
    {"utime", EPERM, immutable},
    {"utimes", EPERM, immutable},
    {"futimesat", EPERM, immutable},
    {"open", EACCES, closed_to_all},
    {"openat", EACCES, closed_to_all},
    {"openat2", EACCES, closed_to_all},
    {"write", EPERM, "a seal on the file, or a rule of the file system"},
    {"pwrite64", EPERM, "a seal on the file, or a rule of the file system"},
    {"fallocate", EPERM, "a seal on the file, or an immutable or append-only one"},
    {"fcntl", EPERM, "an append-only file, a seal, or a pipe above fs.pipe-max-size"},
    {"pkey_mprotect", EACCES, "a file that is not open for it, or a security module"},
    {"mmap", EPERM, "a mount with noexec, or a seal on the file"},
    {"mmap", EACCES, "a file that is not open for it"},
    {"mprotect", EACCES, "a file that is not open for it, or a security module"},
    {"setrlimit", EPERM, "a limit above fs.nr_open, which binds everybody"},
    {"prlimit64", EPERM, "a limit above fs.nr_open, which binds everybody"},
    {"ptrace", EPERM, "a process that is traced already, or Yama"},
    {"sendto", EPERM, firewall},
    {"sendmsg", EPERM, firewall},
    {"sendmmsg", EPERM, firewall},
    {"connect", EPERM, firewall},
    {"bind", EPERM, firewall},
    {"connect", EACCES, "a broadcast address without SO_BROADCAST, or a rule of the routing table"},
    {"sendto", EACCES, "a broadcast address without SO_BROADCAST, or a rule of the routing table"},
    {"setsid", EPERM, "the leader of a process group cannot begin a session", true},
    {"setpgid", EPERM, "a session leader, or a process of another session", true},
    {"setpgid", EACCES, "a child that has called execve", true},
    {"capset", EPERM,
     "sets that do not fit each other (what is effective must be permitted, what is inheritable in the bounding set), "
     "or those of another thread"},
    {"prctl", EPERM,
     "something that is not inheritable, which nobody can add to the ambient set, or SECBIT_NO_CAP_AMBIENT_RAISE"},
    {"ioctl", EPERM, "a terminal, or a device, that belongs to somebody else"},
};

bool raises_ambient(std::string_view syscall, const Object& object) {
    constexpr std::uint8_t pr_cap_ambient = 47;
    return syscall == "prctl" && !object.bytes.empty() &&
           static_cast<std::uint8_t>(object.bytes.front()) == pr_cap_ambient;
}

const Cause* cause_of(std::string_view syscall, std::uint64_t error, const Object& object) {
    const auto* const found = std::ranges::find_if(causes, [&](const Cause& cause) {
        return cause.syscall == syscall && static_cast<std::uint64_t>(cause.error) == error &&
               (syscall != "prctl" || raises_ambient(syscall, object));
    });
    return found != std::end(causes) ? found : nullptr;
}

std::string name_of(const Refusals::Kind& kind) {
    const bool known = kind.abi != 0 && is_one_of<Abi>(kind.abi);
    return known ? syscall_name(static_cast<Abi>(kind.abi), kind.syscall) : "";
}

// Capset, and adding to the ambient set, compare sets without a check.
bool compares_sets(std::string_view syscall, const Object& object) {
    return syscall == "capset" || raises_ambient(syscall, object);
}

}  // namespace

Refusals::Kind Refusals::kind_of(const RefusalRow& row, std::string_view image) const {
    const Object* object = reader_.object(row.object);
    const Credential* credential = reader_.credential(row.credential);
    return {.image = std::string(image),
            .object = object != nullptr ? *object : Object{},
            .abi = row.abi,
            .syscall = row.syscall,
            .error = row.error,
            .flags = row.flags & kept_flags,
            .no_new_privs = credential != nullptr && credential->no_new_privs};
}

void Refusals::on(const RefusalRow& row, const ProcessTree::Place& place, std::string_view image,
                  std::string_view comm) {
    if ((row.flags & refusal_last) != 0) {
        const auto known = keys_.find(row.key);
        if (known != keys_.end() && row.times > known->second.times) {
            add_saturated(known->second.kind->second.times, row.times - known->second.times);
            known->second.times = row.times;
        }
        return;
    }
    Pending refusal{kind_of(row, image), std::string(comm), row, place};
    if (const auto told = explained_sets_.find(row.thread); told != explained_sets_.end()) {
        if (told->second == row.syscall_sequence && compares_sets(name_of(refusal.kind), refusal.kind.object))
            return;
    }
    if ((row.flags & refusal_checked) == 0 || pending_.size() >= max_pending) {
        count(refusal);
        return;
    }
    returned(row.thread);
    pending_.emplace(row.thread, std::move(refusal));
}

void Refusals::add(const RefusalEntry& entry) {
    RefusalRow row;
    row.object = entry.object;
    row.abi = entry.abi;
    row.syscall = entry.syscall;
    row.error = entry.error;
    row.flags = entry.flags;
    Kind kind = kind_of(row, reader_.string(entry.image).substr(0, Images::max_name_bytes));
    kind.no_new_privs = entry.no_new_privs;
    if (kinds_.size() >= max_kinds && !kinds_.contains(kind)) {
        limits_reached_ = true;
        return;
    }
    Found& found = kinds_[std::move(kind)];
    found.times = std::max(found.times, entry.times);
}

void Refusals::count(const Pending& refusal) {
    const auto known = keys_.find(refusal.row.key);
    if (known != keys_.end())
        return;  // a first one came twice
    if (keys_.size() >= max_keys || (kinds_.size() >= max_kinds && !kinds_.contains(refusal.kind))) {
        limits_reached_ = true;
        return;
    }
    const auto kind = kinds_.try_emplace(refusal.kind, Found{refusal.comm, 0}).first;
    add_saturated(kind->second.times, refusal.row.times);
    keys_.emplace(refusal.row.key, Counted{kind, refusal.row.times});
    if (first_)
        first_(refusal.row, refusal.place, describe(refusal.kind, {refusal.comm, refusal.row.times}));
}

void Refusals::explained(std::uint64_t thread) {
    if (!pending_.empty())
        pending_.erase(thread);
}

void Refusals::explains(std::uint64_t thread, std::uint64_t syscall_sequence) {
    if (explained_sets_.size() < max_pending || explained_sets_.contains(thread))
        explained_sets_.insert_or_assign(thread, syscall_sequence);
}

void Refusals::returned(std::uint64_t thread) {
    if (pending_.empty())
        return;
    if (const auto waiting = pending_.find(thread); waiting != pending_.end()) {
        count(waiting->second);
        pending_.erase(waiting);
    }
}

void Refusals::finish() {
    while (!pending_.empty())
        returned(std::ranges::min_element(pending_, {}, [](const auto& each) { return each.first; })->first);
}

OtherRefusal Refusals::describe(const Kind& kind, const Found& found) const {
    OtherRefusal call;
    call.image = kind.image;
    call.comm = found.comm;
    call.syscall = name_of(kind);
    call.error = static_cast<int>(kind.error & 0xfff);
    call.object = object_text(kind.object, call.syscall);
    call.object_truncated = kind.object.truncated;
    call.filtered = kind.flags != 0;
    call.no_new_privs = kind.no_new_privs;
    const Cause* cause = cause_of(call.syscall, kind.error, kind.object);
    call.look_up = syscalls_.traits(kind.abi, kind.syscall).looks_up || (cause != nullptr && cause->plain);
    call.why = cause != nullptr ? cause->why : std::string_view();
    call.count = found.times;
    return call;
}

OtherRefusals Refusals::list(std::uint64_t lost) const {
    std::vector<OtherRefusal> calls;
    for (const auto& [kind, found] : kinds_)
        calls.push_back(describe(kind, found));
    std::ranges::stable_sort(calls, [](const OtherRefusal& a, const OtherRefusal& b) {
        return a.look_up != b.look_up ? b.look_up : a.count > b.count;
    });
    OtherRefusals list;
    list.lost = lost;
    list.more = calls.size() - std::min(calls.size(), max_listed);
    calls.resize(calls.size() - list.more);
    list.calls = std::move(calls);
    return list;
}

}  // namespace caprec
