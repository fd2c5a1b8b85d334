// SPDX-License-Identifier: Apache-2.0
#include "schema/capability_numbers.h"
#include "tests/unit/analyzer/rule_case.h"

namespace caprec {
namespace {

constexpr RuleRow denied_cases[] = {
    {"deniedAndFine", [](RuleCase& c) { c.deny(); }, "denied-tolerated", Verdict::not_needed},
    {"deniedAdvisory",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.know(SiteClass::advisory);
         c.known.refusals = {};
     },
     "denied-advisory", Verdict::not_needed},
    {"deniedProbe",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.know(SiteClass::probe);
     },
     "denied-and-refused", Verdict::missing},
    {"deniedProbeWithoutRefusal",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.know(SiteClass::probe);
         c.known.refusals = {};
     },
     "denied-advisory", Verdict::not_needed},
    {"deniedAccess",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.know(SiteClass::probe);
         c.syscall.asks_for_access = true;
     },
     "denied-access-answer", Verdict::missing},
    {"deniedAccessOfTheRealUser",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.know(SiteClass::probe);
         c.syscall.asks_for_access = true;
         c.credential.uid = 1000;
     },
     "denied-access-real-user", Verdict::not_needed},
    {"deniedAccessOfTheEffectiveUser",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.know(SiteClass::probe);
         c.syscall.asks_for_access = true;
         c.syscall.access_flags = 4;
         c.row.args[3] = 0x200;  // AT_EACCESS
         c.credential.uid = 1000;
     },
     "denied-access-answer", Verdict::missing},
    {"deniedAccessOfOneWhoKeepsAll",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.know(SiteClass::probe);
         c.syscall.asks_for_access = true;
         c.credential.uid = 1000;
         c.credential.securebits = 4;  // no set-user-ID fixup
     },
     "denied-access-answer", Verdict::missing},
    {"deniedAccessInAContainer",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.know(SiteClass::probe);
         c.syscall.asks_for_access = true;
         c.credential.uid = 100000;
         c.run.home.level = 1;
     },
     "denied-access-answer", Verdict::missing},
    {"deniedAccessThatSaidYesAllTheSame",
     [](RuleCase& c) {
         c.deny();
         c.know(SiteClass::probe);
         c.syscall.asks_for_access = true;
     },
     "denied-advisory", Verdict::not_needed},
    {"deniedThenTheOther",
     [](RuleCase& c) {
         c.deny();
         c.know(SiteClass::alternative, SiteTest::none, dac_group);
         c.row.capability = 2;
         c.around.granted_after.insert(cap_dac_override);
     },
     "denied-alternative-granted", Verdict::not_needed},
    {"deniedBoth",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.know(SiteClass::alternative, SiteTest::none, dac_group);
         c.known.refusals = {EACCES};
     },
     "denied-and-refused", Verdict::missing},
    {"chmodDeniedWithoutSetgidBit",
     [](RuleCase& c) {
         c.deny();
         c.row.capability = cap_fsetid;
         c.know(SiteClass::first, SiteTest::setgid_bit);
         c.known.refused_silently = true;
         c.syscall.mode_argument = 3;
         c.row.args[2] = 0755;
     },
     "denied-no-setgid-bit", Verdict::not_needed},
    {"capsetDenied",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.row.capability = cap_setpcap;
         c.know(SiteClass::first, SiteTest::inheritable_within);
     },
     "denied-capset", Verdict::not_needed},
    {"deniedSilently",
     [](RuleCase& c) {
         c.deny();
         c.known.refused_silently = true;
     },
     "denied-silently", Verdict::missing},
    {"deniedNetlink",
     [](RuleCase& c) {
         c.deny();
         c.known.refusals = {};
         c.known.refused_in_ack = true;
     },
     "denied-in-ack", Verdict::missing},
    {"deniedNetlinkSendFailed",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.known.refusals = {};
         c.known.refused_in_ack = true;
     },
     "denied-other-error", Verdict::not_needed},
    {"deniedNetlinkByItsAnswer",
     [](RuleCase& c) {
         c.deny();
         c.known.refusals = {};
         c.known.refused_in_ack = true;
         c.around.acknowledgement = Acknowledgement::refused;
     },
     "denied-in-ack", Verdict::missing},
    {"deniedNetlinkDoneAllTheSame",
     [](RuleCase& c) {
         c.deny();
         c.known.refusals = {};
         c.known.refused_in_ack = true;
         c.around.acknowledgement = Acknowledgement::done;
     },
     "denied-tolerated", Verdict::not_needed},
    {"deniedNetlinkProbe",
     [](RuleCase& c) {
         c.deny();
         c.know(SiteClass::required, SiteTest::names_nothing);
         c.known.refusals = {};
         c.known.refused_in_ack = true;
         c.around.acknowledgement = Acknowledgement::refused;
         c.around.names_nothing = true;
     },
     "denied-names-nothing", Verdict::not_needed},
    {"deniedAddresses",
     [](RuleCase& c) {
         c.deny();
         c.know(SiteClass::shows);
         c.known.refusals = {};
     },
     "denied-shows-less", Verdict::missing},
    {"deniedTrustedNamesOfAFileWithoutAny",
     [](RuleCase& c) {
         c.deny();
         c.know(SiteClass::shows, SiteTest::lists_nothing);
         c.known.refusals = {};
         c.around.returned_nothing = true;
     },
     "denied-advisory", Verdict::not_needed},
    {"deniedResidentPagesOfAFileThatMayBeWritten",
     [](RuleCase& c) {
         c.deny();
         c.know(SiteClass::shows, SiteTest::write_permission);
         c.known.refusals = {};
     },
     "denied-advisory", Verdict::not_needed},
    {"deniedResidentPages",
     [](RuleCase& c) {
         c.deny();
         c.know(SiteClass::shows, SiteTest::write_permission);
         c.known.refusals = {};
         c.around.denied_after = CapabilitySet::of({cap_dac_override});
     },
     "denied-shows-less", Verdict::missing},
    {"deniedPagingOutOfAFileThatMayBeWritten",
     [](RuleCase& c) {
         c.deny();
         c.know(SiteClass::first, SiteTest::write_permission);
         c.known.refusals = {};
         c.known.refused_silently = true;
     },
     "denied-tolerated", Verdict::not_needed},
    {"deniedPagingOut",
     [](RuleCase& c) {
         c.deny();
         c.know(SiteClass::first, SiteTest::write_permission);
         c.known.refusals = {};
         c.known.refused_silently = true;
         c.around.denied_after = CapabilitySet::of({cap_dac_override});
     },
     "denied-silently", Verdict::missing},
    {"deniedPinning", [](RuleCase& c) { c.deny(ENOMEM), c.not_asked = NotAsked::not_pinned; }, "denied-pinning",
     Verdict::missing},
    {"deniedOutside",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.credential.effective = CapabilitySet(1);
         c.credential_namespace = {200, 1, 1000};
     },
     "denied-outside", Verdict::not_needed},
    {"deniedOutsideWithoutKnowingHome",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.credential.effective = CapabilitySet(1);
         c.credential_namespace = {200, 1, 1000};
         c.run.home_known = false;
     },
     "denied-other-namespace", Verdict::missing},
    {"deniedThoughHeld",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.credential.effective = CapabilitySet(1);
     },
     "denied-other-namespace", Verdict::missing},
    {"deniedEperm", [](RuleCase& c) { c.deny(EPERM); }, "denied-and-refused", Verdict::missing},
    {"deniedEacces", [](RuleCase& c) { c.deny(EACCES); }, "denied-and-refused", Verdict::missing},
    {"deniedEpermAtAnUnknownSite",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.site_known = false;
     },
     "denied-and-refused", Verdict::missing},
    {"deniedEagainOfALimit",
     [](RuleCase& c) {
         c.deny(EAGAIN);
         c.know(SiteClass::limit);
         c.known.refusals = {EAGAIN};
     },
     "denied-and-refused", Verdict::missing},
    {"deniedEpermWhereThatIsNotTheRefusal",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.known.refusals = {ENOMEM};
     },
     "denied-other-error", Verdict::not_needed},
    {"deniedEintr", [](RuleCase& c) { c.deny(EINTR); }, "denied-interrupted", Verdict::not_needed},
    {"deniedRestart", [](RuleCase& c) { c.deny(514); }, "denied-interrupted", Verdict::not_needed},
    {"deniedEnoent", [](RuleCase& c) { c.deny(ENOENT); }, "denied-other-error", Verdict::not_needed},
    {"deniedIoWorker",
     [](RuleCase& c) {
         c.deny();
         c.row.flags |= check_io_worker;
         c.no_result(NoOutcome::no_syscall);
     },
     "denied-io-uring", Verdict::not_needed},
    {"deniedPageFault",
     [](RuleCase& c) {
         c.deny();
         c.row.abi = 0;
         c.no_result(NoOutcome::no_syscall);
     },
     "denied-outside-syscall", Verdict::not_needed},
    {"deniedLost",
     [](RuleCase& c) {
         c.deny();
         c.no_result(NoOutcome::lost);
     },
     "denied-outcome-unknown", Verdict::not_needed},
    {"ambiguousDenial",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.site = {};
         c.site_known = false;
         c.source = SiteSource::ambiguous;
     },
     "denied-and-refused", Verdict::missing},
    {"deniedInIoUring",
     [](RuleCase& c) {
         c.deny();
         c.syscall.result_elsewhere = true;
     },
     "denied-io-uring", Verdict::not_needed},
    {"deniedLookUpInARunThatEndedWell",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.syscall.looks_up = c.judged.went_well = true;
     },
     "denied-look-up", Verdict::not_needed},
    {"deniedLimitInARunThatEndedWell",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.row.capability = 24;
         c.syscall.sets_limit = c.judged.went_well = true;
     },
     "denied-limit", Verdict::not_needed},
    {"deniedToBeSparedInARunThatEndedWell",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.row.capability = 24;
         c.site.symbol = "__set_oom_adj";
         c.judged.went_well = true;
     },
     "denied-limit", Verdict::not_needed},
    {"deniedLimitInARunThatFailed",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.row.capability = 24;
         c.syscall.sets_limit = true;
     },
     "denied-and-refused", Verdict::missing},
    {"deniedLookUpInARunThatFailed",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.syscall.looks_up = true;
     },
     "denied-and-refused", Verdict::missing},
    {"capsetRefusedForWhatIsNotPermitted",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.not_asked = NotAsked::not_permitted;
     },
     "denied-capset-permitted", Verdict::missing},
    {"capsetRefusedInARunThatEndedWell",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.not_asked = NotAsked::not_permitted;
         c.judged.went_well = true;
     },
     "denied-capset-tolerated", Verdict::not_needed},
    {"capsetRefusedForWhatIsNotInheritable",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.not_asked = NotAsked::not_inheritable;
     },
     "denied-capset-inheritable", Verdict::missing},
    {"capsetRefusedForWhatWasGivenUp",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.not_asked = NotAsked::not_permitted;
         c.around.given_up = GivenUp::by_set_id;
     },
     "denied-capset-after-drop", Verdict::not_needed},
    {"deniedAfterSetuid",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.around.given_up = GivenUp::by_set_id;
     },
     "denied-lost-by-setid", Verdict::not_needed},
    {"deniedAccessAfterSetuid",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.know(SiteClass::probe);
         c.syscall.asks_for_access = true;
         c.around.given_up = GivenUp::by_set_id;
     },
     "denied-lost-by-setid", Verdict::not_needed},
    {"deniedAfterSetuidAndSucceeded",
     [](RuleCase& c) {
         c.deny();
         c.around.given_up = GivenUp::by_set_id;
     },
     "denied-tolerated", Verdict::not_needed},
    {"deniedAfterSetuidWithAnotherError",
     [](RuleCase& c) {
         c.deny(ENOENT);
         c.around.given_up = GivenUp::by_set_id;
     },
     "denied-other-error", Verdict::not_needed},
    {"deniedSilentlyAfterCapset",
     [](RuleCase& c) {
         c.deny();
         c.known.refused_silently = true;
         c.around.given_up = GivenUp::by_capset;
     },
     "denied-lost-by-capset", Verdict::not_needed},
    {"deniedAfterALookAndACapset",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.around.given_up = GivenUp::after_look;
     },
     "denied-lost-after-look", Verdict::not_needed},
    {"deniedInNetlinkAfterADropFromTheBoundingSet",
     [](RuleCase& c) {
         c.deny();
         c.known.refusals = {};
         c.known.refused_in_ack = true;
         c.around.given_up = GivenUp::by_prctl;
     },
     "denied-lost-by-prctl", Verdict::not_needed},
    {"deniedAfterAnExec",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.around.given_up = GivenUp::by_exec;
     },
     "denied-lost-by-exec", Verdict::not_needed},
    {"deniedOutsideOfTheOwnNamespace",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.credential.effective = CapabilitySet(1);
         c.credential_namespace.level = 1;
         c.around.given_up = GivenUp::by_namespace;
     },
     "denied-lost-by-namespace", Verdict::not_needed},
    {"deniedAfterSeteuid",
     [](RuleCase& c) {
         c.deny(EACCES);
         c.around.given_up = GivenUp::not_in_effect;
     },
     "denied-not-in-effect", Verdict::not_needed},
    {"deniedOfAnOpenerThatHadDropped",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.row.flags &= ~std::uint64_t{check_real_credential};
         c.around.given_up = GivenUp::by_set_id;
     },
     "denied-lost-before-opening", Verdict::not_needed},
    {"reserveRefusedAfterSetuid",
     [](RuleCase& c) {
         c.deny(ENOMEM);
         c.ask_overcommit();
         c.run.overcommit_memory = 2;
         c.around.given_up = GivenUp::by_set_id;
     },
     "denied-lost-by-setid", Verdict::not_needed},
};

}  // namespace

std::span<const RuleRow> denied_rows() { return denied_cases; }

}  // namespace caprec
