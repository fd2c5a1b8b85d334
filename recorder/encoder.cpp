// SPDX-License-Identifier: Apache-2.0
#include "recorder/encoder.h"

#include <bpf/libbpf.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "recorder/comm.h"
#include "recorder/exec_texts.h"
#include "recorder/refused_files.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

// The intern tables forget everything when they are as full as this: a hostile command cannot fill the memory.
constexpr std::size_t max_interned = 1u << 18;

// Limits on keys of contents that the kernel side puts into its maps again when it meets them, and on those that it
// names without doing so.
constexpr std::size_t max_objects = 1u << 16, max_lasting = 1u << 17;

template <class Map> void make_room(Map& map) {
    if (map.size() >= max_interned)
        map.clear();
}

template <class Event> Event copy_of(std::span<const std::byte> bytes) {
    Event event{};
    std::memcpy(&event, bytes.data(), sizeof event);
    return event;
}

std::uint64_t sign_extended(std::int64_t value) { return static_cast<std::uint64_t>(value); }

}  // namespace

Encoder::Encoder(capture& skeleton, TraceWriter& writer, ProcessList& processes, MappingEvents& mappings)
    : writer_(writer),
      processes_(processes),
      mappings_(mappings),
      user_code_(writer, mappings.ring_bytes() != 0),
      symbols_(skeleton, writer),
      ring_{0, bpf_map__max_entries(skeleton.maps.ring)},
      credentials_({bpf_map__fd(skeleton.maps.creds), bpf_map__max_entries(skeleton.maps.creds),
                    reinterpret_cast<const std::uint64_t*>(&skeleton.bss->creds_put_in)},
                   max_lasting, ring_, [this](const ev_cred& content) { return define(content); }),
      stacks_({bpf_map__fd(skeleton.maps.stacks), bpf_map__max_entries(skeleton.maps.stacks),
               reinterpret_cast<const std::uint64_t*>(&skeleton.bss->stacks_put_in)},
              max_lasting, ring_, [this](const ev_stack& content) { return define(content); }),
      objects_({bpf_map__fd(skeleton.maps.objects), bpf_map__max_entries(skeleton.maps.objects),
                reinterpret_cast<const std::uint64_t*>(&skeleton.bss->objects_put_in)},
               max_objects, ring_, [this](const ev_object& content) { return define(content); }) {}

void Encoder::record(std::span<const std::byte> bytes) {
    const auto header = copy_of<ev_header>(bytes);
    ring_.read += bytes.size();
    if (header.thread == EV_RECORDER_THREAD)
        return;
    if (header.time != 0)
        mappings_until(header.time);
    ++order_;
    switch (static_cast<ev_kind>(header.kind)) {
        case EV_CHECK: return on(copy_of<ev_check>(bytes));
        case EV_OUTCOME: return on(copy_of<ev_outcome>(bytes));
        case EV_CRED_CHANGE: return on(copy_of<ev_cred_change>(bytes));
        case EV_CAPABILITY_REQUEST: return on(copy_of<ev_capability_request>(bytes));
        case EV_TASK: return on(copy_of<ev_task>(bytes));
        case EV_EXEC: return on(copy_of<ev_exec>(bytes), bytes.subspan(sizeof(ev_exec)));
        case EV_EXIT: return on(copy_of<ev_exit>(bytes));
        case EV_RENAME: return on(copy_of<ev_rename>(bytes));
        case EV_REFUSAL: return on(copy_of<ev_refusal>(bytes));
        case EV_COMPARISON: return on(copy_of<ev_comparison>(bytes));
        case EV_USER_STACK:
            return user_code_.on(copy_of<ev_user_stack>(bytes), bytes.subspan(sizeof(ev_user_stack)), order_);
    }
    ++unknown_;
}

void Encoder::mappings_until(std::uint64_t time) {
    mappings_.take_until(time, [this](const MappingRecord& record) { user_code_.on(record); });
}

CheckRow Encoder::row_of(const ev_check& event, References references) {
    const auto id = [references](auto& contents, std::uint64_t key) {
        return references == References::needed ? contents.id(key) : contents.find(key);
    };
    CheckRow row;
    row.order = order_;
    row.time = event.header.time;
    row.thread = event.header.thread;
    row.capability = event.capability;
    row.result = sign_extended(event.result);
    row.options = event.options;
    row.context = event.context;
    row.flags = event.flags;
    row.target_namespace = user_namespace(event.target_ns);
    row.credential = id(credentials_, event.cred);
    row.abi = event.abi;
    row.syscall = static_cast<std::uint64_t>(event.syscall);
    std::copy(std::begin(event.args), std::end(event.args), row.args.begin());
    row.syscall_sequence = event.syscall_sequence;
    row.stack = id(stacks_, event.stack);
    row.user_stack = user_code_.stack_of(event);
    row.object = id(objects_, event.object);
    row.key = key(event.key);
    return row;
}

void Encoder::on(const ev_check& event) {
    ++checks_;
    writer_.add(row_of(event, References::needed));
}

void Encoder::on(const ev_outcome& event) {
    ++outcomes_;
    writer_.add(OutcomeRow{.order = order_,
                           .thread = event.header.thread,
                           .syscall_sequence = event.syscall_sequence,
                           .abi = event.abi,
                           .syscall = static_cast<std::uint64_t>(event.syscall),
                           .value = sign_extended(event.value),
                           .acknowledgement = event.acknowledgement});
}

// Execve fails with EPERM when it cannot give the effective capabilities of the file.
std::optional<FileCapabilities> Encoder::refused_file(const ev_refusal& event) const {
    constexpr std::uint32_t no_file = EV_REFUSAL_LAST | EV_REFUSAL_STRICT;
    if (event.error != EPERM || (event.flags & no_file) != 0 || event.abi > static_cast<std::uint32_t>(Abi::arm) ||
        syscall_name(static_cast<Abi>(event.abi), static_cast<std::uint32_t>(event.syscall)) != "execve")
        return std::nullopt;
    const std::optional<ev_object> object = objects_.content(event.object);
    if (!object || object->kind != EV_OBJECT_PATH || object->truncated != 0)
        return std::nullopt;
    const std::size_t length = std::min<std::size_t>(object->length, EV_OBJECT_BYTES);
    return capabilities_of_refused(std::string(object->bytes, length), processes_.tgid(event.header.thread));
}

void Encoder::on(const ev_refusal& event) {
    const std::optional<FileCapabilities> found = refused_file(event);
    const FileCapabilities file = found.value_or(FileCapabilities{});
    writer_.add(RefusalRow{.order = order_,
                           .time = event.header.time,
                           .thread = event.header.thread,
                           .syscall_sequence = event.syscall_sequence,
                           .abi = event.abi,
                           .syscall = static_cast<std::uint64_t>(event.syscall),
                           .error = event.error,
                           .flags = event.flags,
                           .credential = credentials_.id(event.cred),
                           .object = objects_.id(event.object),
                           .key = key(event.key),
                           .times = event.times,
                           .file_state = (found ? std::uint64_t{file_capabilities_known} : 0) |
                                         (file.effective ? std::uint64_t{file_effective} : 0),
                           .file_permitted = file.permitted,
                           .file_inheritable = file.inheritable,
                           .file_root_id = file.root_id});
}

void Encoder::refusals(std::span<const ev_refusal> totals) {
    for (ev_refusal total : totals) {
        total.flags |= EV_REFUSAL_LAST;
        total.cred = total.object = 0;  // told by the first of them
        ++order_;
        on(total);
    }
}

void Encoder::on(const ev_comparison& event) {
    writer_.add(ComparisonRow{.order = order_,
                              .time = event.header.time,
                              .thread = event.header.thread,
                              .syscall_sequence = event.syscall_sequence,
                              .abi = event.abi,
                              .syscall = static_cast<std::uint64_t>(event.syscall),
                              .value = sign_extended(event.value),
                              .kind = event.kind,
                              .flags = event.flags,
                              .credential = credentials_.id(event.cred),
                              .target_credential = credentials_.id(event.target_cred),
                              .target_process = event.target_process,
                              .target_tgid = event.target_tgid,
                              .target_comm = string(comm_of(event.comm)),
                              .entry = string({event.entry, strnlen(event.entry, sizeof event.entry)}),
                              .object = objects_.id(event.object)});
}

void Encoder::on(const ev_cred_change& event) {
    writer_.add(CredentialChangeRow{.order = order_,
                                    .time = event.header.time,
                                    .thread = event.header.thread,
                                    .syscall_sequence = event.syscall_sequence,
                                    .abi = event.abi,
                                    .syscall = static_cast<std::uint64_t>(event.syscall),
                                    .before = credentials_.id(event.before),
                                    .after = credentials_.id(event.after)});
}

void Encoder::on(const ev_capability_request& event) {
    writer_.add(CapabilityRequestRow{.order = order_,
                                     .time = event.header.time,
                                     .thread = event.header.thread,
                                     .syscall_sequence = event.syscall_sequence,
                                     .abi = event.abi,
                                     .syscall = static_cast<std::uint64_t>(event.syscall),
                                     .value = sign_extended(event.value),
                                     .version = event.version,
                                     .target = sign_extended(event.target),
                                     .flags = event.flags,
                                     .effective = event.effective,
                                     .permitted = event.permitted,
                                     .inheritable = event.inheritable});
}

void Encoder::on(const ev_task& event) {
    processes_.on(event);
    user_code_.on(event);
    if (event.creator == 0 && target_thread_ == 0)
        target_thread_ = event.header.thread;
    writer_.add(TaskRow{.order = order_,
                        .time = event.header.time,
                        .creator = event.creator,
                        .thread = event.header.thread,
                        .process = event.process,
                        .kind = event.kind,
                        .clone_flags = event.clone_flags,
                        .credential = credentials_.id(event.cred),
                        .comm = string(comm_of(event.comm)),
                        .tgid = event.tgid,
                        .tid = event.tid,
                        .recorder_tgid = event.recorder_tgid,
                        .recorder_tid = event.recorder_tid,
                        .own_tgid = event.own_tgid,
                        .own_tid = event.own_tid});
}

void Encoder::on(const ev_exec& event, std::span<const std::byte> texts) {
    const ExecTexts text = exec_texts(event, texts);
    const ImageFacts image = image_files_.look_at(event, text, processes_.tgid(event.process));
    const FileCapabilities file = image.capabilities.value_or(FileCapabilities{});
    std::uint64_t file_state = image.capabilities ? std::uint64_t{file_capabilities_known} : 0;
    file_state |= file.effective ? std::uint64_t{file_effective} : 0;
    file_state |= !image.build_id.empty() ? std::uint64_t{file_build_id} : 0;
    file_state |= !image.hash.empty() ? std::uint64_t{file_hash} : 0;
    const bool is_script = !text.interpreter.empty();
    writer_.add(ExecRow{.order = order_,
                        .time = event.header.time,
                        .thread = event.header.thread,
                        .process = event.process,
                        .given = string(text.given),
                        .path = string(text.path),
                        .script = is_script ? string(text.given) : StringId(),
                        .interpreter = is_script ? string(text.interpreter) : StringId(),
                        .arguments = string(text.arguments),
                        .arguments_length = event.argv_length,
                        .device = event.device,
                        .inode = event.inode,
                        .ctime = event.ctime,
                        .before = credentials_.id(event.before),
                        .after = credentials_.id(event.after),
                        .flags = event.flags & ~std::uint64_t{EV_EXEC_SERVED_BY_USER},
                        .file_state = file_state,
                        .file_permitted = file.permitted,
                        .file_inheritable = file.inheritable,
                        .file_root_id = file.root_id,
                        .mount_namespace = event.mount_ns,
                        .outer_path = string(text.outer),
                        .mode = event.mode,
                        .owner = event.uid,
                        .group = event.gid,
                        .content = string(image.build_id.empty() ? image.hash : image.build_id)});
}

void Encoder::on(const ev_exit& event) {
    processes_.on(event);
    user_code_.on(event);
    writer_.add(ExitRow{.order = order_,
                        .time = event.header.time,
                        .thread = event.header.thread,
                        .process = event.process,
                        .status = event.status,
                        .last = event.last});
}

void Encoder::on(const ev_rename& event) {
    processes_.on(event);
    writer_.add(RenameRow{.order = order_,
                          .time = event.header.time,
                          .thread = event.header.thread,
                          .comm = string(comm_of(event.comm))});
}

void Encoder::first_seen(std::span<const ev_first_seen> rows) {
    std::vector<FirstSeenRow> found;
    for (const ev_first_seen& row : rows) {
        if (row.walk_key == 0 || row.check.header.thread == EV_RECORDER_THREAD)
            continue;
        ev_check check = row.check;
        check.key = row.walk_key;
        FirstSeenRow& out = found.emplace_back(FirstSeenRow{row_of(check, References::told_before), row.hits, {}});
        for (int i = 0; i < EV_FIRST_OUTCOMES; ++i)
            if (row.outcome_code[i] != 0 && row.outcome_hits[i] != 0)
                out.outcomes.push_back({1 - static_cast<std::int64_t>(row.outcome_code[i]), row.outcome_hits[i]});
    }
    std::sort(found.begin(), found.end(),
              [](const FirstSeenRow& a, const FirstSeenRow& b) { return a.check.time < b.check.time; });
    first_seen_rows_ += found.size();
    writer_.first_seen(found);
}

StringId Encoder::string(std::string_view text) {
    if (text.empty())
        return {};
    make_room(strings_);
    Digest digest = string_seed_;
    digest.add(text);
    const auto [place, is_new] = strings_.try_emplace(digest);
    if (is_new)
        place->second = writer_.define_string(text);
    return place->second;
}

NamespaceId Encoder::user_namespace(const ev_user_ns& ns) {
    const UserNamespace entry{ns.inode, ns.level, ns.owner};
    if (last_namespace_ && entry == last_namespace_entry_)
        return last_namespace_;
    make_room(namespaces_);
    const auto [place, is_new] = namespaces_.try_emplace({ns.inode, ns.level, ns.owner});
    if (is_new)
        place->second = writer_.define(entry);
    last_namespace_entry_ = entry;
    last_namespace_ = place->second;
    return last_namespace_;
}

std::uint64_t Encoder::key(std::uint64_t hash) {
    if (hash == last_key_hash_)
        return last_key_;
    make_room(keys_);
    const auto [place, is_new] = keys_.try_emplace(hash, next_key_ + 1);
    if (is_new)
        ++next_key_;
    last_key_hash_ = hash;
    last_key_ = place->second;
    return last_key_;
}

CredentialId Encoder::define(const ev_cred& content) {
    Credential entry;
    entry.uid = content.uid, entry.euid = content.euid, entry.suid = content.suid, entry.fsuid = content.fsuid;
    entry.gid = content.gid, entry.egid = content.egid, entry.sgid = content.sgid, entry.fsgid = content.fsgid;
    entry.effective = CapabilitySet(content.effective);
    entry.permitted = CapabilitySet(content.permitted);
    entry.inheritable = CapabilitySet(content.inheritable);
    entry.bounding = CapabilitySet(content.bounding);
    entry.ambient = CapabilitySet(content.ambient);
    entry.securebits = content.securebits;
    entry.no_new_privs = content.no_new_privs != 0;
    entry.user_namespace = user_namespace(content.ns);
    entry.groups.assign(content.groups, content.groups + std::min<std::uint32_t>(content.group_count, EV_GROUPS));
    entry.group_count = content.group_count;
    entry.group_hash = content.group_hash;
    return writer_.define(entry);
}

StackId Encoder::define(const ev_stack& content) {
    const std::size_t depth = std::min<std::size_t>(content.depth, EV_STACK_FRAMES);
    return writer_.define(KernelStack{symbols_.frames(std::span(content.frames, depth)), depth == EV_STACK_FRAMES});
}

ObjectId Encoder::define(const ev_object& content) {
    const std::size_t length = std::min<std::size_t>(content.length, EV_OBJECT_BYTES);
    return writer_.define(
        Object{static_cast<ObjectKind>(content.kind), std::string(content.bytes, length), content.truncated != 0});
}

}  // namespace caprec
