// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/judge.h"

#include <algorithm>
#include <charconv>

#include "analyzer/classify/classifier.h"
#include "analyzer/classify/conditions.h"
#include "analyzer/follow/unasked_need.h"
#include "analyzer/processes/own_namespace.h"
#include "schema/capability_numbers.h"
#include "schema/enum_table.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

constexpr std::uint64_t max_syscall = 4096;  // this bounds by_syscall_, too

RunConditions read_conditions(const RunHeader& header) {
    RunConditions conditions;
    conditions.home = header.home_namespace;
    conditions.home_known = header.home_namespace.inode != 0;
    conditions.sysctls = header.sysctls;
    const auto setting =
        std::ranges::find(header.sysctls, "vm.overcommit_memory", &std::pair<std::string, std::string>::first);
    if (setting != header.sysctls.end()) {
        const std::string& text = setting->second;
        unsigned mode = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), mode).ec == std::errc{})
            conditions.overcommit_memory = mode;
    }
    return conditions;
}

// A capability that is held and still denied was asked for in another namespace: giving it would not help.
bool can_be_given(const CheckFacts& facts) { return facts.granted() || !conditions::holds_bit(facts); }

}  // namespace

Judgement judgement_of_not_asked(const UnaskedNeed& need, const JudgedRun& judged) {
    const RunConditions run;
    const KernelSite site;
    CheckFacts facts{.row = need.row,
                     .run = run,
                     .site = site,
                     .judged = judged,
                     .not_asked = need.why,
                     .instead = need.instead,
                     .own_namespace = need.inside};
    if (!need.inside)
        facts.around.given_up = need.given_up;
    Judgement judgement;
    judgement.rule = classify(facts);
    if (need.inside) {
        facts.inside = true;
        judgement.inside = classify(facts);
        judgement.by_choice = true;
    }
    judgement.any_of = need.instead;
    judgement.any_of.insert(static_cast<unsigned>(need.row.capability));
    if (need.why == NotAsked::not_inheritable)
        judgement.any_of.insert(cap_setpcap);
    return judgement;
}

Judge::Judge(const TraceReader& reader, const Knowledge& knowledge)
    : reader_(reader), knowledge_(knowledge), conditions_{read_conditions(reader.header())} {}

std::size_t Judge::add_setting(const RunHeader& header) {
    conditions_.push_back(read_conditions(header));
    return conditions_.size() - 1;
}

void Judge::notice(const CheckRow& row) {
    if ((row.flags & check_real_credential) != 0 || !row.credential || !syscalls_.traits(row.abi, row.syscall).mounts)
        return;
    if (mount_credentials_.size() < max_mount_credentials)
        mount_credentials_.insert(row.credential);
    else
        limits_reached_ = limits_reached_ || !mount_credentials_.contains(row.credential);
}

const SiteRow* Judge::row_for_syscall(const CheckRow& row) const {
    if (row.abi == 0 || !is_one_of<Abi>(row.abi) || row.syscall > max_syscall)
        return nullptr;
    const auto [known, added] = by_syscall_.try_emplace(row.abi << 32 | row.syscall);
    if (added)
        known->second = knowledge_.rows_for_syscall(syscall_name(static_cast<Abi>(row.abi), row.syscall));
    const auto found = std::ranges::find_if(known->second, [&](const SiteRow* each) {
        return each->capabilities.contains(static_cast<unsigned>(row.capability));
    });
    return found != known->second.end() ? *found : nullptr;
}

CheckFacts Judge::facts_of(const CheckRow& row, const KernelSite& site, SiteSource source, NoOutcome outcome,
                           std::int32_t error, const Surroundings& around, std::uint32_t tgid,
                           const JudgedRun& run) const {
    const Credential* credential = reader_.credential(row.credential);
    const Object* object = reader_.object(row.object);
    CheckFacts facts{
        .row = row,
        .run = conditions_[run.setting],
        .site = site,
        .site_source = source,
        .known = site.row_for(static_cast<unsigned>(row.capability)),
        .credential = credential,
        .credential_namespace = credential != nullptr ? reader_.user_namespace(credential->user_namespace) : nullptr,
        .target_namespace = reader_.user_namespace(row.target_namespace),
        .syscall = syscalls_.traits(row.abi, row.syscall),
        .outcome = outcome,
        .error = error != 0 ? std::optional<int>(error) : std::nullopt,
        .around = around,
        .judged = run,
        .after = around.credential_after ? reader_.credential(around.credential_after) : nullptr,
        .path = object != nullptr && object->kind == ObjectKind::path ? std::string_view(object->bytes)
                                                                      : std::string_view(),
        .tgid = tgid,
    };
    facts.judged.went_well = run.went_well || run.found_later;
    facts.judged.own_mount = run.own_mount || keeps_for_mount(row.credential);
    if (conditions::without_symbols(facts))
        facts.known = row_for_syscall(row);
    return facts;
}

Judgement Judge::judgement_of(CheckFacts& facts) {
    Judgement judgement{.rule = classify(facts),
                        .by_syscall = facts.known != nullptr && conditions::without_symbols(facts),
                        .known = facts.known};
    if (rule_at(judgement.rule).marks.inside && can_be_given(facts)) {
        facts.inside = true;
        facts.around.given_up = GivenUp::no;  // its starter, an engine, gave it up, and need not do so
        judgement.inside = classify(facts);
        judgement.by_choice = facts.judged.chosen;
    }
    judgement.any_of.insert(static_cast<unsigned>(facts.row.capability));
    const Rule& rule = rule_at(judgement.inside.value_or(judgement.rule));
    if ((rule.verdict != Verdict::required && rule.verdict != Verdict::not_needed) || rule.marks.with_missing ||
        rule.marks.given_up)
        judgement.any_of = conditions::would_do(facts);
    if (conditions::maps_root(facts))
        judgement.not_asked = cap_setfcap;
    return judgement;
}

Judgement Judge::judge(const CheckRow& row, const KernelSite& site, SiteSource source, NoOutcome outcome,
                       std::int32_t error, const Surroundings& around, std::uint32_t tgid, const JudgedRun& run) const {
    CheckFacts facts = facts_of(row, site, source, outcome, error, around, tgid, run);
    return judgement_of(facts);
}

// A check that has a meaning inside is not needed outside, whatever comes.
Judge::SoFar Judge::judge_so_far(const CheckRow& row, const KernelSite& site, SiteSource source, NoOutcome outcome,
                                 std::int32_t error, const Surroundings& around, std::uint32_t tgid,
                                 const JudgedRun& run) const {
    CheckFacts facts = facts_of(row, site, source, outcome, error, around, tgid, run);
    const Judgement judgement = judgement_of(facts);
    return {judgement, rule_at(judgement.rule).verdict != Verdict::not_needed && may_change(judgement.rule, facts)};
}

}  // namespace caprec
