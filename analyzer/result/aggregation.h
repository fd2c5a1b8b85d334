// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/analysis/need.h"
#include "analyzer/analysis/one_answer.h"
#include "analyzer/analysis/reason.h"
#include "analyzer/analysis/run_set.h"
#include "analyzer/analysis/verdict.h"
#include "analyzer/containers/id_hash.h"
#include "analyzer/follow/event_stream.h"
#include "analyzer/follow/judge.h"
#include "analyzer/result/askers.h"
#include "analyzer/result/check_key.h"
#include "analyzer/result/late_verdicts.h"

namespace caprec {

class UserStacks;

// One kind of check and its example, for whoever writes it down.  Views are valid as long as the stream is.
struct KindView {
    const CheckRow& row;
    const CheckTraits& traits;  // the texts of its numbers follow
    JudgedRun judged;
    UserStackId user_stack{};  // of the example, or of its key
    StackId site_stack{};
    std::string_view image, comm, site, rule;
    std::string_view inside;  // rule; empty: Judgement::inside has none
    NotAsked not_asked = NotAsked::no;
    std::uint64_t count = 0;
    const RunSet& runs;         // empty: the trace is of one run
    std::size_t setting = 0;    // of a trace of several: from 0
    std::uint32_t example = 0;  // run
};

// Where the contents of an Analysis come from, at the end of the trace.
struct TraceSources {
    const TraceReader& reader;
    EventStream& stream;                // the one that delivered
    UserStacks* user_stacks = nullptr;  // null: they are not wanted
    bool callers_only = false;          // of user stacks: UserStacks::caller()
};

// Counts checks by what a report tells apart: capability, result, image, syscall, errno, rule, site and what else would
// do.  Until finish(), when all sites of a key are known, checks whose site is still open are counted by their key and
// by all that another site could make matter.
class Aggregation : public CheckReceiver {
public:
    // Kinds beyond the limit are counted together, by capability, result and rule, under the image "(other)".
    static constexpr std::size_t max_groups = 1u << 16, max_open = 1u << 16, max_staged = 1u << 16;
    static constexpr std::size_t max_failures = 10, max_looked_for = 16, max_executed = 1u << 18;
    static constexpr std::ptrdiff_t max_askers = 1 << 22;

    // `remembers`: late_verdicts() is wanted.
    explicit Aggregation(bool remembers = false) : remembers_(remembers) {}

    void on(const AnnotatedCheck& check) override;
    void on(const UnaskedNeed& need) override;
    void on(const StageEnd& end) override;
    void on(const Executed& executed) override;

    // To be called once, at the end of the trace, with the stream that delivered the checks.
    void finish(EventStream& stream);

    // What capset was seen to be refused, in a run that ended well, is not needed because another run kept it.  This is
    // concluded from all runs together, so it does not hold for kinds that are written down.
    void excuse_kept();

    // What was asked because another process of the run held more is not needed where nothing of that is in the set.
    // The same holds for all runs of a merged trace together.
    void excuse_same_sets(EventStream& stream);

    // After all of these: tells the tree what came of the checks of each process.
    void tell(ProcessTree& tree) const;
    // What came of checks that were delivered with something else.
    LateVerdicts late_verdicts(EventStream& stream) const;

    // After finish().
    std::vector<CapabilityFinding> findings(const TraceSources& from, std::size_t reasons,
                                            const MinimalSet& minimal) const;
    std::vector<ProgramFinding> by_program(const TraceSources& from) const;
    ReasonList failures(const TraceSources& from) const;
    ReasonList refused(const TraceSources& from) const;
    ReasonList given_up(const TraceSources& from) const;
    ReasonList tolerated(const TraceSources& from) const;
    std::vector<NoiseLine> noise() const;
    std::vector<Alternative> alternatives(EventStream& stream) const;  // that were granted
    // Which needs are meant: those outside, or those inside a user namespace of the run's own.
    enum class Where : bool { outside, inside };
    std::vector<Need> needs(EventStream& stream, Where where = Where::outside) const;
    void visit_kinds(EventStream& stream, const std::function<void(const KindView&)>& visit) const;
    // One for each of needs(), in their order.
    std::vector<Reason> need_reasons(const TraceSources& from, Where where = Where::outside) const;

    bool limits_reached() const { return limits_reached_; }

private:
    struct LookUp {
        std::uint64_t process = 0, name = 0, order = 0;
    };
    struct AskedAs {
        CheckKey key;
        std::uint64_t count = 0;
    };
    struct Group {
        CheckRow row;  // of the example, the first one
        CheckTraits traits;
        std::uint64_t count = 0;
        std::uint64_t process = 0;
        StringId comm{};
        StackId stack{};
        NotAsked not_asked = NotAsked::no;
        StackId site_stack{};       // of what was not asked: that of the check which showed it
        RunSet runs = {};           // empty: the trace is of one run
        std::uint32_t example = 0;  // run
        JudgedRun judged = {};
        std::vector<LookUp> looked_for = {};  // max_looked_for of them: there may be more
        Askers askers = {};                   // when it is needed, or may turn out to be
        std::vector<AskedAs> asked_as = {};   // what it was delivered as, when that is to be remembered
    };
    struct NeedGroup {
        Need need;
        const Group* group;  // that needs it, the most frequent one
        RunSet runs;         // of all that need it
    };
    struct Recent {
        CheckKey key;
        std::uint32_t number = 0;
        bool used = false;
    };
    struct Table {
        std::unordered_map<CheckKey, std::uint32_t, CheckKeyHash> numbers;
        std::vector<Group> groups;  // in the order of their first check
        Recent last;
        std::array<Recent, 256> recent{};  // by hash
    };

    // Where the last check went, for the next one that asks the same: loops ask millions of times.
    struct Last {
        std::uint64_t question = 0;
        ImageId image{};
        Phase phase = Phase::startup;
        bool phase_open = false;
        Group* group = nullptr;  // until another group is made, or moved
        std::size_t asked = 0;   // in Group::asked_as, when that is to be remembered
    };
    static bool is_again(const Last& last, const AnnotatedCheck& check);
    static std::size_t asked_as(Group& group, const CheckKey& key);  // its number there

    void judge_monitors(EventStream& stream);
    using Numbers = std::unordered_map<CheckKey, std::uint32_t, CheckKeyHash>;
    // The checks of a thread whose phase is open, until it is known.
    struct Staged {
        Numbers numbers;
        std::vector<Group> groups;
    };

    static Group* find(Table& table, const CheckKey& key);
    static void add(Table& table, const CheckKey& key, const Group& group);
    void add_decided(Group group);
    static void take_example(Group& known, const Group& better);
    void join(Group& known, const Group& more);
    void add_asker(Group& group, Asker asker);
    Group* find_staged(std::uint64_t thread, const CheckKey& key);
    void add_staged(std::uint64_t thread, const CheckKey& key, Group group);
    void add_settled(const CheckKey& key, Group group);  // its phase is known
    void settle(Staged& staged, Phase phase);
    void settle_look_ups(EventStream& stream);
    bool found_later(const Group& group) const;
    static void look(Group& group, const LookUp& look_up);
    static Judgement judge_again(const Group& group);
    static void set_runs(Group& group, const SeveralRuns* several);
    ReasonList pick(const TraceSources& from, bool (*wanted)(const Group&)) const;
    static std::optional<unsigned> stand_in(const Group& group, const MinimalSet& minimal);
    Reason reason_of(const Group& group, const TraceSources& from) const;
    std::vector<const Group*> sorted(const std::function<bool(const Group&)>& wanted) const;
    Reason reason_inside(const Group& group, const TraceSources& from) const;
    static std::optional<Need> need_of(const Group& group, RuleId rule, EventStream& stream);
    std::vector<NeedGroup> need_groups(EventStream& stream, Where where) const;  // different from each other

    Table decided_, open_;
    Last last_;
    std::unordered_map<std::uint64_t, Staged, IdHash> staged_;  // by thread
    std::size_t staged_groups_ = 0;
    std::unordered_map<std::uint64_t, std::uint64_t, IdHash> executed_;  // by process and name: the order of the last
    std::ptrdiff_t askers_ = 0;                                          // of all groups
    bool remembers_ = false;
    OpenStages stages_;  // when it remembers
    bool limits_reached_ = false;
};

}  // namespace caprec
