// SPDX-License-Identifier: Apache-2.0
#include "recorder/encoder.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "recorder/comm.h"
#include "recorder/exec_texts.h"
#include "recorder/refused_files.h"
#include "recorder/running_processes.h"
#include "schema/member_count.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

template <class Event> Event copy_of(std::span<const std::byte> bytes) {
    Event event{};
    std::memcpy(&event, bytes.data(), sizeof event);
    return event;
}

// Rows are made from events by hand, here and nowhere else, and the compiler checks both sides.  Each function below
// names all members of its event, so a member that the kernel side adds is an error there.  A member that a row gains
// is an error here: whoever raises the number must fill it in, too.
static_assert(member_count<CheckRow>() == 18 && member_count<OutcomeRow>() == 7 &&
              member_count<CredentialChangeRow>() == 8 && member_count<CapabilityRequestRow>() == 13 &&
              member_count<TaskRow>() == 18 && member_count<ExecRow>() == 26 && member_count<ExitRow>() == 6 &&
              member_count<PlaceRow>() == 9 && member_count<RenameRow>() == 4 && member_count<ComparisonRow>() == 16 &&
              member_count<RefusalRow>() == 16);

std::uint64_t sign_extended(std::int64_t value) { return static_cast<std::uint64_t>(value); }

}  // namespace

Encoder::Encoder(const Programs& programs, TraceWriter& writer, ProcessList& processes, MappingEvents& mappings,
                 MappingSource source, std::span<const ev_first_seen> kinds)
    : writer_(writer),
      processes_(processes),
      mappings_(mappings),
      user_code_(writer, source == MappingSource::perf || source == MappingSource::bpf),
      definitions_(programs, writer),
      kinds_(kinds) {
    if (!kinds.empty())
        journal_.emplace([this](std::span<const std::byte> bytes) { write(bytes); });
}

void Encoder::record(std::span<const std::byte> bytes) {
    const auto header = copy_of<ev_header>(bytes);
    definitions_.ring_was_read(bytes.size());
    if (header.thread == EV_RECORDER_THREAD)
        return;
    if (header.time != 0)
        mappings_until(header.time);
    follow(bytes);
    journal_ ? journal_->take(bytes) : write(bytes);
}

// What must be known of processes when it happens, whether it is written or not.
void Encoder::follow(std::span<const std::byte> bytes) {
    switch (copy_of<ev_header>(bytes).type) {
        case EV_TASK: {
            const auto event = copy_of<ev_task>(bytes);
            processes_.on(event);
            user_code_.on(event);
            if (event.creator == 0 && target_thread_ == 0 && (event.flags & EV_TASK_THERE_BEFORE) == 0)
                target_thread_ = event.header.thread;
            break;
        }
        case EV_EXIT: {
            const auto event = copy_of<ev_exit>(bytes);
            processes_.on(event);
            user_code_.on(event);
            break;
        }
        case EV_RENAME: processes_.on(copy_of<ev_rename>(bytes)); break;
        default: break;
    }
}

void Encoder::write(std::span<const std::byte> bytes) {
    ++order_;
    switch (static_cast<ev_type>(copy_of<ev_header>(bytes).type)) {
        case EV_CHECK: return on(copy_of<ev_check>(bytes));
        case EV_KNOWN_CHECKS: return on(copy_of<ev_known_checks>(bytes));
        case EV_OUTCOME: return on(copy_of<ev_outcome>(bytes));
        case EV_CRED_CHANGE: return on(copy_of<ev_cred_change>(bytes));
        case EV_CAPABILITY_REQUEST: return on(copy_of<ev_capability_request>(bytes));
        case EV_TASK: return on(copy_of<ev_task>(bytes));
        case EV_EXEC: return on(copy_of<ev_exec>(bytes), bytes.subspan(sizeof(ev_exec)));
        case EV_EXIT: return on(copy_of<ev_exit>(bytes));
        case EV_RENAME: return on(copy_of<ev_rename>(bytes));
        case EV_REFUSAL: return on(copy_of<ev_refusal>(bytes));
        case EV_COMPARISON: return on(copy_of<ev_comparison>(bytes));
        case EV_PLACE: return on(copy_of<ev_place>(bytes), bytes.subspan(sizeof(ev_place)));
        case EV_MAPPING: return on(copy_of<ev_mapping>(bytes), bytes.subspan(sizeof(ev_mapping)));
        case EV_USER_STACK:
            return user_code_.on(copy_of<ev_user_stack>(bytes), bytes.subspan(sizeof(ev_user_stack)), order_);
    }
    ++unknown_;
}

void Encoder::mappings_until(std::uint64_t time) {
    mappings_.take_until(time, [this](const MappingRecord& record) { user_code_.on(record); });
}

CheckRow Encoder::row_of(const ev_check& event, References references) {
    const auto& [header, args, syscall_sequence, cred, stack, object, key_hash, target_ns, result, flags, options,
                 syscall, capability, abi, context, user_stack, reserved] = event;
    const auto id = [references](auto& contents, std::uint64_t key) {
        return references == References::needed ? contents.id(key) : contents.find(key);
    };
    return {.order = order_,
            .time = header.time,
            .thread = header.thread,
            .capability = capability,
            .result = sign_extended(result),
            .options = options,
            .context = context,
            .flags = flags,
            .target_namespace = definitions_.user_namespace(target_ns),
            .credential = id(definitions_.credentials(), cred),
            .abi = abi,
            .syscall = static_cast<std::uint64_t>(syscall),
            .args = {args[0], args[1], args[2], args[3], args[4], args[5]},
            .syscall_sequence = syscall_sequence,
            .stack = id(definitions_.stacks(), stack),
            .user_stack = user_code_.stack_of(event),
            .object = id(definitions_.objects(), object),
            .key = definitions_.key(key_hash)};
}

void Encoder::on(const ev_check& event) {
    ++checks_;
    writer_.add(row_of(event, References::needed));
}

// The rows hold all but what is of this call alone.
void Encoder::on(const ev_known_checks& event) {
    constexpr std::uint32_t of_one_call = EV_CHECK_WALKED | EV_CHECK_OBJECT_WITHHELD | EV_CHECK_OBJECT_UNREADABLE |
                                          EV_CHECK_USER_STACK_LOST | EV_CHECK_USER_STACK_WITHHELD;
    const auto& [header, syscall_sequence, object, flags, count, slots] = event;
    for (std::uint32_t i = 0; i < std::min<std::uint32_t>(count, EV_CALL_KINDS); ++i) {
        const std::uint32_t slot = slots[i];
        if (slot == 0 || slot > kinds_.size() || kinds_[slot - 1].check.key == 0)
            continue;
        ev_check check = kinds_[slot - 1].check;
        check.header.thread = header.thread;
        check.header.time = header.time;
        check.syscall_sequence = syscall_sequence;
        check.flags = (check.flags & ~of_one_call) | flags;
        check.object = object;
        check.user_stack = 0;
        order_ += i > 0 ? 1 : 0;
        ++checks_;
        writer_.add(row_of(check, References::told_before));
    }
}

void Encoder::on(const ev_outcome& event) {
    ++outcomes_;
    const auto& [header, syscall_sequence, value, syscall, abi, acknowledgement, reserved] = event;
    writer_.add(OutcomeRow{.order = order_,
                           .thread = header.thread,
                           .syscall_sequence = syscall_sequence,
                           .abi = abi,
                           .syscall = static_cast<std::uint64_t>(syscall),
                           .value = sign_extended(value),
                           .acknowledgement = acknowledgement});
}

// Execve fails with EPERM when it cannot give the effective capabilities of the file.
std::optional<FileCapabilities> Encoder::refused_file(const ev_refusal& event) const {
    constexpr std::uint32_t no_file = EV_REFUSAL_LAST | EV_REFUSAL_STRICT;
    if (event.error != EPERM || (event.flags & no_file) != 0 || event.abi > static_cast<std::uint32_t>(Abi::arm) ||
        syscall_name(static_cast<Abi>(event.abi), static_cast<std::uint32_t>(event.syscall)) != "execve")
        return std::nullopt;
    const std::optional<ev_object> object = definitions_.objects().content(event.object);
    if (!object || object->kind != EV_OBJECT_PATH || object->truncated != 0)
        return std::nullopt;
    const std::size_t length = std::min<std::size_t>(object->length, EV_OBJECT_BYTES);
    return capabilities_of_refused(std::string(object->bytes, length), processes_.tgid(event.header.thread));
}

void Encoder::on(const ev_refusal& event) {
    const std::optional<FileCapabilities> found = refused_file(event);
    const FileCapabilities file = found.value_or(FileCapabilities{});
    const auto& [header, syscall_sequence, cred, object, key_hash, times, syscall, abi, error, flags] = event;
    writer_.add(RefusalRow{.order = order_,
                           .time = header.time,
                           .thread = header.thread,
                           .syscall_sequence = syscall_sequence,
                           .abi = abi,
                           .syscall = static_cast<std::uint64_t>(syscall),
                           .error = error,
                           .flags = flags,
                           .credential = definitions_.credentials().id(cred),
                           .object = definitions_.objects().id(object),
                           .key = definitions_.key(key_hash),
                           .times = times,
                           .file_state = (found ? std::uint64_t{file_capabilities_known} : 0) |
                                         (file.effective ? std::uint64_t{file_effective} : 0),
                           .file_permitted = file.permitted,
                           .file_inheritable = file.inheritable,
                           .file_root_id = file.root_id});
}

void Encoder::refusals(std::span<const ev_refusal> totals) {
    for (ev_refusal total : totals) {
        total.flags |= EV_REFUSAL_LAST;
        total.cred = total.object = 0;  // the first refusal told these
        ++order_;
        on(total);
    }
}

void Encoder::on(const ev_comparison& event) {
    const auto& [header, syscall_sequence, value, cred, target_cred, target_process, object, syscall, abi, kind, flags,
                 target_tgid, reserved, entry, comm] = event;
    writer_.add(ComparisonRow{.order = order_,
                              .time = header.time,
                              .thread = header.thread,
                              .syscall_sequence = syscall_sequence,
                              .abi = abi,
                              .syscall = static_cast<std::uint64_t>(syscall),
                              .value = sign_extended(value),
                              .kind = kind,
                              .flags = flags,
                              .credential = definitions_.credentials().id(cred),
                              .target_credential = definitions_.credentials().id(target_cred),
                              .target_process = target_process,
                              .target_tgid = target_tgid,
                              .target_comm = definitions_.string(comm_of(comm)),
                              .entry = definitions_.string({entry, strnlen(entry, sizeof entry)}),
                              .object = definitions_.objects().id(object)});
}

void Encoder::on(const ev_cred_change& event) {
    const auto& [header, syscall_sequence, before, after, syscall, abi] = event;
    writer_.add(CredentialChangeRow{.order = order_,
                                    .time = header.time,
                                    .thread = header.thread,
                                    .syscall_sequence = syscall_sequence,
                                    .abi = abi,
                                    .syscall = static_cast<std::uint64_t>(syscall),
                                    .before = definitions_.credentials().id(before),
                                    .after = definitions_.credentials().id(after)});
}

void Encoder::on(const ev_capability_request& event) {
    const auto& [header, syscall_sequence, effective, permitted, inheritable, value, syscall, abi, version, target,
                 flags, reserved] = event;
    writer_.add(CapabilityRequestRow{.order = order_,
                                     .time = header.time,
                                     .thread = header.thread,
                                     .syscall_sequence = syscall_sequence,
                                     .abi = abi,
                                     .syscall = static_cast<std::uint64_t>(syscall),
                                     .value = sign_extended(value),
                                     .version = version,
                                     .target = sign_extended(target),
                                     .flags = flags,
                                     .effective = effective,
                                     .permitted = permitted,
                                     .inheritable = inheritable});
}

void Encoder::on(const ev_task& event) {
    const auto& [header, creator, creator_process, process, clone_flags, cred, kind, tgid, tid, recorder_tgid,
                 recorder_tid, own_tgid, own_tid, flags, comm, start_time, parent_tgid, reserved] = event;
    writer_.add(TaskRow{.order = order_,
                        .time = header.time,
                        .creator = creator,
                        .thread = header.thread,
                        .process = process,
                        .kind = kind,
                        .clone_flags = clone_flags,
                        .credential = definitions_.credentials().id(cred),
                        .comm = definitions_.string(comm_of(comm)),
                        .tgid = tgid,
                        .tid = tid,
                        .recorder_tgid = recorder_tgid,
                        .recorder_tid = recorder_tid,
                        .own_tgid = own_tgid,
                        .own_tid = own_tid,
                        .flags = flags,
                        .start_time = start_time,
                        .parent_tgid = parent_tgid});
}

void Encoder::on(const ev_place& event, std::span<const std::byte> path) {
    const auto& [header, process, cgroup, pid_ns, net_ns, mount_ns, path_bytes] = event;
    const std::string_view components(reinterpret_cast<const char*>(path.data()),
                                      std::min<std::size_t>(path.size(), path_bytes));
    const bool is_known = path_bytes != EV_PATH_TOO_LONG;
    const std::string name = is_known ? path_from(components) : std::string();
    writer_.add(PlaceRow{.order = order_,
                         .time = header.time,
                         .thread = header.thread,
                         .process = process,
                         .cgroup = definitions_.string(name.empty() && is_known ? "/" : name),
                         .cgroup_id = cgroup,
                         .pid_namespace = pid_ns,
                         .network_namespace = net_ns,
                         .mount_namespace = mount_ns});
}

void Encoder::on(const ev_exec& event, std::span<const std::byte> texts) {
    ExecTexts text = exec_texts(event, texts);
    std::string found_arguments;
    std::uint64_t arguments_length = event.argv_length;
    if ((event.flags & (EV_EXEC_THERE_BEFORE | EV_EXEC_WITHHELD)) == EV_EXEC_THERE_BEFORE) {
        found_arguments = arguments_of_running(processes_.tgid(event.process), processes_.start_time(event.process));
        arguments_length = found_arguments.size();
        text.arguments = std::string_view(found_arguments).substr(0, EV_ARGV_BYTES);
    }
    const ImageFacts image = image_files_.look_at(event, text, processes_.tgid(event.process));
    const FileCapabilities file = image.capabilities.value_or(FileCapabilities{});
    std::uint64_t file_state = image.capabilities ? std::uint64_t{file_capabilities_known} : 0;
    file_state |= file.effective ? std::uint64_t{file_effective} : 0;
    file_state |= !image.build_id.empty() ? std::uint64_t{file_build_id} : 0;
    file_state |= !image.hash.empty() ? std::uint64_t{file_hash} : 0;
    const bool is_script = !text.interpreter.empty();
    const auto& [header, process, before, after, inode, ctime, argv_length, device, flags, given_bytes,
                 interpreter_bytes, path_bytes, outer_bytes, argv_bytes, mount_ns, uid, gid, mode, reserved] = event;
    writer_.add(ExecRow{.order = order_,
                        .time = header.time,
                        .thread = header.thread,
                        .process = process,
                        .given = definitions_.string(text.given),
                        .path = definitions_.string(text.path),
                        .script = is_script ? definitions_.string(text.given) : StringId(),
                        .interpreter = is_script ? definitions_.string(text.interpreter) : StringId(),
                        .arguments = definitions_.string(text.arguments),
                        .arguments_length = arguments_length,
                        .device = device,
                        .inode = inode,
                        .ctime = ctime,
                        .before = definitions_.credentials().id(before),
                        .after = definitions_.credentials().id(after),
                        .flags = flags & ~std::uint64_t{EV_EXEC_SERVED_BY_USER},
                        .file_state = file_state,
                        .file_permitted = file.permitted,
                        .file_inheritable = file.inheritable,
                        .file_root_id = file.root_id,
                        .mount_namespace = mount_ns,
                        .outer_path = definitions_.string(text.outer),
                        .mode = mode,
                        .owner = uid,
                        .group = gid,
                        .content = definitions_.string(image.build_id.empty() ? image.hash : image.build_id)});
}

void Encoder::on(const ev_mapping& event, std::span<const std::byte> name) {
    MappingRecord record = mapping_record(event, name);
    if ((event.flags & EV_MAPPING_FIRST) != 0) {
        MappingRecord first;
        first.kind = MappingRecord::Kind::new_program;
        first.process = event.process;
        user_code_.on(first);
    }
    if ((event.flags & (EV_MAPPING_FILE | EV_MAPPING_SERVED_BY_USER | EV_MAPPING_PATH_CUT)) == EV_MAPPING_FILE)
        record.build_id = mapped_files_.build_id(record, processes_.tgid(event.process));
    user_code_.on(record);
}

void Encoder::on(const ev_exit& event) {
    const auto& [header, process, status, last] = event;
    writer_.add(ExitRow{.order = order_,
                        .time = header.time,
                        .thread = header.thread,
                        .process = process,
                        .status = status,
                        .last = last});
}

void Encoder::on(const ev_rename& event) {
    const auto& [header, comm] = event;
    writer_.add(RenameRow{
        .order = order_, .time = header.time, .thread = header.thread, .comm = definitions_.string(comm_of(comm))});
}

void Encoder::finish() {
    if (journal_)
        journal_->finish();
}

void Encoder::kind_counts() {
    if (!journal_)
        return;
    writer_.kind_counts(counts_.since_last(kinds_, [this](std::uint64_t hash) { return definitions_.key(hash); }));
}

void Encoder::first_seen(std::span<const ev_first_seen> rows) {
    std::vector<FirstSeenRow> found;
    for (const ev_first_seen& row : rows) {
        if (row.check.key == 0 || row.check.header.thread == EV_RECORDER_THREAD)
            continue;
        FirstSeenRow& out =
            found.emplace_back(FirstSeenRow{row_of(row.check, References::told_before), all_hits(row), {}});
        for (std::size_t i = 0; i < EV_FIRST_OUTCOMES; ++i)
            if (row.outcome_code[i] != 0 && outcome_hits(row, i) != 0)
                out.outcomes.push_back({1 - static_cast<std::int64_t>(row.outcome_code[i]), outcome_hits(row, i)});
    }
    std::sort(found.begin(), found.end(),
              [](const FirstSeenRow& a, const FirstSeenRow& b) { return a.check.time < b.check.time; });
    first_seen_rows_ += found.size();
    writer_.first_seen(found);
}

}  // namespace caprec
