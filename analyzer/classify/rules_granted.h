// SPDX-License-Identifier: Apache-2.0
//
// Rules for granted checks.  The last one matches everything.
#pragma once

#include "analyzer/classify/conditions.h"
#include "analyzer/classify/rule.h"
#include "analyzer/classify/rule_marks.h"

namespace caprec::rule_tables {

inline constexpr Rule granted[] = {
    // Granted, where it does not matter.
    {"unwalked-ambiguous",
     "granted, but its kernel stack was not walked, and equal checks come from several sites or from none known",
     [](const CheckFacts& f) { return f.site_source == SiteSource::ambiguous; }, Verdict::unclassified},
    {"setgid-bit", "the mode given has the set-group-ID bit, which would be dropped without a word",
     [](const CheckFacts& f) { return f.test(SiteTest::setgid_bit) && keeps_setgid_bit(f) == std::optional(true); },
     Verdict::required, at_site()},
    {"no-setgid-bit", "the mode given has no set-group-ID bit to lose",
     [](const CheckFacts& f) { return f.test(SiteTest::setgid_bit) && keeps_setgid_bit(f) == std::optional(false); },
     Verdict::not_needed, at_site()},
    {"advisory", "asked where a refusal fails nothing", [](const CheckFacts& f) { return f.is(SiteClass::advisory); },
     Verdict::not_needed, at_site()},
    {"shows-nothing", "asked to decide how much to show, and there was nothing to leave out, or the call failed",
     [](const CheckFacts& f) {
         return f.is(SiteClass::shows) && (f.error.has_value() || allowed_otherwise(f).value_or(false));
     },
     Verdict::not_needed, at_site()},
    {"names-nothing",
     "asked for a netlink request that is all zero and changes nothing: a probe for what the kernel knows",
     [](const CheckFacts& f) { return test_says(f, SiteTest::names_nothing, true); }, Verdict::not_needed},
    {"access-answer", "access(2) said yes for it; what the program made of the answer is not in the recording",
     [](const CheckFacts& f) { return f.is(SiteClass::probe) && f.syscall.asks_for_access && f.succeeded(); },
     Verdict::unclassified, at_site()},
    {"probe", "asked only to know, or to decide how much to show",
     [](const CheckFacts& f) { return f.is(SiteClass::probe); }, Verdict::not_needed, at_site()},
    {"id-unchanged", "asked first, but the real and the saved id are already what was asked for",
     [](const CheckFacts& f) { return test_says(f, SiteTest::same_id, true); }, Verdict::not_needed, at_site()},
    {"inheritable-not-widened",
     "asked by every capset; this one adds nothing to the inheritable set that is not permitted already",
     [](const CheckFacts& f) { return test_says(f, SiteTest::inheritable_within, true); }, Verdict::not_needed,
     at_site()},
    {"own-process", "asked first, but a process may look at itself",
     [](const CheckFacts& f) { return test_says(f, SiteTest::own_process, true); }, Verdict::not_needed, at_site()},
    {"same-sets-in-run",
     "asked as the other process, of the run itself, held what this one had given up; nothing of that is in the set, "
     "and with it both hold the same (security/commoncap.c cap_ptrace_access_check, cap_safe_nice)",
     compares_same_sets, Verdict::not_needed, at_end(at_site())},
    {"sysctl-allows", "asked first, but a sysctl of the recorded host allows it to everybody",
     [](const CheckFacts& f) { return test_says(f, SiteTest::sysctl, true); }, Verdict::not_needed, at_site()},
    {"in-group", "asked first, but a group of the caller is allowed it by a sysctl of the recorded host",
     [](const CheckFacts& f) { return test_says(f, SiteTest::in_group, true); }, Verdict::not_needed, at_site()},
    {"other-condition", "asked first, but the arguments are such that everybody may do it",
     [](const CheckFacts& f) {
         return (f.is(SiteClass::first) || f.is(SiteClass::limit_first)) && allowed_otherwise(f).value_or(false);
     },
     Verdict::not_needed, at_site()},
    {"granted-then-denied",
     "granted, but the call then failed for another capability, which was denied: needed once that one is given",
     [](const CheckFacts& f) { return f.known != nullptr && refused_by_site(f) && !f.around.denied_after.empty(); },
     Verdict::not_needed, at_site(with_missing)},
    {"same-error-either-way", "granted; the call failed with the error that a refusal would have had, too",
     [](const CheckFacts& f) {
         return f.known != nullptr && refused_by_site(f) && !f.refused() && !f.refused_in_answer();
     },
     Verdict::not_needed, at_site()},
    {"refused-after-grant",
     "granted, yet refused by an LSM or another rule (an id that is not mapped, a sticky directory, an immutable "
     "file), as it would have been without",
     [](const CheckFacts& f) { return f.known != nullptr && refused_by_site(f); }, Verdict::not_needed,
     at_site(refused)},

    {"program-not-found",
     "granted, and the program is not there: a search along PATH goes on after EACCES as it does after ENOENT",
     [](const CheckFacts& f) { return f.known != nullptr && f.syscall.executes && f.error == ENOENT; },
     Verdict::not_needed},

    {"name-look-up",
     "granted to a program that records performance events, for the names of what it records: refused, it goes on "
     "without them",
     looks_up_names, Verdict::not_needed, at_end(at_site())},

    // Granted, where it may matter.
    {"shows-more", "granted, and the call shows more for it; what the program made of that is not in the recording",
     [](const CheckFacts& f) { return f.is(SiteClass::shows); }, Verdict::unclassified, at_site()},
    {"refused-after-grant-unknown", "granted, yet the syscall was refused: by an LSM or by another rule",
     [](const CheckFacts& f) { return f.refused(); }, Verdict::unclassified, at_site(refused)},
    {"setgroups-unchanged", "the groups stay as they are, but setgroups fails without it even then", groups_unchanged,
     Verdict::required, at_site()},
    {"setgid-bit-unseen",
     "whether there is a set-group-ID bit, which would be dropped without a word, is not in the recording",
     [](const CheckFacts& f) { return f.test(SiteTest::setgid_bit) && !keeps_setgid_bit(f).has_value(); },
     Verdict::unclassified, at_site()},
    {"asked-first", "asked before another condition that may allow it all the same; the recording does not tell",
     [](const CheckFacts& f) { return f.is(SiteClass::first) && !allowed_otherwise(f).has_value(); },
     Verdict::unclassified, at_site()},
    {"one-of-several", "granted, and it decided; one of several capabilities would do", others_would_do,
     Verdict::alternative, at_site()},
    {"limit-exceeded", "a limit was exceeded, and this lifted it",
     [](const CheckFacts& f) { return f.is(SiteClass::limit); }, Verdict::required, at_site()},
    {"limit-unknown", "asked before a limit is compared: needed if the limit was exceeded, which is not recorded",
     [](const CheckFacts& f) { return f.is(SiteClass::limit_first); }, Verdict::unclassified, at_site()},
    {"granted-then-failed-in-answer",
     "granted, and netlink then answered with another error, without it with that of a refusal; what the program made "
     "of the answer is not in the recording, and a probe would make the same of both",
     [](const CheckFacts& f) { return f.known != nullptr && !f.error && failed_in_answer(f); }, Verdict::unclassified,
     at_site()},
    {"granted-then-failed",
     "granted; the syscall then failed for another reason, but without it with that of a refusal",
     [](const CheckFacts& f) { return f.known != nullptr && f.error.has_value(); }, Verdict::required, at_site()},
    {"decided", "granted, and it decided", [](const CheckFacts& f) { return f.known != nullptr; }, Verdict::required,
     at_site()},
    {"no-symbols", "granted, and without kernel symbols the syscall alone does not tell what for", without_symbols,
     Verdict::unclassified},
    {"unknown-site", "granted at a place in the kernel that is not known here: kept until somebody knows better",
     [](const CheckFacts&) { return true; }, Verdict::unclassified},
};

}  // namespace caprec::rule_tables
