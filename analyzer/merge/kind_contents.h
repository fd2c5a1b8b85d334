// SPDX-License-Identifier: Apache-2.0
//
// A kind of check with all that its row refers to by id, independent of any trace, so that kinds of several traces can
// be merged.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/analysis/run_set.h"
#include "analyzer/result/aggregation.h"
#include "schema/merged_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

struct ModuleContents {
    std::string name;
    ModuleKind kind = ModuleKind::unknown;
    std::string build_id;
    std::uint32_t device = 0;
    std::uint64_t inode = 0;
    friend auto operator<=>(const ModuleContents&, const ModuleContents&) = default;
};

struct FrameContents {
    std::optional<ModuleContents> module;
    std::string symbol;
    std::uint32_t offset = 0;
};

struct KernelStackContents {
    std::vector<FrameContents> frames;
    bool truncated = false;
};

struct UserStackContents {
    UserStack stack;  // its pointers name places in `modules`, counted from 1
    std::vector<ModuleContents> modules;
};

struct CredentialContents {
    Credential credential;  // without its namespace's id
    std::optional<UserNamespace> user_namespace;
};

// The key of a kind: all that a report tells apart, in a form that is the same in every run on any kernel.
struct KindKey {
    std::string image, rule, site;
    std::string inside;  // the rule inside a user namespace of the run's own
    bool by_choice = false;
    std::uint64_t capability = 0, any_of = 0, held_more = 0;
    std::uint64_t abi = 0, syscall = 0;
    std::int32_t error = 0;
    NoOutcome outcome = NoOutcome::known;
    Phase phase = Phase::startup;
    NotAsked not_asked = NotAsked::no;
    bool granted = false;
    std::string unit, container;
    std::uint64_t user = 0;  // effective uid + 1; 0: not known
    friend auto operator<=>(const KindKey&, const KindKey&) = default;
};

struct KindContents {
    CheckRow row;  // without ids, thread, time and key
    KindRow kind;  // likewise; whoever writes it sets setting and example_run
    std::string comm, cgroup;
    std::optional<CredentialContents> credential, credential_after;
    std::optional<UserNamespace> target_namespace;
    std::optional<Object> object;
    std::optional<KernelStackContents> stack, site_stack;
    std::optional<UserStackContents> user_stack;
};

KindKey kind_key_of(const KindView& kind);
KindContents contents_of(const KindView& kind, const TraceReader& reader);

ModuleContents contents_of(const Module& module, const TraceReader& reader);

}  // namespace caprec
