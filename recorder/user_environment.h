// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "recorder/caller.h"

namespace caprec {

// The environment of a command that runs as another user.
struct UserEnvironment {
    std::vector<std::string> variables;  // "NAME=value"
    std::string directory;               // the directory to run in; empty: the caller's
};

// HOME, LOGNAME, USER and SHELL are the account's, as systemd sets them for User=; variables that belong to the
// caller's session, or name a file in a home that is closed to the user, are left out; PATH keeps the folders that
// `may_search` allows, or becomes systemd's own.  The rest is as in `from`.  The directory is "/" when the user may not
// search the caller's.
UserEnvironment user_environment(const std::vector<std::string>& from, const Account& account,
                                 const std::function<bool(const std::string& folder)>& may_search);

// The same for this process, asking the kernel.  Without the privilege to become that user, nothing is changed.
UserEnvironment user_environment(const Account& account);

}  // namespace caprec
