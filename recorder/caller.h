// SPDX-License-Identifier: Apache-2.0
//
// The person who called the recorder, and what the recorder may therefore do in that person's name.
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

#include "recorder/account.h"

namespace caprec {

struct Caller {
    uid_t uid = 0;  // real ids
    gid_t gid = 0;
    uid_t effective_uid = 0;
    uid_t on_behalf_of = 0;          // the person whose files are written: under sudo, the one who called it
    std::optional<Account> account;  // account of on_behalf_of, unless that is the real uid
    bool gained_privilege = false;   // set-uid or file capabilities: we may do more than the caller may
};

Caller find_caller();

// While it lives, files are opened with the ids of the person that `caller` acts for.
class ActAsCaller {
public:
    explicit ActAsCaller(const Caller& caller);
    ~ActAsCaller();
    ActAsCaller(const ActAsCaller&) = delete;
    ActAsCaller& operator=(const ActAsCaller&) = delete;

private:
    uid_t old_uid_;
    gid_t old_gid_;
    std::vector<gid_t> old_groups_;
    bool groups_changed_ = false;
};

// From now on files are looked at with the ids of the user who called a set-user-ID recorder; otherwise with its own.
void look_at_files_as(const Caller& caller);

// In the command's process, gives up for good everything that the caller did not have, then takes the ids of `run_as`
// if there is one.  Returns 0 or an errno; safe between fork and exec.
int become_command_user(const Caller& caller, const Account* run_as);

// Gives up every capability but those named by number, and becomes undumpable.  Throws Error.
void keep_only(const std::vector<int>& capabilities);

}  // namespace caprec
