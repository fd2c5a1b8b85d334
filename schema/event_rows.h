// SPDX-License-Identifier: Apache-2.0
//
// The rows of a trace in memory, one struct for each type of event: the recorder hands them to TraceWriter, and
// TraceReader hands them to the analyzer.  Fields stand for the columns of the same name in trace.capnp, which
// documents them; all are 64 bits wide, as the file makes no promise about ranges: consumers check.
#pragma once

#include <array>
#include <cstdint>

#include "schema/ids.h"

namespace caprec {

struct CheckRow {
    std::uint64_t order = 0;  // place in the ring buffer, over all types of events
    std::uint64_t time = 0;   // ns, monotonic
    std::uint64_t thread = 0;
    std::uint64_t capability = 0;
    std::uint64_t result = 0;   // signed: 0 granted, -EPERM denied
    std::uint64_t options = 0;  // opts + 1; 0 unknown
    std::uint64_t context = 0;
    std::uint64_t flags = 0;  // CheckFlag
    NamespaceId target_namespace{};
    CredentialId credential{};
    std::uint64_t abi = 0;
    std::uint64_t syscall = 0;
    std::array<std::uint64_t, 6> args{};
    std::uint64_t syscall_sequence = 0;
    StackId stack{};
    UserStackId user_stack{};
    ObjectId object{};
    std::uint64_t key = 0;

    bool granted() const { return result == 0; }
};

// trace.capnp's checkFlag constants; event_codec.cpp asserts that they agree.
enum CheckFlag : std::uint64_t {
    check_real_credential = 0x1,
    check_current_credential = 0x2,
    check_kernel_thread = 0x4,
    check_io_worker = 0x8,
    check_before_exec = 0x10,
    check_walked = 0x20,
    check_stack_lost = 0x40,
    check_object_withheld = 0x80,
    check_object_unreadable = 0x100,
    check_newborn = 0x200,
    check_exiting = 0x400,
    check_user_stack_lost = 0x800,
    check_user_stack_withheld = 0x1000,
    check_in_exec = 0x2000,
    check_compat_task = 0x4000,
    check_arguments_withheld = 0x8000,
    check_site_unknown = 0x10000,
    check_credential_of_run = 0x20000,
    check_credential_unsure = 0x40000,
};

enum class CheckContext : std::uint8_t { task = 0, softirq = 1, hardirq = 2, interrupt = 3 };

struct OutcomeRow {
    std::uint64_t order = 0, thread = 0;
    std::uint64_t syscall_sequence = 0;
    std::uint64_t abi = 0, syscall = 0;
    std::uint64_t value = 0;            // signed: the return value, -errno on failure
    std::uint64_t acknowledgement = 0;  // AcknowledgementBits; 0: none, or not known
};

// trace.capnp's acknowledgement constants; event_codec.cpp asserts that they agree.
enum AcknowledgementBits : std::uint64_t {
    acknowledgement_code = 0xffff,
    acknowledgement_names_nothing = 0x10000,
    outcome_beyond_memlock = 0x20000
};

struct CredentialChangeRow {
    std::uint64_t order = 0, time = 0, thread = 0;
    std::uint64_t syscall_sequence = 0;
    std::uint64_t abi = 0, syscall = 0;
    CredentialId before{}, after{};
};

enum RequestFlag : std::uint64_t { request_has_data = 1, request_unreadable = 2, request_withheld = 4 };

struct CapabilityRequestRow {
    std::uint64_t order = 0, time = 0, thread = 0;
    std::uint64_t syscall_sequence = 0;
    std::uint64_t abi = 0, syscall = 0;  // capset or capget
    std::uint64_t value = 0;             // signed: the return value, -errno on failure
    std::uint64_t version = 0;
    std::uint64_t target = 0;  // signed: a thread, in the calling process's PID namespace; 0: itself
    std::uint64_t flags = 0;   // RequestFlag
    std::uint64_t effective = 0, permitted = 0, inheritable = 0;
};

enum class TaskKind : std::uint8_t { process = 0, thread = 1, io_worker = 2 };

struct TaskRow {
    std::uint64_t order = 0, time = 0;
    std::uint64_t creator = 0;  // thread; 0: the command itself
    std::uint64_t thread = 0, process = 0;
    std::uint64_t kind = 0;  // TaskKind
    std::uint64_t clone_flags = 0;
    CredentialId credential{};
    StringId comm{};
    std::uint64_t tgid = 0, tid = 0;
    std::uint64_t recorder_tgid = 0, recorder_tid = 0;
    std::uint64_t own_tgid = 0, own_tid = 0;
    std::uint64_t flags = 0;        // TaskFlag
    std::uint64_t start_time = 0;   // ns, boot time; 0: as `time` says
    std::uint64_t parent_tgid = 0;  // with task_there_before; 0: not known
};

// trace.capnp's taskFlag constants; event_codec.cpp asserts that they agree.
enum TaskFlag : std::uint64_t { task_there_before = 0x1 };

// trace.capnp's execFlag and fileState constants; event_codec.cpp asserts that they agree.
enum ExecFlag : std::uint64_t {
    exec_secure = 0x1,
    exec_path_cut = 0x2,
    exec_path_unreachable = 0x4,
    exec_placed = 0x8,
    exec_file_powerless = 0x10,
    exec_other_root = 0x20,
    exec_other_mounts = 0x40,
    exec_withheld = 0x80,
    exec_there_before = 0x100,
};

enum FileState : std::uint64_t {
    file_capabilities_known = 0x1,
    file_effective = 0x2,
    file_build_id = 0x4,
    file_hash = 0x8,
    file_gained = 0x10,
};

struct ExecRow {
    std::uint64_t order = 0, time = 0, thread = 0, process = 0;
    StringId given{}, path{}, script{}, interpreter{};
    StringId arguments{};
    std::uint64_t arguments_length = 0;
    std::uint64_t device = 0, inode = 0, ctime = 0;
    CredentialId before{}, after{};
    std::uint64_t flags = 0;       // ExecFlag
    std::uint64_t file_state = 0;  // FileState
    std::uint64_t file_permitted = 0, file_inheritable = 0, file_root_id = 0;
    std::uint64_t mount_namespace = 0;  // inode
    StringId outer_path{};
    std::uint64_t mode = 0, owner = 0, group = 0;
    StringId content{};
};

// The status of a process that the recorder's caller may not look at.
constexpr std::uint64_t exit_status_withheld = 0xffffffff;

struct ExitRow {
    std::uint64_t order = 0, time = 0, thread = 0, process = 0;
    std::uint64_t status = 0;  // as wait(2) encodes it, or exit_status_withheld
    std::uint64_t last = 0;    // 1: the last thread of its process
};

struct RenameRow {
    std::uint64_t order = 0, time = 0, thread = 0;
    StringId comm{};
};

enum class ComparisonKind : std::uint8_t { none = 0, file = 1, real = 2, nice = 3 };

// trace.capnp's comparison constants; event_codec.cpp asserts that they agree.
enum ComparisonFlag : std::uint64_t { comparison_own = 0x1, comparison_by_name = 0x2, comparison_many = 0x4 };

struct ComparisonRow {
    std::uint64_t order = 0, time = 0, thread = 0;
    std::uint64_t syscall_sequence = 0;
    std::uint64_t abi = 0, syscall = 0;
    std::uint64_t value = 0;  // signed: the return value, -errno on failure
    std::uint64_t kind = 0;   // ComparisonKind
    std::uint64_t flags = 0;  // ComparisonFlag
    CredentialId credential{}, target_credential{};
    std::uint64_t target_process = 0;  // 0: not of the run, or not known
    std::uint64_t target_tgid = 0;
    StringId target_comm{};
    StringId entry{};
    ObjectId object{};
};

// trace.capnp's refusal constants; event_codec.cpp asserts that they agree.
enum RefusalFlag : std::uint64_t {
    refusal_checked = 0x1,
    refusal_filtered = 0x2,
    refusal_strict = 0x4,
    refusal_last = 0x8,
};

struct RefusalRow {
    std::uint64_t order = 0, time = 0, thread = 0;
    std::uint64_t syscall_sequence = 0;
    std::uint64_t abi = 0, syscall = 0;
    std::uint64_t error = 0;
    std::uint64_t flags = 0;  // RefusalFlag
    CredentialId credential{};
    ObjectId object{};
    std::uint64_t key = 0;
    std::uint64_t times = 0;  // how often so far
    // execve's file, as in ExecRow
    std::uint64_t file_state = 0, file_permitted = 0, file_inheritable = 0, file_root_id = 0;
};

struct PlaceRow {
    std::uint64_t order = 0, time = 0, thread = 0, process = 0;
    StringId cgroup{};  // path from the root of the cgroup v2 hierarchy
    std::uint64_t cgroup_id = 0;
    std::uint64_t pid_namespace = 0, network_namespace = 0, mount_namespace = 0;  // inodes; 0: not known
};

struct MappingRow {
    std::uint64_t order = 0, time = 0, process = 0;
    ModuleId module{};
    std::uint64_t offset = 0, length = 0;  // bytes
};

}  // namespace caprec
