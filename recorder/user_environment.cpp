// SPDX-License-Identifier: Apache-2.0
#include "recorder/user_environment.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "schema/error.h"

namespace caprec {
namespace {

constexpr std::string_view systemd_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// Variables that are set anew, or that are about the session of the recorder's caller, and lead to the caller's files.
constexpr std::string_view personal[] = {
    "HOME",
    "LOGNAME",
    "USER",
    "SHELL",
    "USERNAME",
    "MAIL",
    "OLDPWD",
    "XAUTHORITY",
    "ICEAUTHORITY",
    "SSH_AUTH_SOCK",
    "SSH_AGENT_PID",
    "GNUPGHOME",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
    "DBUS_SESSION_BUS_ADDRESS",
    "HISTFILE",
    "BASH_ENV",
    "ENV",
    "INPUTRC",
    "NETRC",
    "CURL_HOME",
};

std::string_view name_of(std::string_view variable) { return variable.substr(0, variable.find('=')); }

// As for systemd, a shell that lets nobody in does not count.
bool is_shell(std::string_view shell) {
    return shell.starts_with('/') && !shell.ends_with("/nologin") && !shell.ends_with("/false");
}

std::string_view value_of(const std::vector<std::string>& variables, std::string_view name) {
    for (const std::string_view variable : variables)
        if (name_of(variable) == name)
            return variable.substr(std::min(name.size() + 1, variable.size()));
    return {};
}

// A file of the caller's own, such as CARGO_HOME=/home/me/.cargo.
bool lies_in(std::string_view value, std::string_view home) {
    return home.size() > 1 && value.starts_with(home) && (value.size() == home.size() || value[home.size()] == '/');
}

std::string searchable(std::string_view folders, const std::function<bool(const std::string&)>& may_search) {
    std::string kept;
    while (!folders.empty()) {
        const std::string folder(folders.substr(0, folders.find(':')));
        folders.remove_prefix(std::min(folder.size() + 1, folders.size()));
        if (!folder.starts_with('/') || !may_search(folder))
            continue;
        kept.append(kept.empty() ? "" : ":").append(folder);
    }
    return kept.empty() ? std::string(systemd_path) : kept;
}

std::vector<std::string> variables_of_process() {
    std::vector<std::string> variables;
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
        variables.emplace_back(*variable);
    return variables;
}

}  // namespace

UserEnvironment user_environment(const std::vector<std::string>& from, const Account& account,
                                 const std::function<bool(const std::string&)>& may_search) {
    UserEnvironment user;
    if (!may_search("."))
        user.directory = "/";
    const std::string callers_home(value_of(from, "HOME"));
    const bool home_is_closed = !callers_home.empty() && !may_search(callers_home);
    for (const std::string& variable : from) {
        const std::string_view name = name_of(variable);
        const std::string_view value = std::string_view(variable).substr(std::min(name.size() + 1, variable.size()));
        const bool is_of_home = home_is_closed && name != "PATH" && lies_in(value, callers_home);
        if (std::ranges::find(personal, name) != std::end(personal) || is_of_home)
            continue;
        if (name == "PATH")
            user.variables.push_back("PATH=" + searchable(value, may_search));
        else if (name == "PWD" && !user.directory.empty())
            user.variables.push_back("PWD=" + user.directory);
        else
            user.variables.push_back(variable);
    }
    const std::string name = account.name.empty() ? std::to_string(account.uid) : account.name;
    user.variables.push_back("HOME=" + (account.home.starts_with('/') ? account.home : "/"));
    user.variables.push_back("LOGNAME=" + name);
    user.variables.push_back("USER=" + name);
    if (is_shell(account.shell))
        user.variables.push_back("SHELL=" + account.shell);
    return user;
}

UserEnvironment user_environment(const Account& account) {
    const std::vector<std::string> from = variables_of_process();
    Caller user;
    user.on_behalf_of = account.uid;
    user.account = account;
    try {
        const ActAsCaller as_user(user);
        return user_environment(from, account, [](const std::string& folder) {
            return faccessat(AT_FDCWD, folder.c_str(), X_OK, AT_EACCESS) == 0 || errno != EACCES;
        });
    } catch (const Error&) {
        return {from, {}};
    }
}

}  // namespace caprec
