// SPDX-License-Identifier: Apache-2.0
#include "tests/live/files.h"

#include <algorithm>
#include <filesystem>

namespace caprec {

namespace fs = std::filesystem;

std::string FilesTest::copied_chain() const {
    for (const char* name : {program_name, library_name})
        replace(name, program(name));
    return path(program_name);
}

void FilesTest::replace(const std::string& name, const std::string& source) const {
    fs::copy_file(source, path(name + ".new"), fs::copy_options::overwrite_existing);
    fs::rename(path(name + ".new"), path(name));
}

ShownStack FilesTest::chain_stack(const std::vector<std::string>& options) {
    ShownStack shown = stack("CAP_SYS_NICE", "setpriority", options, &notes);
    const std::string filtered = "capanalyze: filtered: ";  // how much the answer is about
    if (notes.starts_with(filtered))
        notes.erase(0, std::min(notes.find('\n'), notes.size() - 1) + 1);
    return shown;
}

std::string FilesTest::build_id(const std::string& file) {
    const Ended told = run({{"readelf", "-n", file}, {}, {"LC_ALL=C"}, {}, -1, false});
    const std::string before = "Build ID: ";
    const std::size_t at = told.out.find(before);
    if (at == std::string::npos) {
        ADD_FAILURE() << file << " has no build id: " << told.err;
        return "0000";
    }
    const std::size_t start = at + before.size();
    return told.out.substr(start, told.out.find_first_not_of("0123456789abcdef", start) - start);
}

std::string FilesTest::by_build_id(const std::string& folder, const std::string& id, const std::string& suffix) const {
    const std::string inner = path(folder + "/.build-id/" + id.substr(0, 2));
    fs::create_directories(inner);
    return inner + "/" + id.substr(2) + suffix;
}

void FilesTest::keep(const std::string& folder, const std::string& file) const {
    fs::copy_file(file, by_build_id(folder, build_id(file), ""));
}

void FilesTest::split_debug(const std::string& file, const std::string& to) const {
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"objcopy", "--only-keep-debug", file, to}, {"strip", file}}) {
        const Ended ended = run({command, directory(), {}, {}, -1, false});
        ASSERT_EQ(ended.status, 0) << ended.err;
    }
}

void FilesTest::expect_prefix(const ShownStack& part, const ShownStack& whole) {
    const std::vector<FramePlace> inner = part.places(), all = whole.places();
    ASSERT_LT(inner.size(), all.size()) << part.text();
    EXPECT_TRUE(std::equal(inner.begin(), inner.end(), all.begin())) << part.text() << whole.text();
}

}  // namespace caprec
