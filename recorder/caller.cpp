// SPDX-License-Identifier: Apache-2.0
#include "recorder/caller.h"

#include <grp.h>
#include <sys/auxv.h>
#include <sys/capability.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "schema/error.h"

namespace caprec {
namespace {

std::vector<gid_t> my_groups() {
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(getgroups(0, nullptr), 0)));
    const int count = getgroups(static_cast<int>(groups.size()), groups.data());
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    return groups;
}

}  // namespace

Caller find_caller() {
    Caller caller;
    caller.uid = getuid();
    caller.gid = getgid();
    caller.effective_uid = geteuid();
    caller.on_behalf_of = caller.uid;
    caller.gained_privilege = getauxval(AT_SECURE) != 0;
    if (caller.uid == 0 && !caller.gained_privilege) {
        // only root can have set this, so it tells the truth
        if (const auto person = parse_id(getenv("SUDO_UID")); person && *person != 0) {
            caller.on_behalf_of = *person;
            caller.account = find_account(std::to_string(*person));
        }
    }
    return caller;
}

ActAsCaller::ActAsCaller(const Caller& caller) : old_uid_(geteuid()), old_gid_(getegid()), old_groups_(my_groups()) {
    if (caller.account)
        groups_changed_ = setgroups(caller.account->groups.size(), caller.account->groups.data()) == 0;
    setfsgid(caller.account ? caller.account->gid : caller.gid);
    setfsuid(caller.on_behalf_of);  // leaving 0 also takes away the capabilities that bypass file permissions
    if (static_cast<uid_t>(setfsuid(static_cast<uid_t>(-1))) != caller.on_behalf_of)
        throw Error("cannot open files as uid " + std::to_string(caller.on_behalf_of) + ": setfsuid is refused");
}

ActAsCaller::~ActAsCaller() {
    setfsuid(old_uid_);
    setfsgid(old_gid_);
    if (groups_changed_)
        (void)setgroups(old_groups_.size(), old_groups_.data());
}

void look_at_files_as(const Caller& caller) {
    if (!caller.gained_privilege)
        return;
    setfsgid(caller.gid);
    setfsuid(caller.uid);
}

int become_command_user(const Caller& caller, const Account* run_as) {
    if (caller.gained_privilege) {
        if (setresgid(caller.gid, caller.gid, caller.gid) != 0 || setresuid(caller.uid, caller.uid, caller.uid) != 0)
            return errno;
        const std::unique_ptr<_cap_struct, int (*)(void*)> none(cap_init(), cap_free);
        if (!none || cap_set_proc(none.get()) != 0)
            return errno;
    }
    if (run_as == nullptr)
        return 0;
    if (setgroups(run_as->groups.size(), run_as->groups.data()) != 0)
        return errno;
    if (setresgid(run_as->gid, run_as->gid, run_as->gid) != 0)
        return errno;
    if (setresuid(run_as->uid, run_as->uid, run_as->uid) != 0)
        return errno;
    return 0;
}

void keep_only(const std::vector<int>& capabilities) {
    const std::unique_ptr<_cap_struct, int (*)(void*)> now(cap_get_proc(), cap_free);
    const std::unique_ptr<_cap_struct, int (*)(void*)> kept(cap_init(), cap_free);
    if (!now || !kept)
        throw Error("cannot read the recorder's capabilities: " + errno_text(errno));
    for (const int capability : capabilities) {
        cap_flag_value_t held = CAP_CLEAR;
        const cap_value_t value = capability;
        if (cap_get_flag(now.get(), value, CAP_PERMITTED, &held) != 0 || held == CAP_CLEAR)
            continue;
        cap_set_flag(kept.get(), CAP_PERMITTED, 1, &value, CAP_SET);
        cap_set_flag(kept.get(), CAP_EFFECTIVE, 1, &value, CAP_SET);
    }
    if (cap_set_proc(kept.get()) != 0)
        throw Error("cannot give up capabilities: " + errno_text(errno));
    if (prctl(PR_SET_DUMPABLE, 0) != 0)
        throw Error("cannot become undumpable: " + errno_text(errno));
}

}  // namespace caprec
