// SPDX-License-Identifier: Apache-2.0
#include "recorder/cgroups.h"

#include <linux/magic.h>
#include <mntent.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>

#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

// Where mount(8) has it; empty: nowhere.
std::string mount_of_cgroups() {
    struct Closer {
        void operator()(std::FILE* file) const { endmntent(file); }
    };
    const std::unique_ptr<std::FILE, Closer> table(setmntent("/proc/self/mounts", "re"));
    if (!table)
        return {};
    while (const mntent* entry = getmntent(table.get()))
        if (std::string(entry->mnt_type) == "cgroup2")
            return entry->mnt_dir;
    return {};
}

bool is_of_cgroups(const std::string& path) {
    struct statfs about {};
    return statfs(path.c_str(), &about) == 0 && about.f_type == CGROUP2_SUPER_MAGIC;
}

// The number of a folder there is that of its cgroup.
std::uint64_t number_of(const std::string& path) {
    struct stat about {};
    return stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode) ? about.st_ino : 0;
}

}  // namespace

Cgroups::Cgroups() : mount_(mount_of_cgroups()) {
    if (mount_.empty())
        throw Error(
            "the hierarchy of cgroup v2 is not mounted here, and those of v1 do not do for this: mount it "
            "(mount -t cgroup2 none DIR), or record the processes by number (-p)");
}

Cgroup Cgroups::at(const std::string& path) const {
    namespace fs = std::filesystem;
    const bool is_absolute = is_of_cgroups(path) && path.starts_with('/');
    std::error_code error;
    const fs::path full = fs::canonical(is_absolute ? fs::path(path) : fs::path(mount_ + "/" + path), error);
    const std::string text = full.string();
    const std::uint64_t id = error || !is_of_cgroups(text) ? 0 : number_of(text);
    if (id == 0)
        throw Error("there is no cgroup '" + escape(path) + "' below " + escape(mount_) +
                    "; systemd-cgls(1) lists them");
    const std::string below = text.starts_with(mount_ + "/") ? text.substr(mount_.size()) : text == mount_ ? "" : text;
    return {below.empty() ? "/" : below, id};
}

// Others come and go meanwhile: a folder that is gone when its turn comes ends the walk, which then begins again.
std::vector<Cgroup> Cgroups::all() const {
    namespace fs = std::filesystem;
    constexpr int most_walks = 100;
    std::error_code error;
    for (int walk = 0; walk < most_walks; ++walk) {
        std::vector<Cgroup> found;
        error.clear();
        for (fs::recursive_directory_iterator each(mount_, error), end; !error && each != end; each.increment(error)) {
            std::error_code gone;
            if (each->is_symlink(gone) || !each->is_directory(gone))
                continue;
            const std::string path = each->path().string();
            if (const std::uint64_t id = number_of(path); id != 0)
                found.push_back({path.substr(mount_.size()), id});
        }
        if (!error) {
            std::ranges::sort(found, {}, &Cgroup::path);
            return found;
        }
    }
    throw Error("cannot read the cgroups below " + escape(mount_) + ": " + errno_text(error.value()) +
                "; give the path of the one that is meant (--cgroup)");
}

}  // namespace caprec
