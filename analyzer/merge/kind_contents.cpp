// SPDX-License-Identifier: Apache-2.0
#include "analyzer/merge/kind_contents.h"

#include <map>

#include "analyzer/follow/kind_facts.h"
#include "analyzer/sites/kernel_stacks.h"
#include "schema/member_count.h"

namespace caprec {
namespace {

template <class Entry> std::optional<Entry> copy_of(const Entry* entry) {
    return entry != nullptr ? std::optional<Entry>(*entry) : std::nullopt;
}

std::optional<CredentialContents> credential_of(CredentialId id, const TraceReader& reader) {
    const Credential* credential = reader.credential(id);
    if (credential == nullptr)
        return std::nullopt;
    CredentialContents contents{*credential, copy_of(reader.user_namespace(credential->user_namespace))};
    contents.credential.user_namespace = {};
    return contents;
}

std::optional<ModuleContents> module_of(ModuleId id, const TraceReader& reader) {
    const Module* module = reader.module(id);
    return module != nullptr ? std::optional(contents_of(*module, reader)) : std::nullopt;
}

std::optional<KernelStackContents> kernel_stack_of(StackId id, const TraceReader& reader) {
    const KernelStack* stack = reader.stack(id);
    if (stack == nullptr)
        return std::nullopt;
    KernelStackContents contents;
    contents.truncated = stack->truncated;
    for (const std::uint32_t number : stack->frames) {
        if (contents.frames.size() == KernelStacks::max_frames)
            break;
        const Frame* frame = reader.frame(FrameId(number));
        contents.frames.push_back(
            frame == nullptr
                ? FrameContents{}
                : FrameContents{module_of(frame->module, reader),
                                std::string(reader.string(frame->symbol).substr(0, KernelStacks::max_symbol_bytes)),
                                frame->offset});
    }
    return contents;
}

std::optional<UserStackContents> user_stack_of(UserStackId id, const TraceReader& reader) {
    const UserStack* stack = reader.user_stack(id);
    if (stack == nullptr)
        return std::nullopt;
    UserStackContents contents{*stack, {}};
    std::map<ModuleId, ModuleId> numbers;
    const auto renumber = [&](std::uint64_t& word) {
        std::optional<UserPointer> pointer = decode_pointer(word);
        if (!pointer || !pointer->module)
            return;
        const auto [known, is_new] = numbers.try_emplace(pointer->module, ModuleId(numbers.size() + 1));
        if (is_new)
            contents.modules.push_back(module_of(pointer->module, reader).value_or(ModuleContents{}));
        word = encode(UserPointer{known->second, pointer->offset});
    };
    for (std::uint64_t& word : contents.stack.registers)
        renumber(word);
    for (std::uint64_t& word : contents.stack.pointers)
        renumber(word);
    return contents;
}

}  // namespace

ModuleContents contents_of(const Module& module, const TraceReader& reader) {
    return {std::string(reader.string(module.name)), module.kind, module.build_id, module.device, module.inode};
}

static_assert(
    member_count<CheckRow>() == 18 && member_count<KindRow>() == 22 && member_count<KindKey>() == 18,
    "a member is missing from the lists below: of what tells kinds apart, or of what another trace cannot know");

KindKey kind_key_of(const KindView& kind) {
    return {.image = std::string(kind.image),
            .rule = std::string(kind.rule),
            .site = std::string(kind.site),
            .inside = std::string(kind.inside),
            .by_choice = kind.traits.judgement.by_choice,
            .capability = kind.row.capability,
            .any_of = kind.traits.judgement.any_of.bits(),
            .held_more = kind.traits.around.held_more.bits(),
            .abi = kind.row.abi,
            .syscall = kind.row.syscall,
            .error = kind.traits.error,
            .outcome = kind.traits.outcome,
            .phase = kind.traits.phase,
            .not_asked = kind.not_asked,
            .granted = kind.row.granted(),
            .unit = kind.keeper->unit,
            .container = kind.keeper->container,
            .user = kind.traits.apart.user};
}

KindContents contents_of(const KindView& kind, const TraceReader& reader) {
    KindContents contents;
    const CheckRow& row = kind.row;
    contents.row = row;
    contents.row.order = contents.row.time = contents.row.thread = contents.row.syscall_sequence = 0;
    contents.row.key = 0;
    contents.row.stack = {};
    contents.row.user_stack = {};
    contents.row.object = {};
    contents.row.credential = {};
    contents.row.target_namespace = {};
    contents.kind.tgid = kind.traits.tgid;
    contents.kind.outcome = static_cast<std::uint64_t>(kind.traits.outcome);
    contents.kind.error = static_cast<std::uint64_t>(kind.traits.error);
    contents.kind.phase = static_cast<std::uint64_t>(kind.traits.phase);
    contents.kind.site_source = static_cast<std::uint64_t>(kind.traits.source);
    set_around(contents.kind, kind.traits.around);
    set_flag(contents.kind, kind_own_mount, kind.judged.own_mount);
    set_flag(contents.kind, kind_chosen, kind.judged.chosen);
    set_flag(contents.kind, kind_monitors, kind.judged.monitors);
    set_flag(contents.kind, kind_found_later, kind.judged.found_later);
    contents.kind.not_asked = static_cast<std::uint64_t>(kind.not_asked);
    contents.kind.most = kind.count;
    if (kind.not_asked != NotAsked::no)
        contents.kind.instead = kind.traits.judgement.any_of.bits() & ~(std::uint64_t{1} << (row.capability & 63));
    contents.comm = kind.comm;
    contents.cgroup = kind.cgroup;
    contents.kind.user = kind.traits.apart.user;
    contents.credential = credential_of(row.credential, reader);
    contents.credential_after = credential_of(kind.traits.around.credential_after, reader);
    contents.target_namespace = copy_of(reader.user_namespace(row.target_namespace));
    contents.object = copy_of(reader.object(row.object));
    contents.stack = kernel_stack_of(row.stack, reader);
    contents.site_stack = kernel_stack_of(kind.site_stack, reader);
    contents.user_stack = user_stack_of(kind.user_stack, reader);
    return contents;
}

}  // namespace caprec
