// SPDX-License-Identifier: Apache-2.0
//
// As root: one change of credentials after the other, in the order that the live test knows.
#include "workload.h"

#include <linux/securebits.h>
#include <sched.h>
#include <sys/capability.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>

static void must(int result, const char* what) {
    if (result != 0)
        fail(what);
}

int main(void) {
    gid_t groups[70];
    for (unsigned i = 0; i < 70; ++i)
        groups[i] = 1000 + i;
    must(setgroups(70, groups), "setgroups");
    groups[69] = 5000;  // beyond the groups that are kept: only the hash tells
    must(setgroups(70, groups), "setgroups");
    must(setgroups(2, groups), "setgroups");
    must(setresgid(11, 12, 13), "setresgid");
    must(prctl(PR_SET_SECUREBITS, SECBIT_KEEP_CAPS), "PR_SET_SECUREBITS");
    must(prctl(PR_CAPBSET_DROP, CAP_SYS_BOOT), "PR_CAPBSET_DROP");
    setfsuid(nobody);
    must(setresuid(21, 22, 23), "setresuid");
    const cap_value_t kept[] = {CAP_NET_RAW};
    cap_t caps = cap_init();
    must(cap_set_flag(caps, CAP_PERMITTED, 1, kept, CAP_SET), "cap_set_flag");
    must(cap_set_flag(caps, CAP_INHERITABLE, 1, kept, CAP_SET), "cap_set_flag");
    must(cap_set_proc(caps), "cap_set_proc");
    cap_free(caps);
    must(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0), "PR_CAP_AMBIENT");
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
    must(unshare(CLONE_NEWUSER), "unshare");
    return 0;
}
