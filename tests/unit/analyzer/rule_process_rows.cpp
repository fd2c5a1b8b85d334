// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/analyzer/rule_case.h"

namespace caprec {
namespace {

constexpr RuleRow process_cases[] = {
    {"perfOnItself", [](RuleCase& c) { c.know(SiteClass::first, SiteTest::own_task, 0x4000200000); }, "other-condition",
     Verdict::not_needed},
    {"perfOnItselfInTheKernel",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_task, 0x4000200000);
         c.around.asked_again = true;
     },
     "one-of-several", Verdict::alternative},
    {"perfOnAnother",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_task, 0x4000200000);
         c.row.args[1] = 1;
     },
     "one-of-several", Verdict::alternative},
    {"heldMoreInVain",
     [](RuleCase& c) {
         c.row.capability = 19;
         c.site.symbol = "cap_ptrace_access_check";
         c.judged.same_sets = true;
     },
     "same-sets-in-run", Verdict::not_needed},
    {"heldMoreInVainOfOne",
     [](RuleCase& c) {
         c.row.capability = 23;
         c.site.symbol = "cap_safe_nice";
         c.syscall.of_several = c.judged.same_sets = true;
     },
     "same-sets-in-run", Verdict::not_needed},
    {"heldMoreInVainOfSeveral",
     [](RuleCase& c) {
         c.row.capability = 23;
         c.row.args[0] = 1;  // a process group
         c.site.symbol = "cap_safe_nice";
         c.syscall.of_several = c.judged.same_sets = true;
     },
     "decided", Verdict::required},
    {"askedForOtherReasonsThanWhatItHolds",
     [](RuleCase& c) {
         c.row.capability = 19;
         c.site.symbol = "__ptrace_may_access";
         c.judged.same_sets = true;
     },
     "decided", Verdict::required},
    {"eventOfOnesOwnChild",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_task);
         c.row.args[1] = 4711;
         c.around.whose = Whose::own;
     },
     "other-condition", Verdict::not_needed},
    {"eventOfAnotherTask",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_task, network_group);
         c.row.args[1] = 4711;
         c.around.whose = Whose::other;
     },
     "one-of-several", Verdict::alternative},
    {"monitorOpensANamespace",
     [](RuleCase& c) {
         c.row.capability = 19;
         c.judged.monitors = true;
         c.syscall.open_argument = 3;
         c.path = "/proc/5/ns/mnt";
         c.around.whose = Whose::other;
     },
     "name-look-up", Verdict::not_needed},
    {"monitorOpensMemory",
     [](RuleCase& c) {
         c.row.capability = 19;
         c.judged.monitors = true;
         c.syscall.open_argument = 3;
         c.path = "/proc/5/mem";
         c.around.whose = Whose::other;
     },
     "decided", Verdict::required},
    {"lookUpByIdOfAMonitor",
     [](RuleCase& c) {
         c.syscall.bpf = true;
         c.row.args[0] = 13;  // BPF_PROG_GET_FD_BY_ID
         c.judged.monitors = true;
     },
     "name-look-up", Verdict::not_needed},
    {"loadOfAMonitor",
     [](RuleCase& c) {
         c.syscall.bpf = true;
         c.row.args[0] = 5;  // BPF_PROG_LOAD
         c.judged.monitors = true;
     },
     "decided", Verdict::required},
    {"ownDescriptorsBySomeOtherPath",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_process);
         c.path = "/tmp/link";
         c.around.whose = Whose::own;
     },
     "own-process", Verdict::not_needed},
    {"descriptorsOfAnotherByAPathThatSaysOwn",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_process, dac_group);
         c.path = "/proc/self/fd";
         c.around.whose = Whose::other;
     },
     "one-of-several", Verdict::alternative},
};

}  // namespace

std::span<const RuleRow> process_rows() { return process_cases; }

}  // namespace caprec
