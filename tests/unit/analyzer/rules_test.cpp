// SPDX-License-Identifier: Apache-2.0
#include "analyzer/classify/rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "analyzer/classify/classifier.h"

namespace caprec {
namespace {

// A check that can be changed, and the facts that refer to it.  As it stands: CAP_CHOWN, granted by its bit, at
// a known site, in a syscall that succeeded.
struct Case {
    CheckRow row;
    RunConditions run;
    KernelSite site{.symbol = "setattr_prepare", .overcommit = false, .named = true};
    SiteSource source = SiteSource::walked;
    Credential credential;
    UserNamespace credential_namespace{100, 0, 0}, target_namespace{100, 0, 0};
    SyscallTraits syscall;
    NoOutcome outcome = NoOutcome::known;
    std::optional<int> error;

    Case() {
        row.flags = check_real_credential | check_current_credential | check_walked;
        row.abi = 1;
        run = {.overcommit_memory = 0, .home = {100, 0, 0}, .home_known = true};
        credential.effective = CapabilitySet(~std::uint64_t{0});
    }
    void deny() {
        row.result = static_cast<std::uint64_t>(-EPERM);
        credential.effective = CapabilitySet();
    }
    void ask_overcommit() {
        row.capability = 21;
        site = {.symbol = "__mmap_region", .overcommit = true, .named = true};
    }
    void lose_symbols() {
        row.capability = 21;
        site = {};
        syscall.accounts_memory = true;
    }
    void no_result(NoOutcome why) {
        outcome = why;
        error = std::nullopt;
    }
    const Rule& rule() const {
        return rule_at(classify({.row = row,
                                 .run = run,
                                 .site = site,
                                 .site_source = source,
                                 .credential = &credential,
                                 .credential_namespace = &credential_namespace,
                                 .target_namespace = &target_namespace,
                                 .syscall = syscall,
                                 .outcome = outcome,
                                 .error = error}));
    }
};

struct Row {
    const char* name;
    void (*change)(Case&);
    const char* rule;
    Verdict verdict;
};

const Row rows[] = {
    {"softirq", [](Case& c) { c.row.context = 1; }, "interrupt", Verdict::not_needed},
    {"softirqDenied",
     [](Case& c) {
         c.deny();
         c.error = EPERM;
         c.row.context = 3;
     },
     "interrupt", Verdict::not_needed},
    {"kernelThread", [](Case& c) { c.row.flags |= check_kernel_thread; }, "kernel-thread", Verdict::not_needed},
    {"beforeExec", [](Case& c) { c.row.flags |= check_before_exec; }, "before-exec", Verdict::not_needed},
    {"strictDenied",
     [](Case& c) {
         c.ask_overcommit();
         c.deny();
         c.run.overcommit_memory = 2;
         c.error = ENOMEM;
     },
     "overcommit-strict-refused", Verdict::missing},
    {"strictGranted",
     [](Case& c) {
         c.ask_overcommit();
         c.run.overcommit_memory = 2;
     },
     "overcommit-strict", Verdict::unclassified},
    {"strictDeniedAndFine",
     [](Case& c) {
         c.ask_overcommit();
         c.deny();
         c.run.overcommit_memory = 2;
     },
     "denied-tolerated", Verdict::not_needed},
    {"overcommit", [](Case& c) { c.ask_overcommit(); }, "overcommit", Verdict::not_needed},
    {"overcommitDenied",
     [](Case& c) {
         c.ask_overcommit();
         c.deny();
         c.error = EACCES;
     },
     "overcommit", Verdict::not_needed},
    {"overcommitAlways",
     [](Case& c) {
         c.ask_overcommit();
         c.run.overcommit_memory = 1;
     },
     "overcommit", Verdict::not_needed},
    {"overcommitModeUnknown",
     [](Case& c) {
         c.ask_overcommit();
         c.run.overcommit_memory.reset();
     },
     "overcommit-unknown-mode", Verdict::not_needed},
    {"overcommitOtherCapability",
     [](Case& c) {
         c.ask_overcommit();
         c.row.capability = 14;
     },
     "granted", Verdict::required},
    {"noSymbols", [](Case& c) { c.lose_symbols(); }, "overcommit-without-symbols", Verdict::not_needed},
    {"noSymbolsPageFault",
     [](Case& c) {
         c.lose_symbols();
         c.row.abi = 0;
         c.no_result(NoOutcome::no_syscall);
     },
     "overcommit-without-symbols", Verdict::not_needed},
    {"noSymbolsStrict",
     [](Case& c) {
         c.lose_symbols();
         c.run.overcommit_memory = 2;
     },
     "granted", Verdict::required},
    {"noSymbolsMount",
     [](Case& c) {
         c.lose_symbols();
         c.syscall = {};
     },
     "granted", Verdict::required},
    {"noSymbolsClone",
     [](Case& c) {
         c.lose_symbols();
         c.syscall.new_namespaces_by_flag = true;
         c.row.args[0] = 17;
     },
     "overcommit-without-symbols", Verdict::not_needed},
    {"noSymbolsCloneNewNamespace",
     [](Case& c) {
         c.lose_symbols();
         c.syscall.new_namespaces_by_flag = true;
         c.row.args[0] = 0x20000000;
     },
     "granted", Verdict::required},
    {"noSymbolsClone3",
     [](Case& c) {
         c.lose_symbols();
         c.syscall.new_namespaces_by_memory = true;
     },
     "clone3-without-symbols", Verdict::unclassified},
    {"noSymbolsIoWorker",
     [](Case& c) {
         c.lose_symbols();
         c.row.abi = 0;
         c.row.flags |= check_io_worker;
     },
     "granted", Verdict::required},
    {"overriddenCredential", [](Case& c) { c.row.flags &= ~std::uint64_t{check_real_credential}; },
     "foreign-credential", Verdict::not_needed},
    {"overriddenByAccess",
     [](Case& c) {
         c.row.flags &= ~std::uint64_t{check_real_credential};
         c.syscall.asks_for_access = true;
     },
     "granted", Verdict::required},
    {"overriddenInIoWorker",
     [](Case& c) {
         c.row.flags = check_current_credential | check_io_worker;
         c.no_result(NoOutcome::no_syscall);
     },
     "granted", Verdict::required},
    {"ownNamespace",
     [](Case& c) {
         c.credential_namespace = c.target_namespace = {200, 1, 1000};
     },
     "own-namespace", Verdict::not_needed},
    {"ownNamespaceOfAContainer",
     [](Case& c) {
         c.run.home = {200, 1, 0};
         c.credential_namespace = c.target_namespace = {200, 1, 0};
     },
     "granted", Verdict::required},
    {"ownNamespaceHomeUnknown",
     [](Case& c) {
         c.run.home_known = false;
         c.credential_namespace = c.target_namespace = {200, 1, 0};
     },
     "granted", Verdict::required},
    {"namespaceOwner",
     [](Case& c) {
         c.target_namespace = {200, 1, 1000};
         c.credential.euid = 1000;
     },
     "namespace-owner", Verdict::not_needed},
    {"namespaceOfSomebodyElse",
     [](Case& c) {
         c.target_namespace = {200, 1, 1000};
     },
     "granted", Verdict::required},
    {"grantedWithoutTheBit", [](Case& c) { c.credential.effective = CapabilitySet(); }, "namespace-ownership",
     Verdict::not_needed},
    {"deniedAndFine", [](Case& c) { c.deny(); }, "denied-tolerated", Verdict::not_needed},
    {"deniedThoughHeld",
     [](Case& c) {
         c.deny();
         c.credential.effective = CapabilitySet(1);
         c.error = EPERM;
     },
     "denied-other-namespace", Verdict::missing},
    {"deniedEperm",
     [](Case& c) {
         c.deny();
         c.error = EPERM;
     },
     "denied-and-refused", Verdict::missing},
    {"deniedEacces",
     [](Case& c) {
         c.deny();
         c.error = EACCES;
     },
     "denied-and-refused", Verdict::missing},
    {"deniedEintr",
     [](Case& c) {
         c.deny();
         c.error = EINTR;
     },
     "denied-interrupted", Verdict::not_needed},
    {"deniedRestart",
     [](Case& c) {
         c.deny();
         c.error = 516;
     },
     "denied-interrupted", Verdict::not_needed},
    {"deniedEnoent",
     [](Case& c) {
         c.deny();
         c.error = ENOENT;
     },
     "denied-other-error", Verdict::not_needed},
    {"deniedPageFault",
     [](Case& c) {
         c.deny();
         c.row.abi = 0;
         c.no_result(NoOutcome::no_syscall);
     },
     "denied-outside-syscall", Verdict::not_needed},
    {"deniedLost",
     [](Case& c) {
         c.deny();
         c.no_result(NoOutcome::lost);
     },
     "denied-outcome-unknown", Verdict::not_needed},
    {"ambiguousGrant",
     [](Case& c) {
         c.site = {};
         c.source = SiteSource::ambiguous;
     },
     "unwalked-ambiguous", Verdict::unclassified},
    {"ambiguousMmap",
     [](Case& c) {
         c.lose_symbols();
         c.source = SiteSource::ambiguous;
     },
     "unwalked-ambiguous", Verdict::unclassified},
    {"ambiguousDenial",
     [](Case& c) {
         c.deny();
         c.error = EPERM;
         c.site = {};
         c.source = SiteSource::ambiguous;
     },
     "denied-and-refused", Verdict::missing},
    {"grantedEperm", [](Case& c) { c.error = EPERM; }, "refused-after-grant", Verdict::required},
    {"grantedEnoent", [](Case& c) { c.error = ENOENT; }, "granted", Verdict::required},
    {"granted", [](Case&) {}, "granted", Verdict::required},
    {"grantedOutcomeUnknown", [](Case& c) { c.no_result(NoOutcome::thread_ended); }, "granted", Verdict::required},
};

class Rules : public testing::TestWithParam<Row> {};

TEST_P(Rules, Decide) {
    Case facts;
    GetParam().change(facts);
    EXPECT_EQ(facts.rule().id, GetParam().rule);
    EXPECT_EQ(facts.rule().verdict, GetParam().verdict);
}

INSTANTIATE_TEST_SUITE_P(Table, Rules, testing::ValuesIn(rows),
                         [](const testing::TestParamInfo<Row>& row) { return row.param.name; });

TEST(RulesTable, EachRuleHasARowHereAndAnIdOfItsOwn) {
    std::set<std::string_view> ids;
    for (const Rule& rule : rules()) {
        EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
        EXPECT_TRUE(std::ranges::any_of(rows, [&](const Row& row) { return row.rule == rule.id; })) << rule.id;
        EXPECT_FALSE(rule.why.empty());
        EXPECT_EQ(rule.why.find('\n'), rule.why.npos);
    }
}

TEST(RulesTable, UnknownCredentialsAndNamespacesAreNoReasonToDrop) {
    Case facts;
    const CheckFacts bare{.row = facts.row, .run = facts.run, .site = facts.site, .outcome = NoOutcome::known};
    EXPECT_EQ(rule_at(classify(bare)).id, "granted");
}

TEST(RulesTable, SyscallsByAbi) {
    const SyscallTable table;
    EXPECT_TRUE(table.traits(1, 9).accounts_memory);           // x86-64 mmap
    EXPECT_TRUE(table.traits(4, 222).accounts_memory);         // arm64 mmap
    EXPECT_TRUE(table.traits(1, 21).asks_for_access);          // x86-64 access
    EXPECT_TRUE(table.traits(3, 0x40000015).asks_for_access);  // x32 access
    EXPECT_TRUE(table.traits(1, 56).new_namespaces_by_flag);   // x86-64 clone
    EXPECT_TRUE(table.traits(1, 435).new_namespaces_by_memory);
    EXPECT_FALSE(table.traits(1, 165).accounts_memory);  // x86-64 mount
    EXPECT_FALSE(table.traits(0, 9).accounts_memory);
    EXPECT_FALSE(table.traits(~std::uint64_t{0}, ~std::uint64_t{0}).accounts_memory);
}

}  // namespace
}  // namespace caprec
