// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/analyzer/rule_case.h"

namespace caprec {
namespace {

constexpr RuleRow context_cases[] = {
    {"notAsked", [](RuleCase& c) { c.not_asked = NotAsked::maps_root; }, "not-asked", Verdict::unclassified},
    {"deniedMappingRoot", [](RuleCase& c) { c.not_asked = NotAsked::not_maps_root; }, "denied-mapping-root",
     Verdict::missing},
    {"deniedMappingRootAfterDrop",
     [](RuleCase& c) {
         c.not_asked = NotAsked::not_maps_root;
         c.around.given_up = GivenUp::by_prctl;
     },
     "denied-mapping-root-after-drop", Verdict::not_needed},
    {"fileCapabilities", [](RuleCase& c) { c.not_asked = NotAsked::of_file; }, "file-capabilities", Verdict::required},
    {"deniedFileCapabilities", [](RuleCase& c) { c.not_asked = NotAsked::not_of_file; }, "denied-file-capabilities",
     Verdict::missing},
    {"deniedFileAfterDrop",
     [](RuleCase& c) {
         c.not_asked = NotAsked::not_of_file;
         c.around.given_up = GivenUp::by_prctl;
     },
     "denied-file-after-drop", Verdict::not_needed},
    {"raised", [](RuleCase& c) { c.not_asked = NotAsked::raised; }, "raised", Verdict::required},
    {"comparedForNames",
     [](RuleCase& c) {
         c.row.capability = 19;  // CAP_SYS_PTRACE
         c.not_asked = NotAsked::compared;
         c.judged.monitors = true;
     },
     "compared-for-names", Verdict::not_needed},
    {"comparedOneOfSeveral",
     [](RuleCase& c) {
         c.not_asked = NotAsked::compared;
         c.instead = CapabilitySet::of({38});  // CAP_PERFMON
     },
     "compared-one-of-several", Verdict::alternative},
    {"compared", [](RuleCase& c) { c.not_asked = NotAsked::compared; }, "compared", Verdict::required},
    {"comparedUnknown", [](RuleCase& c) { c.not_asked = NotAsked::compared_unknown; }, "compared-unknown",
     Verdict::unclassified},
    {"keptByCapset", [](RuleCase& c) { c.not_asked = NotAsked::kept; }, "kept-by-capset", Verdict::required},
    {"keptAndSeenWithout",
     [](RuleCase& c) {
         c.not_asked = NotAsked::kept;
         c.judged.went_well = true;
     },
     "kept-seen-without", Verdict::not_needed},
    {"keptInOwnNamespace",
     [](RuleCase& c) {
         c.not_asked = NotAsked::kept;
         c.own_namespace = true;
     },
     "own-namespace-unasked", Verdict::not_needed},
    {"keptInOwnNamespaceSeenFromThere",
     [](RuleCase& c) {
         c.not_asked = NotAsked::kept;
         c.own_namespace = c.inside = true;
     },
     "kept-by-capset", Verdict::required},
    {"capsetRefusedInOwnNamespace",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.not_asked = NotAsked::not_permitted;
         c.own_namespace = true;
     },
     "denied-own-namespace-unasked", Verdict::not_needed},
    {"softirq", [](RuleCase& c) { c.row.context = 1; }, "interrupt", Verdict::not_needed},
    {"softirqDenied",
     [](RuleCase& c) {
         c.deny();
         c.error = EPERM;
         c.row.context = 3;
     },
     "interrupt", Verdict::not_needed},
    {"kernelThread", [](RuleCase& c) { c.row.flags |= check_kernel_thread; }, "kernel-thread", Verdict::not_needed},
    {"beforeExec", [](RuleCase& c) { c.row.flags |= check_before_exec; }, "before-exec", Verdict::not_needed},
    {"strictDenied",
     [](RuleCase& c) {
         c.ask_overcommit();
         c.deny();
         c.run.overcommit_memory = 2;
         c.error = ENOMEM;
     },
     "overcommit-strict-refused", Verdict::missing},
    {"strictGranted",
     [](RuleCase& c) {
         c.ask_overcommit();
         c.run.overcommit_memory = 2;
     },
     "overcommit-strict", Verdict::unclassified},
    {"strictDeniedAndFine",
     [](RuleCase& c) {
         c.ask_overcommit();
         c.deny();
         c.run.overcommit_memory = 2;
     },
     "denied-tolerated", Verdict::not_needed},
    {"overcommit", [](RuleCase& c) { c.ask_overcommit(); }, "overcommit", Verdict::not_needed},
    {"overcommitDenied",
     [](RuleCase& c) {
         c.ask_overcommit();
         c.deny();
         c.error = EACCES;
     },
     "overcommit", Verdict::not_needed},
    {"overcommitAlways",
     [](RuleCase& c) {
         c.ask_overcommit();
         c.run.overcommit_memory = 1;
     },
     "overcommit", Verdict::not_needed},
    {"overcommitModeUnknown",
     [](RuleCase& c) {
         c.ask_overcommit();
         c.run.overcommit_memory.reset();
     },
     "overcommit-unknown-mode", Verdict::not_needed},
    {"overcommitOtherCapability",
     [](RuleCase& c) {
         c.ask_overcommit();
         c.row.capability = 14;
     },
     "unknown-site", Verdict::unclassified},
    {"noSymbols", [](RuleCase& c) { c.lose_symbols(); }, "overcommit-without-symbols", Verdict::not_needed},
    {"noSymbolsPageFault",
     [](RuleCase& c) {
         c.lose_symbols();
         c.row.abi = 0;
         c.no_result(NoOutcome::no_syscall);
     },
     "overcommit-without-symbols", Verdict::not_needed},
    {"noSymbolsStrict",
     [](RuleCase& c) {
         c.lose_symbols();
         c.run.overcommit_memory = 2;
     },
     "no-symbols", Verdict::unclassified},
    {"noSymbolsMount",
     [](RuleCase& c) {
         c.lose_symbols();
         c.syscall = {};
     },
     "no-symbols", Verdict::unclassified},
    {"noSymbolsClone",
     [](RuleCase& c) {
         c.lose_symbols();
         c.syscall.new_namespaces_by_flag = true;
         c.row.args[0] = 17;
     },
     "overcommit-without-symbols", Verdict::not_needed},
    {"noSymbolsCloneNewNamespace",
     [](RuleCase& c) {
         c.lose_symbols();
         c.syscall.new_namespaces_by_flag = true;
         c.row.args[0] = 0x20000000;
     },
     "no-symbols", Verdict::unclassified},
    {"noSymbolsClone3",
     [](RuleCase& c) {
         c.lose_symbols();
         c.syscall.new_namespaces_by_memory = true;
     },
     "clone3-without-symbols", Verdict::unclassified},
    {"noSymbolsIoWorker",
     [](RuleCase& c) {
         c.lose_symbols();
         c.row.abi = 0;
         c.row.flags |= check_io_worker;
     },
     "no-symbols", Verdict::unclassified},
    {"overriddenCredential", [](RuleCase& c) { c.row.flags &= ~std::uint64_t{check_real_credential}; },
     "foreign-credential", Verdict::not_needed},
    {"credentialOfSomebodyForgotten",
     [](RuleCase& c) {
         c.row.flags &= ~std::uint64_t{check_real_credential};
         c.row.flags |= check_credential_unsure;
     },
     "foreign-credential-unsure", Verdict::unclassified},
    {"credentialOfAnOpenerOfTheRun",
     [](RuleCase& c) {
         c.row.flags &= ~std::uint64_t{check_real_credential};
         c.row.flags |= check_credential_of_run;
     },
     "decided", Verdict::required},
    {"aCopyOfTheOwnCredential",
     [](RuleCase& c) {
         c.row.flags &= ~std::uint64_t{check_real_credential};
         c.know(SiteClass::required, SiteTest::own_credential);
     },
     "decided", Verdict::required},
    {"credentialOfTheOwnMount",
     [](RuleCase& c) {
         c.row.flags &= ~std::uint64_t{check_real_credential};
         c.judged.own_mount = true;
     },
     "decided", Verdict::required},
    {"deniedOfTheOpener",
     [](RuleCase& c) {
         c.row.flags &= ~std::uint64_t{check_real_credential};
         c.deny();
         c.known.refused_in_ack = true;
     },
     "denied-of-opener", Verdict::missing},
    {"overriddenByAccess",
     [](RuleCase& c) {
         c.row.flags &= ~std::uint64_t{check_real_credential};
         c.syscall.asks_for_access = true;
     },
     "decided", Verdict::required},
    {"overriddenInIoWorker",
     [](RuleCase& c) {
         c.row.flags = check_current_credential | check_io_worker;
         c.no_result(NoOutcome::no_syscall);
     },
     "decided", Verdict::required},
    {"ownNamespace",
     [](RuleCase& c) {
         c.credential_namespace = c.target_namespace = {200, 1, 1000};
     },
     "own-namespace", Verdict::not_needed},
    {"deniedInTheOwnNamespace",
     [](RuleCase& c) {
         c.credential_namespace = c.target_namespace = {200, 1, 1000};
         c.deny(EPERM);
     },
     "denied-own-namespace", Verdict::not_needed},
    {"ownNamespaceFromWithin",
     [](RuleCase& c) {
         c.credential_namespace = c.target_namespace = {200, 1, 1000};
         c.inside = true;
     },
     "decided", Verdict::required},
    {"deniedInTheOwnNamespaceFromWithin",
     [](RuleCase& c) {
         c.credential_namespace = c.target_namespace = {200, 1, 1000};
         c.inside = true;
         c.deny(EPERM);
     },
     "denied-and-refused", Verdict::missing},
    {"ownNamespaceOfAContainer",
     [](RuleCase& c) {
         c.run.home = {200, 1, 0};
         c.credential_namespace = c.target_namespace = {200, 1, 0};
     },
     "decided", Verdict::required},
    {"ownNamespaceHomeUnknown",
     [](RuleCase& c) {
         c.run.home_known = false;
         c.credential_namespace = c.target_namespace = {200, 1, 0};
     },
     "decided", Verdict::required},
    {"namespaceOwner",
     [](RuleCase& c) {
         c.target_namespace = {200, 1, 1000};
         c.credential.euid = 1000;
     },
     "namespace-owner", Verdict::not_needed},
    {"namespaceOfSomebodyElse",
     [](RuleCase& c) {
         c.target_namespace = {200, 1, 1000};
     },
     "decided", Verdict::required},
    {"grantedWithoutTheBit", [](RuleCase& c) { c.credential.effective = CapabilitySet(); }, "namespace-ownership",
     Verdict::not_needed},
};

}  // namespace

std::span<const RuleRow> context_rows() { return context_cases; }

}  // namespace caprec
