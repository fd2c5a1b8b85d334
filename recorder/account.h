// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace caprec {

struct Account {
    std::string name;  // empty when the number has no name
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;  // supplementary groups, gid included
    std::string home, shell;    // empty: there is no entry in passwd
};

// The account of a user, by name or number.  Throws Error when there is no such user.  A static build asks no name
// service (LDAP, systemd): it knows the users and groups of /etc/passwd and /etc/group, and says so.
Account find_account(const std::string& user);

// A user's or group's number; nothing when the text is none.
std::optional<uid_t> parse_id(const char* text);

}  // namespace caprec
