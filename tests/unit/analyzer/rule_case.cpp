// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/analyzer/rule_case.h"

namespace caprec {

RuleCase::RuleCase() {
    row.flags = check_real_credential | check_current_credential | check_walked;
    row.abi = 1;
    run.overcommit_memory = 0;
    run.home = {100, 0, 0};
    run.home_known = true;
    site.symbol = "setattr_prepare";
    site.named = true;
    known.refusals = {EPERM};
    credential.effective = CapabilitySet::all();
}

void RuleCase::deny(std::optional<int> with) {
    row.result = static_cast<std::uint64_t>(-EPERM);
    credential.effective = CapabilitySet();
    error = with;
}

void RuleCase::ask_overcommit() {
    row.capability = 21;
    site.symbol = "__mmap_region";
    site.overcommit = true;
    site_known = false;
}

void RuleCase::lose_symbols() {
    row.capability = 21;
    site = {};
    site_known = false;
    syscall.accounts_memory = true;
}

void RuleCase::no_result(NoOutcome why) {
    outcome = why;
    error = std::nullopt;
}

void RuleCase::know(SiteClass site_class, SiteTest test, std::uint64_t any_of) {
    known.site_class = site_class;
    known.test = test;
    known.any_of = CapabilitySet(any_of);
}

CheckFacts RuleCase::facts() const {
    return {.row = row,
            .run = run,
            .site = site,
            .site_source = source,
            .known = site_known ? &known : nullptr,
            .credential = &credential,
            .credential_namespace = &credential_namespace,
            .target_namespace = &target_namespace,
            .syscall = syscall,
            .outcome = outcome,
            .error = error,
            .around = around,
            .judged = judged,
            .not_asked = not_asked,
            .instead = instead,
            .after = after_known ? &after : nullptr,
            .path = path,
            .tgid = tgid,
            .own_namespace = own_namespace,
            .inside = inside};
}

const Rule& RuleCase::rule() const { return rule_at(classify(facts())); }

}  // namespace caprec
