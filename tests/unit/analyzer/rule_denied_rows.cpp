// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/analyzer/rule_case.h"

namespace caprec {
namespace {

constexpr unsigned dac_override = 1, fsetid = 4, setgid = 6, setpcap = 8;
constexpr std::uint64_t dac_group = 0x6;  // DAC_OVERRIDE | DAC_READ_SEARCH

constexpr RuleRow rows[] = {
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
     "denied-advisory", Verdict::not_needed},
    {"deniedThenTheOther",
     [](RuleCase& c) {
         c.deny();
         c.know(SiteClass::alternative, SiteTest::none, dac_group);
         c.row.capability = 2;
         c.granted_after.insert(dac_override);
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
         c.row.capability = fsetid;
         c.know(SiteClass::first, SiteTest::setgid_bit);
         c.known.refused_silently = true;
         c.syscall.mode_argument = 3;
         c.row.args[2] = 0755;
     },
     "denied-no-setgid-bit", Verdict::not_needed},
    {"capsetDenied",
     [](RuleCase& c) {
         c.deny(EPERM);
         c.row.capability = setpcap;
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
};

}  // namespace

std::span<const RuleRow> denied_rows() { return rows; }

}  // namespace caprec
