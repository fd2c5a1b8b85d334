// SPDX-License-Identifier: Apache-2.0
#include "recorder/account.h"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>

#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

#ifdef CAPREC_STATIC

using Input = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

template <class Fits> const passwd* find_entry(Fits fits) {
    const Input file(std::fopen("/etc/passwd", "re"), std::fclose);
    while (const passwd* entry = file ? fgetpwent(file.get()) : nullptr)
        if (fits(*entry))
            return entry;
    return nullptr;
}

const passwd* entry_of(const std::string& name) {
    return find_entry([&](const passwd& entry) { return name == entry.pw_name; });
}

const passwd* entry_of(uid_t uid) {
    return find_entry([&](const passwd& entry) { return uid == entry.pw_uid; });
}

std::vector<gid_t> groups_of(const passwd& entry) {
    std::vector<gid_t> groups{entry.pw_gid};
    const std::string name = entry.pw_name;
    const Input file(std::fopen("/etc/group", "re"), std::fclose);
    while (const group* each = file ? fgetgrent(file.get()) : nullptr) {
        if (std::find(groups.begin(), groups.end(), each->gr_gid) != groups.end())
            continue;
        for (char** member = each->gr_mem; *member != nullptr; ++member)
            if (name == *member) {
                groups.push_back(each->gr_gid);
                break;
            }
    }
    return groups;
}

constexpr const char* where_to_look = " in /etc/passwd, which is all that this static build looks at";

#else

const passwd* entry_of(const std::string& name) { return getpwnam(name.c_str()); }

const passwd* entry_of(uid_t uid) { return getpwuid(uid); }

std::vector<gid_t> groups_of(const passwd& entry) {
    int count = 64;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    while (getgrouplist(entry.pw_name, entry.pw_gid, groups.data(), &count) < 0)
        groups.resize(static_cast<std::size_t>(count));
    groups.resize(static_cast<std::size_t>(count));
    return groups;
}

constexpr const char* where_to_look = "; getent passwd lists the users";

#endif

Account account_of(const passwd& entry) {
    Account account{entry.pw_name, entry.pw_uid, entry.pw_gid, {}, entry.pw_dir, entry.pw_shell};
    account.groups = groups_of(entry);
    return account;
}

}  // namespace

std::optional<uid_t> parse_id(const char* text) {
    if (text == nullptr || *text == '\0')
        return std::nullopt;
    const std::string whole = text;
    uid_t value = 0;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    if (error != std::errc{} || end != whole.data() + whole.size() || value == static_cast<uid_t>(-1))
        return std::nullopt;
    return value;
}

Account find_account(const std::string& user) {
    if (const passwd* entry = entry_of(user))
        return account_of(*entry);
    const std::optional<uid_t> number = parse_id(user.c_str());
    if (!number)
        throw Error("there is no user '" + escape(user) + "'" + where_to_look);
    if (const passwd* entry = entry_of(*number))
        return account_of(*entry);
    return Account{"", *number, static_cast<gid_t>(*number), {static_cast<gid_t>(*number)}, {}, {}};
}

}  // namespace caprec
