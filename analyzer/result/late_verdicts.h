// SPDX-License-Identifier: Apache-2.0
//
// Some verdicts depend on what only the end of a trace shows: how the command ended, that a program watches others,
// that checks of one key came from several places.  Whoever shows single checks reads the trace twice where that is
// possible, and shows the verdicts at the end of the first reading; where it is not, the end says what changed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/containers/id_hash.h"
#include "analyzer/result/group_key.h"

namespace caprec {

// The last judgement on checks that had been delivered with another verdict, reason or set of capabilities.
struct LateVerdict {
    Judgement judgement;
    std::string site;  // as in AnnotatedCheck
    StackId stack{};
    // For whoever tells of it: the first judgement.
    unsigned capability = 0;
    bool granted = false;
    RuleId first_rule{};  // for rule_at()
    std::string image, syscall;
    std::uint64_t count = 0;  // checks
};

// The phases that were open when checks were delivered, as they turned out in the end.  Two readings of a trace deliver
// the same, so the n-th open stage of a thread is its n-th again.
class OpenStages {
public:
    static constexpr std::size_t max_ends = 1u << 20;

    // While the trace is read for its verdicts.
    void note(const AnnotatedCheck& check);
    void note(const StageEnd& end);
    bool limits_reached() const { return limits_reached_; }

    // Tells the phases of checks while the trace is read again.
    class Replay {
    public:
        explicit Replay(const OpenStages& stages) : stages_(stages) {}  // keeps it
        Phase phase_of(const AnnotatedCheck& check);
        void pass(const StageEnd& end);

    private:
        struct Place {
            std::size_t ended = 0;
            bool open = false;
            Phase phase = Phase::startup;  // while it is open: the phase that it turns out to be
        };
        const OpenStages& stages_;
        std::unordered_map<std::uint64_t, Place, IdHash> places_;  // by thread
        std::uint64_t last_thread_ = 0;
        Place* last_ = nullptr;  // its place: the same thread asks again more often than not
    };

private:
    struct Stages {
        std::vector<Phase> ended;
        bool open = false;
    };
    std::unordered_map<std::uint64_t, Stages, IdHash> by_thread_;
    std::size_t ends_ = 0;
    bool limits_reached_ = false;
};

class LateVerdicts {
public:
    // `asked_as` has the phase that it was in the end.  Checks that differ in nothing else may have come to different
    // ends: say, the program that a thread looked for before its drop was found later, and the one that it looked for
    // afterwards was not.
    void add(const GroupKey& asked_as, LateVerdict verdict);
    bool empty() const { return by_key_.empty(); }

    // Some verdicts that changed are not here: there were more kinds of check than are kept.
    void set_incomplete() { incomplete_ = true; }
    bool incomplete() const { return incomplete_; }

    // Null: the verdict that the check was delivered with stands.  `phase` is the one in the end.
    const LateVerdict* of(const AnnotatedCheck& check, Phase phase) const;

    void set_stages(OpenStages stages) { stages_ = std::move(stages); }
    const OpenStages& stages() const { return stages_; }

    std::vector<const LateVerdict*> list() const;  // sorted by image, capability and rule

private:
    std::unordered_map<GroupKey, LateVerdict, GroupKeyHash> by_key_;
    OpenStages stages_;
    bool incomplete_ = false;
};

// Hands on all that it gets, checks with the verdicts at the end.
class Finalizer : public CheckReceiver {
public:
    Finalizer(CheckReceiver& receiver, const LateVerdicts& late)
        : receiver_(receiver), late_(late), stages_(late.stages()) {}  // keeps both

    void on(const AnnotatedCheck& check) override;
    void on(const UnaskedNeed& need) override { receiver_.on(need); }
    void on(const StageEnd& end) override;
    void on(const RefusedCall& refused) override { receiver_.on(refused); }
    void on(const Executed& executed) override { receiver_.on(executed); }

private:
    CheckReceiver& receiver_;
    const LateVerdicts& late_;
    OpenStages::Replay stages_;
};

}  // namespace caprec
