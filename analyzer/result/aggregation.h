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
#include "analyzer/follow/check_filter.h"
#include "analyzer/follow/event_stream.h"
#include "analyzer/follow/judge.h"
#include "analyzer/result/askers.h"
#include "analyzer/result/group_key.h"
#include "analyzer/result/late_verdicts.h"

namespace caprec {

class UserStacks;

// One kind of check and its example, for whoever writes it down.  Views are valid as long as the stream is.
struct KindView {
    const CheckRow& row;
    const CheckTraits& traits;  // the texts for its numbers follow
    JudgedRun judged;
    UserStackId user_stack{};  // that of the example, or of its key
    StackId site_stack{};
    std::string_view image, comm, site, rule;
    std::string_view cgroup;
    const Keeper* keeper = nullptr;  // never null
    std::string_view inside;         // the rule of Judgement::inside; empty: none
    NotAsked not_asked = NotAsked::no;
    std::uint64_t count = 0;
    const RunSet& runs;         // empty: the trace is of one run
    std::size_t setting = 0;    // in a merged trace, counted from 0
    std::uint32_t example = 0;  // number of its run
};

// The sources of an Analysis, at the end of the trace.
struct TraceSources {
    const TraceReader& reader;
    EventStream& stream;                // the one that delivered the checks
    UserStacks* user_stacks = nullptr;  // null: they are not wanted
    bool calling_frames_only = false;   // wants only UserStacks::calling_frames() of each stack
};

// Counts checks by all that a report tells apart: capability, result, image, syscall, errno, rule, site and the
// capabilities that would do as well.  Until finish(), when all sites of a key are known, checks whose site is still
// open are counted by their key and by all that could matter if the site turns out to be another one.
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

    // A capability that capset was seen to be refused, in a run that ended well, is not needed because another run kept
    // it.  This is concluded from all runs together, so it does not hold for kinds that are written down.
    void excuse_kept();

    // A check that was made because another process of the run held more shows no need when nothing of that surplus is
    // in the set.  The same holds for all runs of a merged trace together.
    void excuse_same_sets(EventStream& stream);

    // Leaves the checks that the filter selects, with the verdicts as they are then, and those alone.
    void select(const CheckFilter& filter);
    // Counts together what differed only in the keeper: from here on, kinds are not told apart by it.
    void join_keepers();
    // How many checks there are.
    std::uint64_t checks() const;

    // To be called after all of these: tells the tree the results of the checks of each process.
    void tell(ProcessTree& tree) const;
    // The verdicts at the end of checks that were delivered with others.
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
    std::vector<Alternative> alternatives(EventStream& stream) const;  // those that were granted
    // Selects the needs outside, or those inside a user namespace of the run's own.
    enum class Where : bool { outside, inside };
    std::vector<Need> needs(EventStream& stream, Where where = Where::outside) const;
    void visit_kinds(EventStream& stream, const std::function<void(const KindView&)>& visit) const;
    // The keepers and the users by which kinds are told apart; users: see Apart.
    std::vector<Apart> parts() const;
    static std::optional<std::uint32_t> user_of(const Apart& apart);  // its uid; nothing: not known, or not asked for
    // One for each of needs(), in their order.
    std::vector<Reason> need_reasons(const TraceSources& from, Where where = Where::outside) const;

    bool limits_reached() const { return limits_reached_; }

private:
    struct LookUp {
        std::uint64_t process = 0, name = 0, order = 0;
    };
    struct AskedAs {
        GroupKey key;
        std::uint64_t count = 0;
    };
    struct Group {
        CheckRow row;  // the example: the first check
        CheckTraits traits;
        std::uint64_t count = 0;
        std::uint64_t process = 0;
        StringId comm{};
        StackId stack{};
        NotAsked not_asked = NotAsked::no;
        StackId site_stack{};       // for a need not asked for: that of the check which showed it
        RunSet runs = {};           // empty: the trace is of one run
        std::uint32_t example = 0;  // number of its run
        JudgedRun judged = {};
        std::vector<LookUp> looked_for = {};  // the first max_looked_for: there may be more
        Askers askers = {};                   // kept when it is needed, or may turn out to be
        HomeId home = {};
        std::vector<AskedAs> asked_as = {};  // the keys it was delivered with, when that is remembered
    };
    struct NeedGroup {
        Need need;
        const Group* group;  // the most frequent group with this need
        RunSet runs;         // the runs of all groups with this need
    };
    struct Recent {
        GroupKey key;
        std::uint32_t number = 0;
        bool used = false;
    };
    struct Table {
        std::unordered_map<GroupKey, std::uint32_t, GroupKeyHash> numbers;
        std::vector<Group> groups;  // in the order of their first check
        Recent last;
        std::array<Recent, 256> recent{};  // by hash
    };

    // The group of the last check, for the next one that asks the same: loops ask millions of times.
    struct Last {
        std::uint64_t question = 0;
        ImageId image{};
        Phase phase = Phase::startup;
        bool phase_open = false;
        Apart apart = {};
        Group* group = nullptr;  // until another group is made, or moved
        std::size_t asked = 0;   // index in Group::asked_as, when that is remembered
    };
    static bool is_again(const Last& last, const AnnotatedCheck& check);
    static std::size_t asked_as(Group& group, const GroupKey& key);  // returns the index

    void judge_monitors(EventStream& stream);
    using Numbers = std::unordered_map<GroupKey, std::uint32_t, GroupKeyHash>;
    // The checks of a thread whose phase is open, until that is known.
    struct Staged {
        Numbers numbers;
        std::vector<Group> groups;
    };

    static Group* find(Table& table, const GroupKey& key);
    static void add(Table& table, const GroupKey& key, const Group& group);
    void add_decided(Group group);
    static void take_example(Group& known, const Group& better);
    void join(Group& known, const Group& more);
    void add_asker(Group& group, Asker asker);
    Group* find_staged(std::uint64_t thread, const GroupKey& key);
    void add_staged(std::uint64_t thread, const GroupKey& key, Group group);
    void add_settled(const GroupKey& key, Group group);  // for a known phase
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
    std::vector<NeedGroup> need_groups(EventStream& stream, Where where) const;  // no two needs are equal

    Table decided_, open_;
    Last last_;
    std::unordered_map<std::uint64_t, Staged, IdHash> staged_;  // by thread
    std::size_t staged_groups_ = 0;
    std::unordered_map<std::uint64_t, std::uint64_t, IdHash> executed_;  // by process and name: order of the last
    std::ptrdiff_t askers_ = 0;                                          // the askers of all groups
    bool remembers_ = false;
    OpenStages stages_;  // filled when it remembers
    bool limits_reached_ = false;
};

}  // namespace caprec
