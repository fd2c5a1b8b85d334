// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "schema/capability_numbers.h"
#include "tests/unit/analyzer/rule_case.h"

namespace caprec {
namespace {

constexpr RuleRow granted_cases[] = {
    {"continues",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::continues);
         c.syscall.signal_argument = 2;
         c.row.args[1] = 18;  // SIGCONT
     },
     "asked-first", Verdict::unclassified},
    {"otherSignal",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::continues);
         c.syscall.signal_argument = 2;
         c.row.args[1] = 15;
     },
     "decided", Verdict::required},
    {"ambiguousGrant",
     [](RuleCase& c) {
         c.site = {};
         c.site_known = false;
         c.source = SiteSource::ambiguous;
     },
     "unwalked-ambiguous", Verdict::unclassified},
    {"ambiguousMmap",
     [](RuleCase& c) {
         c.lose_symbols();
         c.source = SiteSource::ambiguous;
     },
     "unwalked-ambiguous", Verdict::unclassified},
    {"chmodWithSetgidBit",
     [](RuleCase& c) {
         c.row.capability = cap_fsetid;
         c.know(SiteClass::first, SiteTest::setgid_bit);
         c.syscall.mode_argument = 3;
         c.row.args[2] = 02755;
     },
     "setgid-bit", Verdict::required},
    {"chmodWithoutSetgidBit",
     [](RuleCase& c) {
         c.row.capability = cap_fsetid;
         c.know(SiteClass::advisory, SiteTest::setgid_bit);
         c.syscall.mode_argument = 3;
         c.row.args[2] = 0755;
     },
     "no-setgid-bit", Verdict::not_needed},
    {"residentPagesOfAnothersFile",
     [](RuleCase& c) {
         c.row.capability = cap_fowner;
         c.know(SiteClass::shows, SiteTest::write_permission, 0xa);
     },
     "shows-more", Verdict::unclassified},
    {"pagingOutAnothersFile",
     [](RuleCase& c) {
         c.row.capability = cap_fowner;
         c.know(SiteClass::first, SiteTest::write_permission, 0xa);
     },
     "asked-first", Verdict::unclassified},
    {"openWhoseModeIsNotSeen",
     [](RuleCase& c) {
         c.row.capability = cap_fsetid;
         c.know(SiteClass::first, SiteTest::setgid_bit);
         c.syscall.mode_in_memory = true;
     },
     "setgid-bit-unseen", Verdict::unclassified},
    {"openInARingWhoseModeIsNotSeen",
     [](RuleCase& c) {
         c.row.capability = cap_fsetid;
         c.know(SiteClass::first, SiteTest::setgid_bit);
         c.syscall.result_elsewhere = true;
     },
     "setgid-bit-unseen", Verdict::unclassified},
    {"advisory", [](RuleCase& c) { c.know(SiteClass::advisory); }, "advisory", Verdict::not_needed},
    {"probe", [](RuleCase& c) { c.know(SiteClass::probe); }, "probe", Verdict::not_needed},
    {"addresses", [](RuleCase& c) { c.know(SiteClass::shows); }, "shows-more", Verdict::unclassified},
    {"addressesOfACallThatFailed", [](RuleCase& c) { c.know(SiteClass::shows), c.error = EIO; }, "shows-nothing",
     Verdict::not_needed},
    {"trustedNamesOfAFileWithoutAny",
     [](RuleCase& c) {
         c.know(SiteClass::shows, SiteTest::lists_nothing);
         c.around.returned_nothing = true;
     },
     "shows-nothing", Verdict::not_needed},
    {"trustedNames", [](RuleCase& c) { c.know(SiteClass::shows, SiteTest::lists_nothing); }, "shows-more",
     Verdict::unclassified},
    {"headerOfAPciDevice",
     [](RuleCase& c) {
         c.know(SiteClass::shows, SiteTest::pci_header);
         c.syscall.reads_at = true;
         c.row.args = {3, 0, 60, 4, 0, 0};
     },
     "shows-nothing", Verdict::not_needed},
    {"moreThanTheHeaderOfAPciDevice",
     [](RuleCase& c) {
         c.know(SiteClass::shows, SiteTest::pci_header);
         c.syscall.reads_at = true;
         c.row.args = {3, 0, 60, 5, 0, 0};
     },
     "shows-more", Verdict::unclassified},
    {"netlinkProbe",
     [](RuleCase& c) {
         c.know(SiteClass::required, SiteTest::names_nothing);
         c.known.refused_in_ack = true;
         c.around.acknowledgement = Acknowledgement::failed;
         c.around.names_nothing = true;
     },
     "names-nothing", Verdict::not_needed},
    {"netlinkDone",
     [](RuleCase& c) {
         c.know(SiteClass::required, SiteTest::names_nothing);
         c.known.refused_in_ack = true;
         c.around.acknowledgement = Acknowledgement::done;
     },
     "decided", Verdict::required},
    {"netlinkFailed",
     [](RuleCase& c) {
         c.known.refused_in_ack = true;
         c.around.acknowledgement = Acknowledgement::failed;
     },
     "granted-then-failed-in-answer", Verdict::unclassified},
    {"netlinkFailedInTheCallItself",
     [](RuleCase& c) {
         c.known.refused_in_ack = true;
         c.around.acknowledgement = Acknowledgement::failed;
         c.error = ENOBUFS;
     },
     "granted-then-failed", Verdict::required},
    {"netlinkRefusedAllTheSame",
     [](RuleCase& c) {
         c.known.refusals = {};
         c.known.refused_in_ack = true;
         c.around.acknowledgement = Acknowledgement::refused;
     },
     "refused-after-grant", Verdict::not_needed},
    {"lookUpByIdOfAnother",
     [](RuleCase& c) {
         c.syscall.bpf = true;
         c.row.args[0] = 13;
     },
     "decided", Verdict::required},
    {"pinnedBeyondTheLimit", [](RuleCase& c) { c.not_asked = NotAsked::pinned; }, "pinned-beyond-limit",
     Verdict::required},
    {"accessThatSaidYes",
     [](RuleCase& c) {
         c.know(SiteClass::probe, SiteTest::none, dac_group);
         c.syscall.asks_for_access = true;
     },
     "access-answer", Verdict::unclassified},
    {"accessThatSaidNoAllTheSame",
     [](RuleCase& c) {
         c.know(SiteClass::probe, SiteTest::none, dac_group);
         c.syscall.asks_for_access = true;
         c.error = ENOENT;
     },
     "probe", Verdict::not_needed},
    {"setgidToOneself",
     [](RuleCase& c) {
         c.row.capability = cap_setgid;
         c.know(SiteClass::first, SiteTest::same_id);
         c.syscall.sets = SyscallTraits::Sets::gid;
     },
     "id-unchanged", Verdict::not_needed},
    {"setgidToAnother",
     [](RuleCase& c) {
         c.row.capability = cap_setgid;
         c.know(SiteClass::first, SiteTest::same_id);
         c.syscall.sets = SyscallTraits::Sets::gid;
         c.row.args[0] = 33;
     },
     "decided", Verdict::required},
    {"setuidToTheRealIdOfASetuidProgram",  // without it the saved id would stay
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::same_id);
         c.syscall.sets = SyscallTraits::Sets::uid;
         c.credential.uid = 1000;
         c.row.args[0] = 1000;
     },
     "decided", Verdict::required},
    {"capsetThatWidensNothing",
     [](RuleCase& c) {
         c.row.capability = cap_setpcap;
         c.know(SiteClass::first, SiteTest::inheritable_within);
         c.credential.permitted = CapabilitySet(0xff);
         c.after.inheritable = CapabilitySet(0x0f);
         c.after_known = true;
     },
     "inheritable-not-widened", Verdict::not_needed},
    {"capsetThatWidens",
     [](RuleCase& c) {
         c.row.capability = cap_setpcap;
         c.know(SiteClass::first, SiteTest::inheritable_within);
         c.credential.permitted = CapabilitySet(0xff);
         c.after.inheritable = CapabilitySet(0x100);
         c.after_known = true;
     },
     "decided", Verdict::required},
    {"capsetWithResultUnknown",
     [](RuleCase& c) {
         c.row.capability = cap_setpcap;
         c.know(SiteClass::first, SiteTest::inheritable_within);
     },
     "asked-first", Verdict::unclassified},
    {"ownDescriptors",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_process);
         c.path = "/proc/self/fd";
     },
     "own-process", Verdict::not_needed},
    {"ownDescriptorsByNumber",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_process);
         c.path = "/proc/700/fd";
     },
     "own-process", Verdict::not_needed},
    {"aPathThatLeadsElsewhere",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_process, dac_group);
         c.path = "/proc/self/../1/fd";
     },
     "asked-first", Verdict::unclassified},
    {"aPathThroughTheOwnRoot",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_process, dac_group);
         c.path = "/proc/self/root/proc/1/fd";
     },
     "asked-first", Verdict::unclassified},
    {"aPathThroughAnOwnDescriptor",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_process, dac_group);
         c.path = "/proc/self/fd/5/1/fd";
     },
     "asked-first", Verdict::unclassified},
    {"aPathThroughAnotherOnesRoot",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_process, dac_group);
         c.path = "/proc/700/root/proc/1/fd";
     },
     "asked-first", Verdict::unclassified},
    {"descriptorsOfAnother",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::own_process, dac_group);
         c.path = "/proc/1/fd";
     },
     "one-of-several", Verdict::alternative},
    {"sysctlAllows",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::sysctl);
         c.known.sysctl = {"dev.tty.ldisc_autoload", "1"};
         c.run.sysctls = {{"dev.tty.ldisc_autoload", "1"}};
     },
     "sysctl-allows", Verdict::not_needed},
    {"sysctlNotRecorded",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::sysctl);
         c.known.sysctl = {"dev.tty.ldisc_autoload", "1"};
     },
     "asked-first", Verdict::unclassified},
    {"inTheGroup",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::in_group);
         c.known.sysctl.first = "vm.hugetlb_shm_group";
         c.run.sysctls = {{"vm.hugetlb_shm_group", "7"}};
         c.credential.groups = {5, 7};
         c.credential.group_count = 2;
     },
     "in-group", Verdict::not_needed},
    {"inTheGroupByFsgid",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::in_group);
         c.known.sysctl.first = "vm.hugetlb_shm_group";
         c.run.sysctls = {{"vm.hugetlb_shm_group", "7"}};
         c.credential.fsgid = 7;
     },
     "in-group", Verdict::not_needed},
    {"inAnotherGroup",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::in_group);
         c.known.sysctl.first = "vm.hugetlb_shm_group";
         c.run.sysctls = {{"vm.hugetlb_shm_group", "7"}};
     },
     "decided", Verdict::required},
    {"inMoreGroupsThanRecorded",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::in_group);
         c.known.sysctl.first = "vm.hugetlb_shm_group";
         c.run.sysctls = {{"vm.hugetlb_shm_group", "7"}};
         c.credential.group_count = 65;
     },
     "asked-first", Verdict::unclassified},
    {"groupNotRecorded",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::in_group);
         c.known.sysctl.first = "vm.hugetlb_shm_group";
     },
     "asked-first", Verdict::unclassified},
    {"consoleIsAsked",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::console);
         c.row.args[1] = 0x4B3B;  // KDGETMODE
     },
     "other-condition", Verdict::not_needed},
    {"consoleIsChanged",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::console);
         c.row.args[1] = 0x4B3A;  // KDSETMODE
     },
     "decided", Verdict::required},
    {"lastAsk", [](RuleCase& c) { c.know(SiteClass::first, SiteTest::last_ask); }, "other-condition",
     Verdict::not_needed},
    {"notTheLastAsk",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::last_ask);
         c.around.asked_again = true;
     },
     "decided", Verdict::required},
    {"sysctlReadBySomebody",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::mode_bits);
         c.credential.euid = 1000;
         c.syscall.open_argument = 3;
     },
     "other-condition", Verdict::not_needed},
    {"sysctlWrittenByRoot",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::mode_bits);
         c.syscall.writes = true;
     },
     "other-condition", Verdict::not_needed},
    {"sysctlWrittenBySomebody",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::mode_bits);
         c.credential.euid = 1000;
         c.syscall.open_argument = 3;
         c.row.args[2] = 1;  // O_WRONLY
     },
     "decided", Verdict::required},
    {"messageQueueWithoutAttributes", [](RuleCase& c) { c.know(SiteClass::first, SiteTest::mq_default); },
     "other-condition", Verdict::not_needed},
    {"fanotifyForEverybody",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::fanotify);
         c.syscall.fanotify_init = true;
         c.row.args[0] = 0x200;  // FAN_REPORT_FID
     },
     "other-condition", Verdict::not_needed},
    {"fanotifyForAdministrators",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::fanotify);
         c.syscall.fanotify_init = true;
         c.row.args[0] = 0x204;  // and FAN_CLASS_CONTENT
     },
     "decided", Verdict::required},
    {"fanotifyMarkOfAMount",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::fanotify);
         c.row.args[1] = 0x11;  // FAN_MARK_ADD | FAN_MARK_MOUNT
     },
     "decided", Verdict::required},
    {"grantedEperm", [](RuleCase& c) { c.error = EPERM; }, "refused-after-grant", Verdict::not_needed},
    {"grantedThenAnotherDenied",
     [](RuleCase& c) {
         c.error = EPERM;
         c.around.denied_after.insert(21);
     },
     "granted-then-denied", Verdict::not_needed},
    {"grantedEnodata",
     [](RuleCase& c) {
         c.error = ENODATA;
         c.known.refusals = {ENODATA};
     },
     "same-error-either-way", Verdict::not_needed},
    {"grantedEpermAtAnUnknownSite",
     [](RuleCase& c) {
         c.error = EPERM;
         c.site_known = false;
     },
     "refused-after-grant-unknown", Verdict::unclassified},
    {"programNotThere",
     [](RuleCase& c) {
         c.syscall.executes = true;
         c.error = ENOENT;
     },
     "program-not-found", Verdict::not_needed},
    {"setgroupsOfTheSame",
     [](RuleCase& c) {
         c.row.capability = cap_setgid;
         c.syscall.sets = SyscallTraits::Sets::groups;
         c.after_known = true;
     },
     "setgroups-unchanged", Verdict::required},
    {"setgroupsOfOthers",
     [](RuleCase& c) {
         c.row.capability = cap_setgid;
         c.syscall.sets = SyscallTraits::Sets::groups;
         c.after.group_count = 1;
         c.after_known = true;
     },
     "decided", Verdict::required},
    {"alternative", [](RuleCase& c) { c.know(SiteClass::alternative, SiteTest::none, dac_group); }, "one-of-several",
     Verdict::alternative},
    {"overrideAfterReadSearch",
     [](RuleCase& c) {
         c.know(SiteClass::alternative, SiteTest::fallback, dac_group);
         c.row.capability = cap_dac_override;
         c.around.denied_before.insert(2);
     },
     "one-of-several", Verdict::alternative},
    {"overrideAlone",
     [](RuleCase& c) {
         c.know(SiteClass::alternative, SiteTest::fallback, dac_group);
         c.row.capability = cap_dac_override;
     },
     "decided", Verdict::required},
    {"congestionControl",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::tcp_congestion);
         c.syscall.socket_option = true;
         c.row.args = {3, IPPROTO_TCP, TCP_CONGESTION};
     },
     "asked-first", Verdict::unclassified},
    {"tcpRepair",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::tcp_congestion);
         c.syscall.socket_option = true;
         c.row.args = {3, IPPROTO_TCP, TCP_REPAIR};
     },
     "decided", Verdict::required},
    {"cloneWithoutNamespaces",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::new_namespace);
         c.syscall.new_namespaces_by_flag = true;
     },
     "other-condition", Verdict::not_needed},
    {"cloneWithNamespaces",
     [](RuleCase& c) {
         c.know(SiteClass::first, SiteTest::new_namespace);
         c.syscall.new_namespaces_by_flag = true;
         c.row.args[0] = 0x40000000;  // CLONE_NEWNET
     },
     "decided", Verdict::required},
    {"socketMark",
     [](RuleCase& c) {
         c.know(SiteClass::alternative, SiteTest::raw_or_admin, network_group);
         c.row.capability = cap_net_admin;
         c.syscall.socket_option = true;
         c.row.args = {3, SOL_SOCKET, SO_MARK};
     },
     "one-of-several", Verdict::alternative},
    {"socketBufferForce",
     [](RuleCase& c) {
         c.know(SiteClass::alternative, SiteTest::raw_or_admin, network_group);
         c.row.capability = cap_net_admin;
         c.syscall.socket_option = true;
         c.row.args = {3, SOL_SOCKET, SO_SNDBUFFORCE};
     },
     "decided", Verdict::required},
    {"limit", [](RuleCase& c) { c.know(SiteClass::limit); }, "limit-exceeded", Verdict::required},
    {"limitNotCompared", [](RuleCase& c) { c.know(SiteClass::limit_first); }, "limit-unknown", Verdict::unclassified},
    {"limitThatDefaultsKeep", [](RuleCase& c) { c.know(SiteClass::limit_first, SiteTest::mq_default); },
     "other-condition", Verdict::not_needed},
    {"limitThatAttributesMayExceed",
     [](RuleCase& c) {
         c.know(SiteClass::limit_first, SiteTest::mq_default);
         c.row.args[3] = 0x7f0000001000;
     },
     "limit-unknown", Verdict::unclassified},
    {"limitNotComparedWithAlternatives",
     [](RuleCase& c) { c.know(SiteClass::limit_first, SiteTest::none, network_group); }, "one-of-several",
     Verdict::alternative},
    {"askedFirst", [](RuleCase& c) { c.know(SiteClass::first); }, "asked-first", Verdict::unclassified},
    {"grantedEnoent", [](RuleCase& c) { c.error = ENOENT; }, "granted-then-failed", Verdict::required},
    {"granted", [](RuleCase&) {}, "decided", Verdict::required},
    {"grantedOutcomeUnknown", [](RuleCase& c) { c.no_result(NoOutcome::thread_ended); }, "decided", Verdict::required},
    {"unknownSite", [](RuleCase& c) { c.site_known = false; }, "unknown-site", Verdict::unclassified},
};

}  // namespace

std::span<const RuleRow> granted_rows() { return granted_cases; }

}  // namespace caprec
