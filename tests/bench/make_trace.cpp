// SPDX-License-Identifier: Apache-2.0
//
// Writes a synthetic trace of a given size, for measuring the analyzer:
//     make_trace loop  COUNT FILE    one thread that asks the same COUNT times, as a setpriority loop does
//     make_trace mixed COUNT FILE    COUNT checks of many processes, threads, syscalls and sites
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "schema/capability_numbers.h"
#include "schema/error.h"
#include "schema/syscalls.h"
#include "schema/trace_writer.h"

namespace caprec {
namespace {

class FileSink : public ByteSink {
public:
    explicit FileSink(const char* path) : file_(path, std::ios::binary) {}
    void write(std::span<const std::byte> bytes) override {
        if (!file_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size())))
            throw Error("cannot write the trace");
    }

private:
    std::ofstream file_;
};

// Everything that the rows refer to, and the run of numbers that they need.
class Script {
public:
    explicit Script(TraceWriter& writer) : writer_(writer) {
        RunHeader header;
        header.recorder = "make_trace";
        header.start = {.monotonic = 1'000'000'000, .boottime = 1'000'000'000, .realtime = 1'700'000'000'000'000'000};
        header.arch = Arch::x86_64;
        header.hook = HookKind::tracepoint;
        header.attached_programs = {"cap_capable", "sys_exit"};
        header.command = {"synthetic"};
        header.sysctls = {{"vm.overcommit_memory", "0"}};
        header.target_thread = 1;
        header.home_namespace = {.inode = 4026531837};
        header.symbol_source = SymbolSource::kernel;
        writer_.header(header);
        home_ = writer_.define(UserNamespace{.inode = 4026531837});
        Credential root;
        root.effective = root.permitted = CapabilitySet(~std::uint64_t{0} >> 23);
        root.user_namespace = home_;
        root_ = writer_.define(root);
        Credential nobody;
        nobody.uid = nobody.euid = 65534;
        nobody.user_namespace = home_;
        nobody_ = writer_.define(nobody);
        vmlinux_ = writer_.define(Module{writer_.define_string("vmlinux"), ModuleKind::kernel, {}});
    }

    StackId stack(const std::vector<std::string_view>& symbols) {
        KernelStack stack;
        for (const std::string_view symbol : symbols) {
            const Frame frame{.module = vmlinux_, .symbol = writer_.define_string(symbol), .offset = 0x10};
            stack.frames.push_back(static_cast<std::uint32_t>(writer_.define(frame).value()));
        }
        return writer_.define(stack);
    }

    void start(std::uint64_t thread, std::uint64_t process, std::uint64_t creator, std::string_view path) {
        TaskRow task;
        stamp(task);
        task.creator = creator;
        task.thread = thread;
        task.process = process;
        task.kind = static_cast<std::uint64_t>(thread == process ? TaskKind::process : TaskKind::thread);
        task.credential = root_;
        task.recorder_tgid = 1000 + process % 30000;
        task.recorder_tid = 1000 + thread % 30000;
        task.comm = writer_.define_string(path.substr(path.rfind('/') + 1));
        writer_.add(task);
        if (thread == process) {
            ExecRow exec;
            stamp(exec);
            exec.thread = thread;
            exec.process = process;
            exec.path = writer_.define_string(path);
            exec.arguments = writer_.define_string(std::string(path) + '\0' + "argument" + '\0');
            exec.arguments_length = path.size() + 10;
            exec.before = exec.after = root_;
            writer_.add(exec);
        }
    }

    void end(std::uint64_t thread, std::uint64_t process) {
        ExitRow exit;
        stamp(exit);
        exit.thread = thread;
        exit.process = process;
        exit.last = thread == process ? 1 : 0;
        writer_.add(exit);
    }

    void check(CheckRow row, std::int64_t value) {
        stamp(row);
        row.target_namespace = home_;
        row.flags |= check_real_credential | check_current_credential;
        writer_.add(row);
        ++checks_;
        if (row.abi == 0)
            return;
        OutcomeRow outcome;
        stamp(outcome);
        outcome.thread = row.thread;
        outcome.syscall_sequence = row.syscall_sequence;
        outcome.abi = row.abi;
        outcome.syscall = row.syscall;
        outcome.value = static_cast<std::uint64_t>(value);
        writer_.add(outcome);
        ++outcomes_;
    }

    void finish() {
        RunFooter footer;
        footer.end.monotonic = time_;
        footer.reason = EndReason::command_ended;
        footer.target.kind = TargetStatus::Kind::exited;
        footer.checks_made = footer.checks_recorded = checks_;
        footer.outcomes_recorded = outcomes_;
        writer_.footer(footer);
    }

    CredentialId root() const { return root_; }
    CredentialId nobody() const { return nobody_; }

private:
    template <class Row> void stamp(Row& row) {
        row.order = ++order_;
        time_ += 137 + order_ % 5;
        if constexpr (requires { row.time; })
            row.time = time_;
    }

    TraceWriter& writer_;
    NamespaceId home_{};
    CredentialId root_{}, nobody_{};
    ModuleId vmlinux_{};
    std::uint64_t order_ = 0, time_ = 1'000'000'000, checks_ = 0, outcomes_ = 0;
};

std::uint64_t number(std::string_view name) { return syscall_number(Abi::x86_64, name).value_or(0); }

// Stacks are walked as by the recorder's policy: the first ones, then each 64th.
void write_loop(Script& script, std::uint64_t count) {
    script.start(1, 1, 0, "/usr/bin/loop");
    CheckRow row;
    row.thread = 1;
    row.capability = cap_sys_nice;
    row.result = static_cast<std::uint64_t>(-EPERM);
    row.credential = script.nobody();
    row.abi = static_cast<std::uint64_t>(Abi::x86_64);
    row.syscall = number("setpriority");
    row.args = {0, 0, static_cast<std::uint64_t>(-5), 0, 0, 0};
    row.key = 1;
    const StackId stack = script.stack({"bpf_prog_1234_check", "bpf_trace_run5", "cap_capable", "security_capable",
                                        "ns_capable", "set_one_prio", "__do_sys_setpriority", "do_syscall_64"});
    for (std::uint64_t i = 0; i < count; ++i) {
        const bool walked = i < 64 || i % 64 == 0;
        row.stack = walked ? stack : StackId();
        row.flags = walked ? std::uint64_t{check_walked} : 0;
        row.syscall_sequence = i + 1;
        script.check(row, -EACCES);
    }
    script.end(1, 1);
}

struct Shape {
    unsigned capability;
    const char* syscall;
    StackId stack;
    bool granted;
    std::int64_t value;
};

void write_mixed(Script& script, std::uint64_t count) {
    const StackId overcommit = script.stack({"bpf_prog_1", "cap_capable", "security_vm_enough_memory_mm",
                                             "__mmap_region", "do_mmap", "vm_mmap_pgoff", "do_syscall_64"});
    const StackId chown = script.stack({"bpf_prog_1", "cap_capable", "security_capable", "capable_wrt_inode_uidgid",
                                        "setattr_prepare", "notify_change", "chown_common", "do_syscall_64"});
    const StackId net = script.stack({"bpf_prog_1", "cap_capable", "security_capable", "ns_capable_noaudit",
                                      "net_ctl_permissions", "proc_sys_permission", "do_syscall_64"});
    const Shape shapes[] = {
        {cap_sys_admin, "mmap", overcommit, true, 0x7f0000000000},
        {cap_sys_admin, "brk", overcommit, true, 0x55550000},
        {cap_sys_admin, "execve", overcommit, true, 0},
        {cap_chown, "fchownat", chown, true, 0},
        {cap_chown, "fchownat", chown, false, -EPERM},
        {cap_net_admin, "openat", net, false, 3},
        {cap_net_admin, "openat", net, false, -EACCES},
    };
    constexpr std::uint64_t live = 16, checks_in_process = 40;
    std::vector<std::uint64_t> sequences(live, 0), processes(live, 0);
    std::uint64_t next_id = 1;
    script.start(next_id, next_id, 0, "/bin/sh");
    const std::uint64_t root_thread = next_id++;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t slot = (i * 7) % live;
        if (sequences[slot] % checks_in_process == 0) {
            if (processes[slot] != 0) {
                script.end(processes[slot] + 1, processes[slot]);
                script.end(processes[slot], processes[slot]);
            }
            processes[slot] = next_id;
            script.start(next_id, next_id, root_thread, "/usr/bin/program" + std::to_string(next_id % 50));
            script.start(next_id + 1, next_id, next_id, "thread");
            next_id += 2;
        }
        const Shape& shape = shapes[(i * 31 + i / 97) % std::size(shapes)];
        CheckRow row;
        row.thread = processes[slot] + i / live % 2;
        row.capability = shape.capability;
        row.result = shape.granted ? 0 : static_cast<std::uint64_t>(-EPERM);
        row.credential = shape.granted ? script.root() : script.nobody();
        row.abi = static_cast<std::uint64_t>(Abi::x86_64);
        row.syscall = number(shape.syscall);
        row.args = {i, i * 4096, 3, 0, 0, 0};
        row.syscall_sequence = ++sequences[slot];
        row.key = 1 + (processes[slot] % 50) * 1000 + (i * 31 + i / 97) % std::size(shapes);
        const bool walked = i % 4 != 0 || i < 4096;
        row.stack = walked ? shape.stack : StackId();
        row.flags = walked ? std::uint64_t{check_walked} : 0;
        script.check(row, shape.value);
    }
}

int run(int argc, char** argv) {
    const std::string_view kind = argc == 4 ? argv[1] : "";
    if (kind != "loop" && kind != "mixed") {
        std::cerr << "usage: make_trace loop|mixed COUNT FILE\n";
        return 2;
    }
    FileSink sink(argv[3]);
    TraceWriter writer(sink);
    Script script(writer);
    const std::uint64_t count = std::strtoull(argv[2], nullptr, 10);
    kind == "loop" ? write_loop(script, count) : write_mixed(script, count);
    script.finish();
    std::cout << writer.bytes_written() << " bytes\n";
    return 0;
}

}  // namespace
}  // namespace caprec

int main(int argc, char** argv) {
    try {
        return caprec::run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "make_trace: " << error.what() << '\n';
        return 1;
    }
}
