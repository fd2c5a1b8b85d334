// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/file_finder.h"

#include <fcntl.h>
#include <algorithm>
#include <cerrno>

#include "schema/error.h"
#include "schema/hex.h"

namespace caprec {
namespace {

constexpr std::string_view deleted = " (deleted)";

// Null, with a reason, when it is not an ELF file.
std::unique_ptr<ElfFile> open_elf(const FileDescriptor& file, std::string& problem) {
    try {
        return std::make_unique<ElfFile>(FileImage::map(file.get()));
    } catch (const Error& error) {
        problem = error.what();
        return nullptr;
    }
}

std::unique_ptr<ElfFile> with_build_id(const FileDescriptor& file, const std::string& build_id) {
    std::string unused;
    std::unique_ptr<ElfFile> elf;
    if (file)
        elf = open_elf(file, unused);
    if (elf != nullptr && elf->build_id() != build_id)
        elf.reset();
    return elf;
}

// The build id of the file that this one shares debug information with; empty: none.
std::string supplement_of(const ElfFile& file) {
    const ElfSection* section = file.section(".gnu_debugaltlink");
    const std::string_view bytes = section != nullptr ? file.bytes_of(*section) : std::string_view();
    const std::size_t end = bytes.find('\0');
    if (end == std::string_view::npos || bytes.size() - end - 1 > ElfFile::max_build_id_bytes)
        return {};
    return std::string(bytes.substr(end + 1));
}

}  // namespace

std::string build_id_text(std::string_view build_id) {
    constexpr std::size_t shown = 8;
    return hex_of_bytes(build_id.substr(0, shown)) + (build_id.size() > shown ? "..." : "");
}

bool is_file_name(std::string_view module) { return module.starts_with('/') && !module.starts_with("//"); }

FileFinder::FileFinder(const FileSearch& search) : root_(search.sysroot), debug_folders_(search.debug_folders) {
    if (search.sysroot != "/")
        debug_folders_.push_back(search.sysroot + "/usr/lib/debug");
    debug_folders_.emplace_back("/usr/lib/debug");
}

const FoundFile& FileFinder::find(std::string_view name, std::string_view build_id) {
    static const FoundFile nothing;
    Key key{name, build_id};
    if (const auto known = found_.find(key); known != found_.end())
        return known->second;
    if (found_.size() >= max_files) {
        limit_reached_ = true;
        return nothing;
    }
    FoundFile found = look_for(key);
    return found_.emplace(std::move(key), std::move(found)).first->second;
}

std::vector<FileFinder::Problem> FileFinder::problems() const {
    std::vector<Problem> all = problems_;
    static_assert(max_files == 16'384);
    if (limit_reached_)
        all.insert(all.begin(), {"the trace", "more than 16,384 files: further ones were not looked for"});
    if (!server_.problem().empty())
        all.insert(all.begin(), {"DEBUGINFOD_URLS", server_.problem()});
    return all;
}

FoundFile FileFinder::look_for(const Key& key) {
    const auto& [name, build_id] = key;
    FoundFile found;
    std::string problem;
    // Without a build id, the file that came with the trace is nearer to the one that ran than a file of the same name
    // here.
    const auto take_packed = [&] {
        if (found.code == nullptr && (found.code = from_packed(key, problem)) != nullptr)
            found.origin = FileOrigin::packed;
    };
    if (build_id.empty())
        take_packed();
    if (found.code == nullptr && (found.code = by_path(key, problem)) != nullptr)
        found.origin = FileOrigin::here;
    if (found.code == nullptr && (found.code = by_build_id(build_id, "")) != nullptr)
        found.origin = FileOrigin::here;
    if (!build_id.empty())
        take_packed();
    if (found.code == nullptr && (found.code = with_build_id(server_.executable(build_id), build_id)) != nullptr)
        found.origin = FileOrigin::here;
    if (found.code != nullptr)
        add_debug_files(build_id, found);
    const bool unverified = found.code != nullptr && build_id.empty() && is_file_name(name);
    if (unverified)
        problem = found.origin == FileOrigin::packed
                      ? "it had no build id when it was packed: whether it is the one that ran is not known"
                      : "the trace has no build id of it: the file of that name is used as it is now";
    else if (found.code == nullptr && problem.empty() && is_file_name(name))
        problem = "not found" + (build_id.empty() ? "" : " (build id " + build_id_text(build_id) + ")");
    if ((found.code == nullptr || unverified) && !problem.empty())
        problems_.push_back({name, problem});
    return found;
}

std::unique_ptr<ElfFile> FileFinder::by_path(const Key& key, std::string& problem) {
    const auto& [name, build_id] = key;
    if (!is_file_name(name) || name.find('\0') != std::string::npos)
        return nullptr;
    const bool was_deleted = name.ends_with(deleted);
    if (was_deleted && build_id.empty())
        return nullptr;
    const FileDescriptor file = root_.open(was_deleted ? name.substr(0, name.size() - deleted.size()) : name);
    if (!file) {
        if (errno == EACCES || errno == EPERM)
            problem = "cannot be opened: " + errno_text(errno);
        return nullptr;
    }
    std::unique_ptr<ElfFile> elf = open_elf(file, problem);
    if (elf == nullptr || build_id.empty() || elf->build_id() == build_id)
        return elf;
    problem = elf->build_id().empty() ? "has no build id" : "has build id " + build_id_text(elf->build_id());
    problem += ", the trace has " + build_id_text(build_id) + ": not used";
    return nullptr;
}

std::unique_ptr<ElfFile> FileFinder::by_build_id(const std::string& build_id, const char* suffix) {
    if (build_id.size() < 2)
        return nullptr;
    const std::string file =
        "/.build-id/" + hex_of_bytes(build_id.substr(0, 1)) + "/" + hex_of_bytes(build_id.substr(1)) + suffix;
    for (const std::string& folder : debug_folders_) {
        const FileDescriptor opened(::open((folder + file).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
        if (std::unique_ptr<ElfFile> elf = with_build_id(opened, build_id); elf != nullptr)
            return elf;
    }
    return nullptr;
}

std::unique_ptr<ElfFile> FileFinder::from_packed(const Key& key, std::string& problem) {
    FileImage image = packed_.take(key.first, key.second);
    if (!image)
        return nullptr;
    try {
        auto elf = std::make_unique<ElfFile>(std::move(image));
        if (key.second.empty() || elf->build_id() == key.second)
            return elf;
        problem = "the copy in the trace has another build id: not used";
    } catch (const Error& error) {
        problem = "the copy in the trace " + std::string(error.what());
    }
    return nullptr;
}

void FileFinder::add_debug_files(const std::string& build_id, FoundFile& found) {
    const auto has_lines = [](const ElfFile& file) {
        return file.section(".debug_info") != nullptr || file.section(".zdebug_info") != nullptr;
    };
    const bool complete = found.origin == FileOrigin::here && has_lines(*found.code);
    if (!complete) {
        found.debug = by_build_id(build_id, ".debug");
        if (found.debug == nullptr)
            found.debug = with_build_id(server_.debug_info(build_id), build_id);
    }
    const ElfFile* lines = complete ? found.code.get() : found.debug.get();
    const std::string supplement = lines != nullptr ? supplement_of(*lines) : std::string();
    if (supplement.empty())
        return;
    found.supplement = by_build_id(supplement, ".debug");
    if (found.supplement == nullptr)
        found.supplement = with_build_id(server_.debug_info(supplement), supplement);
}

}  // namespace caprec
