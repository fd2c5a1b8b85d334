// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "schema/capability.h"

namespace caprec {

// The meaning of the answer to a capability check at one kernel site.
enum class SiteClass : std::uint8_t {
    required,     // it decides the operation
    alternative,  // one of several capabilities, asked one after the other, would do
    first,        // asked before another condition that may allow the operation all the same
    limit,        // asked once a limit was exceeded; a refusal makes the operation fail
    limit_first,  // asked before the limit is compared
    advisory,     // a refusal leaves something out or undone, which no errno shows
    probe,        // whoever asks only wants to know, or gets a reduced answer
    shows,        // a refusal is no error, and what the call shows is less
};
const char* site_class_name(SiteClass site_class);  // "limit-first"
const char* site_class_text(SiteClass site_class);  // in words, for people

// Conditions that settle a row; each is a rule or two in classify/.
enum class SiteTest : std::uint8_t {
    none,
    same_id,             // set*id changes nothing
    inheritable_within,  // capset does not widen the inheritable set
    setgid_bit,          // the mode given has S_ISGID
    fallback,            // the members of any_of count only if they were refused just before
    own_process,         // the file is one of the process's own in /proc
    raw_or_admin,        // any_of holds for some socket options only
    fanotify,            // everybody may use these flags, or the mark is on an inode
    sysctl,              // a sysctl allows it to everybody
    mq_default,          // mq_open without attributes
    new_namespace,       // the flags ask for no new namespace
    own_credential,      // a copy of the task's own credential was asked
    last_ask,            // it was asked for the last time in the syscall
    mode_bits,           // root, or only reading: the mode bits allow it all the same
    maps_root,           // uid 0 maps root: CAP_SETFCAP is needed, too, though it is not asked for
    own_task,            // it is about the calling task, and asked for the last time in the syscall
    tcp_congestion,      // an option other than TCP_CONGESTION needs the capability
    names_nothing,       // a netlink request that is all zero
    lists_nothing,       // the call returns 0: there is nothing to leave out
    pci_header,          // only the first 64 bytes are read
    in_group,            // a group of the calling process is the one that a sysctl names
    console,             // the ioctl does not change a console
    continues,           // the signal is SIGCONT, which is allowed within the session
    write_permission,    // the file may be written to: CAP_DAC_OVERRIDE was not refused after it
};

const char* site_test_text(SiteTest test);  // when the capability does not matter, or what else would do; "" for none

enum class SiteAudit : std::uint8_t { unknown, audited, not_audited };

// One row of the knowledge file.
struct SiteRow {
    std::vector<std::string> sites;  // first frames outside the helpers; or "syscall:NAME"
    std::string within;              // a frame that must be elsewhere in the stack; empty: none
    CapabilitySet capabilities;
    SiteClass site_class = SiteClass::required;
    CapabilitySet any_of;  // empty: the capability alone
    SiteTest test = SiteTest::none;
    std::pair<std::string, std::string> sysctl;  // name and value, with SiteTest::sysctl and in_group
    std::vector<int> refusals;                   // errnos that a refusal can lead to
    bool refused_in_ack = false;                 // only the netlink acknowledgement tells of a refusal
    bool refused_silently = false;               // a refusal leaves things undone, and nothing says so
    SiteAudit audit = SiteAudit::unknown;
    std::pair<unsigned, unsigned> since{0, 0}, until{~0U, ~0U};  // kernel versions, both inclusive
    std::string asked_by, note;                                  // for people
    unsigned line = 0;                                           // its line in the file
};

// "chown, fchown of another's file: the uid changes and ... (fs/attr.c chown_ok)"
std::string site_text(const SiteRow& row);

}  // namespace caprec
