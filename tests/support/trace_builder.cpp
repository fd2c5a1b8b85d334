// SPDX-License-Identifier: Apache-2.0
#include "tests/support/trace_builder.h"

#include <stdexcept>

namespace caprec {
namespace {

constexpr std::uint64_t not_permitted = static_cast<std::uint64_t>(-1);  // -EPERM

template <class Map, class Key, class Make> typename Map::mapped_type interned(Map& map, const Key& key, Make make) {
    const auto [place, fresh] = map.try_emplace(typename Map::key_type(key));
    if (fresh)
        place->second = make();
    return place->second;
}

}  // namespace

RunHeader plausible_header() {
    RunHeader header;
    header.recorder = "caprec test";
    for (std::size_t i = 0; i < header.run_id.size(); ++i)
        header.run_id[i] = static_cast<std::uint8_t>(i);
    header.start = {1'000'000'000, 1'500'000'000, 1'750'000'000'000'000'000, 3600};
    header.host_name = "host";
    header.kernel_release = "6.14.0";
    header.kernel_version = "#1 SMP";
    header.machine = "x86_64";
    header.boot_id = "00000000-0000-0000-0000-000000000000";
    header.arch = Arch::x86_64;
    header.page_size = 4096;
    header.hook = HookKind::tracepoint;
    header.attached_programs = {"cap_capable", "task_newtask"};
    header.blind_spots = {"whether a check is audited"};
    header.command = {"sh", "-c", "true"};
    header.working_directory = "/tmp";
    header.caller_uid = header.on_behalf_of_uid = 1000;
    header.sysctls = {{"vm.overcommit_memory", "0"}};
    header.lsms = {"capability", "yama"};
    header.lsms_known = true;
    header.buffer_bytes = 16u << 20;
    header.target_thread = 1;
    header.home_namespace = {4026531837, 0, 0};
    header.symbol_source = SymbolSource::kernel;
    return header;
}

TraceBuilder::TraceBuilder() : TraceBuilder(plausible_header()) {}

TraceBuilder::TraceBuilder(const RunHeader& header) : writer_(sink_) {
    writer_.header(header);
    module_ = writer_.define(Module{string("vmlinux"), ModuleKind::kernel, {}});
    namespace_ = writer_.define(header.home_namespace);
}

StringId TraceBuilder::string(std::string_view bytes) {
    return interned(strings_, bytes, [&] { return writer_.define_string(bytes); });
}

StackId TraceBuilder::stack(std::initializer_list<std::string_view> symbols) {
    KernelStack stack;
    for (const std::string_view symbol : symbols) {
        const FrameId frame = interned(frames_, symbol, [&] {
            return writer_.define(Frame{module_, string(symbol), 0x10});
        });
        stack.frames.push_back(static_cast<std::uint32_t>(frame.value()));
    }
    return interned(stacks_, stack.frames, [&] { return writer_.define(stack); });
}

CredentialId TraceBuilder::credential(std::uint32_t uid, CapabilitySet effective) {
    return interned(credentials_, std::pair(uid, effective.bits()), [&] {
        Credential entry;
        entry.uid = entry.euid = entry.suid = entry.fsuid = uid;
        entry.gid = entry.egid = entry.sgid = entry.fsgid = uid;
        entry.effective = entry.permitted = effective;
        entry.bounding = CapabilitySet((std::uint64_t{1} << known_capabilities) - 1);
        entry.user_namespace = namespace_;
        return writer_.define(entry);
    });
}

ObjectId TraceBuilder::object(std::string_view path) {
    return interned(objects_, path, [&] { return writer_.define(Object{ObjectKind::path, std::string(path), false}); });
}

NamespaceId TraceBuilder::user_namespace(const UserNamespace& entry) { return writer_.define(entry); }

void TraceBuilder::process(std::uint64_t id, std::uint64_t creator, std::string_view comm) {
    TaskRow row;
    row.creator = creator;
    row.thread = row.process = id;
    row.comm = string(comm);
    row.tgid = row.tid = row.recorder_tgid = row.recorder_tid = row.own_tgid = row.own_tid = 1000 + id;
    add(row);
}

void TraceBuilder::exec(std::uint64_t process, std::string_view path, std::initializer_list<std::string_view> argv,
                        ExecRow row) {
    std::string arguments;
    for (const std::string_view argument : argv)
        arguments.append(argument).push_back('\0');
    row.thread = row.process = process;
    row.given = row.path = string(path);
    row.arguments = string(arguments);
    row.arguments_length = arguments.size();
    add(row);
}

void TraceBuilder::exit(std::uint64_t process, std::uint64_t wait_status) {
    ExitRow row;
    row.thread = row.process = process;
    row.status = wait_status;
    row.last = 1;
    add(row);
}

CheckRow TraceBuilder::check(std::uint64_t thread, unsigned capability, bool granted, std::string_view syscall,
                             std::initializer_list<std::string_view> symbols, std::int64_t value,
                             std::uint64_t acknowledgement) {
    const auto number = syscall_number(Abi::x86_64, syscall);
    if (!number)
        throw std::invalid_argument("no such syscall: " + std::string(syscall));
    CheckRow row;
    row.thread = thread;
    row.capability = capability;
    row.result = granted ? 0 : not_permitted;
    row.flags = check_real_credential | check_current_credential | check_walked;
    row.target_namespace = namespace_;
    row.credential = credential(granted ? 0 : 1000, CapabilitySet(granted ? std::uint64_t{1} << capability : 0));
    row.abi = static_cast<std::uint64_t>(Abi::x86_64);
    row.syscall = *number;
    row.syscall_sequence = ++syscalls_[thread];
    row.stack = stack(symbols);
    row.key = row.stack.value() * 128 + capability * 2 + (granted ? 1 : 0);
    row.order = add(row);
    ++checks_;
    returns(row, value, acknowledgement);
    return row;
}

void TraceBuilder::returns(const CheckRow& check, std::int64_t value, std::uint64_t acknowledgement) {
    add(OutcomeRow{.thread = check.thread,
                   .syscall_sequence = check.syscall_sequence,
                   .abi = check.abi,
                   .syscall = check.syscall,
                   .value = static_cast<std::uint64_t>(value),
                   .acknowledgement = acknowledgement});
    ++outcomes_;
}

Bytes TraceBuilder::cut() {
    writer_.flush();
    return sink_.data;
}

Bytes TraceBuilder::finish() {
    RunFooter footer;
    footer.end = {2'000'000'000, 2'500'000'000, 1'750'000'001'000'000'000, 3600};
    footer.reason = EndReason::command_ended;
    footer.target = {TargetStatus::Kind::exited, 0};
    footer.checks_made = footer.checks_recorded = checks_;
    footer.outcomes_recorded = outcomes_;
    return finish(footer);
}

Bytes TraceBuilder::finish(const RunFooter& footer) {
    writer_.footer(footer);
    return sink_.data;
}

}  // namespace caprec
