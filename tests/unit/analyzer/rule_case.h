// SPDX-License-Identifier: Apache-2.0
//
// The tests of the rules share these: a check that can be changed, and the rows of the tables.
#pragma once

#include <cerrno>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>

#include "analyzer/classify/classifier.h"

namespace caprec {

inline constexpr std::uint64_t dac_group = 0x6;         // DAC_OVERRIDE | DAC_READ_SEARCH
inline constexpr std::uint64_t network_group = 0x3000;  // NET_ADMIN | NET_RAW

// At first, it is a check of CAP_CHOWN, granted by its bit, at a known site where the answer decides, in a syscall that
// succeeded.
struct RuleCase {
    CheckRow row;
    RunConditions run;
    KernelSite site;
    SiteSource source = SiteSource::walked;
    SiteRow known;
    bool site_known = true;
    Credential credential, after;
    bool after_known = false;
    UserNamespace credential_namespace{100, 0, 0}, target_namespace{100, 0, 0};
    SyscallTraits syscall;
    NoOutcome outcome = NoOutcome::known;
    std::optional<int> error;
    Surroundings around;
    JudgedRun judged;
    bool inside = false, own_namespace = false;
    NotAsked not_asked = NotAsked::no;
    CapabilitySet instead;
    std::string path;
    std::uint32_t tgid = 700;

    RuleCase();
    void deny(std::optional<int> with = {});
    void ask_overcommit();
    void lose_symbols();  // and ask for CAP_SYS_ADMIN in mmap
    void no_result(NoOutcome why);
    void know(SiteClass site_class, SiteTest test = SiteTest::none, std::uint64_t any_of = 0);
    CheckFacts facts() const;  // views: valid as long as this is, and unchanged
    const Rule& rule() const;
};

struct RuleRow {
    const char* name;
    void (*change)(RuleCase&);
    const char* rule;
    Verdict verdict;
};

inline void PrintTo(const RuleRow& row, std::ostream* out) { *out << row.name; }  // not the row's bytes, which move

std::span<const RuleRow> context_rows();  // who asked, and on whose behalf; the overcommit test
std::span<const RuleRow> denied_rows();   // sites and results
std::span<const RuleRow> granted_rows();  // the same
std::span<const RuleRow> process_rows();  // granted: about other processes, and for programs that record them

}  // namespace caprec
