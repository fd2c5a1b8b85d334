// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/classify/rule.h"
#include "analyzer/containers/id_hash.h"
#include "analyzer/follow/judgement.h"
#include "analyzer/knowledge/knowledge.h"
#include "schema/trace_reader.h"

namespace caprec {

struct UnaskedNeed;

// The verdict on a capability that the kernel did not ask for.
Judgement judgement_of_not_asked(const UnaskedNeed& need, const JudgedRun& judged = {});

// Gathers, from the tables of a trace, what the rules may look at, and applies them.
class Judge {
public:
    Judge(const TraceReader& reader, const Knowledge& knowledge);  // after ReadStatus::header; keeps both

    // `error`: errno of the syscall; 0: it succeeded, or is not known.
    Judgement judge(const CheckRow& row, const KernelSite& site, SiteSource source, NoOutcome outcome,
                    std::int32_t error, const Surroundings& around, std::uint32_t tgid,
                    const JudgedRun& run = {}) const;

    // The judgement as long as the end of the trace is not known.
    struct SoFar {
        Judgement judgement;
        bool open = false;  // facts that only the end shows (JudgedRun) could lead to another one
    };
    SoFar judge_so_far(const CheckRow& row, const KernelSite& site, SiteSource source, NoOutcome outcome,
                       std::int32_t error, const Surroundings& around, std::uint32_t tgid, const JudgedRun& run) const;

    // Adds the setting of a run of a merged trace.  Returns the number for JudgedRun.
    std::size_t add_setting(const RunHeader& header);

    bool keeps_for_mount(CredentialId credential) const { return mount_credentials_.contains(credential); }

    // Checks with equal rows may be judged differently once this number has changed.
    std::size_t mounts_known() const { return mount_credentials_.size(); }

    // Whether the check was in a syscall that looks for something: stat, access, execve and the like.
    bool looks_up(const CheckRow& row) const { return syscalls_.traits(row.abi, row.syscall).looks_up; }

    // Whether the check asked a credential other than the task's own: one that a file or a mount keeps.
    bool asks_kept(const CheckRow& row) const {
        return (row.flags & (check_real_credential | check_io_worker)) == 0 &&
               !syscalls_.traits(row.abi, row.syscall).asks_for_access;
    }

    // Whether the syscall raises or lowers a limit.
    bool sets_limit(const CheckRow& row) const { return syscalls_.traits(row.abi, row.syscall).sets_limit; }

    bool opens_event(const CheckRow& row) const { return syscalls_.traits(row.abi, row.syscall).opens_event; }

    // Learns from a check which credentials the run's own mounts keep; before the check is judged.
    void notice(const CheckRow& row);

    bool limits_reached() const { return limits_reached_; }  // the run mounted with too many credentials

    static constexpr std::size_t max_mount_credentials = 4096;

private:
    CheckFacts facts_of(const CheckRow& row, const KernelSite& site, SiteSource source, NoOutcome outcome,
                        std::int32_t error, const Surroundings& around, std::uint32_t tgid, const JudgedRun& run) const;
    static Judgement judgement_of(CheckFacts& facts);  // sets facts.inside when it also judges inside
    const SiteRow* row_for_syscall(const CheckRow& row) const;

    const TraceReader& reader_;
    const Knowledge& knowledge_;
    std::vector<RunConditions> conditions_;  // [0]: those of the header
    SyscallTable syscalls_;
    mutable std::unordered_map<std::uint64_t, std::vector<const SiteRow*>, IdHash> by_syscall_;  // by ABI and number
    std::unordered_set<CredentialId, IdHash> mount_credentials_;
    bool limits_reached_ = false;
};

}  // namespace caprec
