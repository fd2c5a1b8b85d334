// SPDX-License-Identifier: Apache-2.0
//
// Rules for what the kernel asked, whatever it answered.
#pragma once

#include "analyzer/classify/conditions.h"
#include "analyzer/classify/rule.h"
#include "analyzer/classify/rule_marks.h"
#include "schema/capability_numbers.h"

namespace caprec::rule_tables {

inline constexpr Rule asked[] = {
    // Who asked, and on whose behalf.
    {"interrupt", "asked in an interrupt, on behalf of another task than the interrupted one (in_task() is false)",
     in_interrupt, Verdict::not_needed},
    {"kernel-thread", "asked in a kernel thread, which holds every capability (PF_KTHREAD)",
     [](const CheckFacts& f) { return f.flag(check_kernel_thread); }, Verdict::not_needed},
    {"before-exec", "asked between the recorder's fork and the command's exec: not the command's own",
     [](const CheckFacts& f) { return f.flag(check_before_exec); }, Verdict::not_needed, by_recorder},

    // The memory-overcommit test.
    {"overcommit-strict-refused",
     "vm.overcommit_memory is 2 and memory ran out: this would have opened the administrator's reserve "
     "(mm/util.c __vm_enough_memory)",
     [](const CheckFacts& f) {
         return overcommit_question(f) && overcommit_strict(f) && f.denied() && f.error == ENOMEM &&
                f.around.given_up == GivenUp::no;
     },
     Verdict::missing, denial},
    {"overcommit-strict",
     "vm.overcommit_memory is 2: whether the administrator's reserve was used cannot be seen "
     "(mm/util.c __vm_enough_memory)",
     [](const CheckFacts& f) { return overcommit_question(f) && overcommit_strict(f) && f.granted(); },
     Verdict::unclassified},
    {"overcommit",
     "the memory-overcommit test asks always; the answer counts only with vm.overcommit_memory=2 "
     "(mm/util.c __vm_enough_memory)",
     [](const CheckFacts& f) { return overcommit_question(f) && f.run.overcommit_memory && !overcommit_strict(f); },
     Verdict::not_needed},
    {"overcommit-unknown-mode",
     "the memory-overcommit test asks always; taken as not counting, though vm.overcommit_memory was not recorded "
     "(mm/util.c __vm_enough_memory)",
     [](const CheckFacts& f) { return overcommit_question(f) && !overcommit_strict(f); }, Verdict::not_needed},
    {"overcommit-without-symbols",
     "looks like the memory-overcommit test by its syscall; kernel symbols, which would prove it, are missing",
     overcommit_likely, Verdict::not_needed},
    {"clone3-without-symbols",
     "the memory-overcommit test or new namespaces; kernel symbols, which would tell, are missing",
     [](const CheckFacts& f) {
         return f.granted() && f.row.capability == cap_sys_admin && without_symbols(f) &&
                f.syscall.new_namespaces_by_memory;
     },
     Verdict::unclassified},

    // Credentials and user namespaces.
    {"denied-lost-before-opening",
     "denied of the credential that the file or the socket was opened with, which had given it up before",
     [](const CheckFacts& f) {
         return f.around.given_up != GivenUp::no && kept_credential(f) && f.known != nullptr && failed_for_it(f);
     },
     Verdict::not_needed, at_site(given_up)},
    {"denied-of-opener", "denied of the credential that the file or the socket was opened with; the call failed for it",
     [](const CheckFacts& f) {
         const bool failed = refused_by_site(f) || (f.known != nullptr && f.known->refused_in_ack && f.succeeded());
         return f.denied() && kept_credential(f) && f.known != nullptr && failed;
     },
     Verdict::missing, at_site(denial)},
    {"foreign-credential-unsure",
     "asked of another credential than the task's own; whether that of a mounter, or of an opener of the run, is not "
     "in "
     "the recording: there were more credentials than the recorder remembers",
     [](const CheckFacts& f) { return f.granted() && foreign_credential(f) && f.flag(check_credential_unsure); },
     Verdict::unclassified, at_site()},
    {"foreign-credential",
     "asked of another credential than the task's own: that of a mounter, an opener or a tracer that is not of the run "
     "(override_creds(), file->f_cred)",
     foreign_credential, Verdict::not_needed},
    {"denied-own-namespace",
     "denied inside a user namespace below the one the run began in: nothing of the host is missing; what is missing "
     "inside, whoever made the namespace can give",
     [](const CheckFacts& f) { return f.denied() && inside_own_namespace(f) && refused_by_site(f); },
     Verdict::not_needed, at_site(denied_inside)},
    {"own-namespace",
     "asked inside a user namespace below the one the run began in: needs nothing from outside "
     "(security/commoncap.c cap_capable)",
     inside_own_namespace, Verdict::not_needed, inside},
    {"namespace-owner",
     "granted because the effective uid owns the target user namespace, whatever it holds "
     "(security/commoncap.c cap_capable)",
     owns_target_namespace, Verdict::not_needed},
    {"namespace-ownership",
     "granted though the credential does not hold it: by ownership of a user namespace "
     "(security/commoncap.c cap_capable)",
     [](const CheckFacts& f) { return f.granted() && f.credential != nullptr && !holds_bit(f); }, Verdict::not_needed},
};

}  // namespace caprec::rule_tables
