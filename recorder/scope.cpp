// SPDX-License-Identifier: Apache-2.0
#include "recorder/scope.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include "recorder/cgroups.h"
#include "recorder/file_identity.h"
#include "recorder/messages.h"
#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t fewest_id_digits = 4;

// The kernel is asked in the caller's name: who may read the environment of a process may read its memory (ptrace(2),
// PTRACE_MODE_READ).
bool may_caller_trace(pid_t process, const Caller& caller) {
    const std::string path = "/proc/" + std::to_string(process) + "/environ";
    const pid_t child = fork();
    if (child < 0)
        throw Error("cannot ask the kernel whether you may trace " + std::to_string(process) + ": " +
                    limit_text(errno));
    if (child == 0)
        _exit(become_command_user(caller, nullptr) == 0 && open(path.c_str(), O_RDONLY | O_CLOEXEC) >= 0 ? 0 : 1);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void look_at_process(pid_t process, const Caller& caller) {
    const std::string number = std::to_string(process);
    const Descriptor folder("/proc/" + number, O_PATH | O_DIRECTORY);
    if (folder.get() < 0)
        throw Error("-p: there is no process " + number);
    const auto pidfd = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
    const int error = errno;
    if (pidfd < 0)
        throw Error("-p: " + number +
                    (error == EINVAL || error == ENOENT ? std::string(" is a thread: give the number of its process")
                                                        : ": " + errno_text(error)));
    close(pidfd);
    if (caller.gained_privilege && !may_caller_trace(process, caller))
        throw Error("-p: you may not trace process " + number +
                    "; with file capabilities alone, caprec records what its caller may trace; as root, anything");
}

std::string with_suffix(const std::string& unit) {
    constexpr const char* suffixes[] = {".service", ".scope", ".slice", ".socket", ".mount", ".swap"};
    const bool has_one = std::ranges::any_of(suffixes, [&](const char* suffix) { return unit.ends_with(suffix); });
    return has_one ? unit : unit + ".service";
}

bool is_id_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// Engines name the cgroup of a container by its id, with their own name around it: "docker-ID.scope", "ID".
bool is_container(const std::string& name, const std::string& id) {
    constexpr std::size_t whole = 64;
    for (std::size_t at = name.find(id); at != std::string::npos; at = name.find(id, at + 1)) {
        const bool begins = at == 0 || !is_id_digit(name[at - 1]);
        const std::size_t end = std::min(name.find_first_not_of("0123456789abcdef", at), name.size());
        if (begins && end - at == whole && !name.starts_with("libpod-conmon-"))
            return true;
    }
    return false;
}

Scope of_cgroup(const Cgroup& cgroup) { return {RecordingScope::cgroup, {cgroup.path}, {}, cgroup.id}; }

Scope the_only_one(const std::vector<Cgroup>& found, const std::string& what, const std::string& advice) {
    if (found.empty())
        throw Error("there is no cgroup of " + what + "; " + advice);
    // one may contain the others: a unit with cgroups of its own below it
    const bool is_one = std::ranges::all_of(found, [&](const Cgroup& each) {
        return each.path == found[0].path || each.path.starts_with(found[0].path + "/");
    });
    if (!is_one) {
        std::string paths;
        for (const Cgroup& each : found)
            paths += "\n  --cgroup " + shell_word(each.path);
        throw Error("there are " + std::to_string(found.size()) + " cgroups of " + what + "; give one of" + paths);
    }
    return of_cgroup(found[0]);
}

Scope find_unit(const std::string& unit) {
    const std::string name = with_suffix(unit);
    return the_only_one(Cgroups().find([&](const std::string& component) { return component == name; }),
                        "unit '" + escape(name) + "'", "is it running? systemctl status tells");
}

Scope find_container(const std::string& id) {
    if (id.size() < fewest_id_digits || !std::ranges::all_of(id, is_id_digit))
        throw Error("--container takes the id of a container, or its first digits, at least " +
                    std::to_string(fewest_id_digits) + ", not '" + escape(id) + "'; docker ps and podman ps list them");
    return the_only_one(Cgroups().find([&](const std::string& component) { return is_container(component, id); }),
                        "container '" + escape(id) + "'", "is it running? docker ps and podman ps list them");
}

}  // namespace

Scope find_scope(const ScopeRequest& request, const Caller& caller) {
    if (request.is_command())
        return {};
    if (request.processes.empty() && caller.gained_privilege)
        throw Error(
            "--cgroup, --unit, --container and -a record processes of other users: that needs root; with file "
            "capabilities alone, -p records what you may trace");
    if (request.machine)
        return {RecordingScope::machine, {}, {}, 0};
    if (!request.cgroup.empty())
        return of_cgroup(Cgroups().at(request.cgroup));
    if (!request.unit.empty())
        return find_unit(request.unit);
    if (!request.container.empty())
        return find_container(request.container);
    Scope scope{RecordingScope::processes, {}, request.processes, 0};
    for (const pid_t process : request.processes) {
        look_at_process(process, caller);
        scope.names.push_back(std::to_string(process));
    }
    return scope;
}

std::vector<pid_t> readers_of(int fd) {
    namespace fs = std::filesystem;
    struct stat pipe {};
    if (fstat(fd, &pipe) != 0 || !S_ISFIFO(pipe.st_mode))
        return {};
    std::vector<pid_t> readers;
    std::error_code error;
    for (fs::directory_iterator process("/proc", error), end; !error && process != end; process.increment(error)) {
        const std::string name = process->path().filename();
        pid_t number = 0;
        if (std::from_chars(name.data(), name.data() + name.size(), number).ptr != name.data() + name.size() ||
            number == getpid())
            continue;
        std::error_code gone;
        for (fs::directory_iterator each(process->path() / "fd", gone); !gone && each != end; each.increment(gone)) {
            struct stat other {};
            if (stat(each->path().c_str(), &other) == 0 && other.st_ino == pipe.st_ino && other.st_dev == pipe.st_dev) {
                readers.push_back(number);
                break;
            }
        }
    }
    return readers;
}

}  // namespace caprec
