// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/symbols/elf/debug_server.h"
#include "analyzer/symbols/elf/elf_file.h"
#include "analyzer/symbols/elf/packed_files.h"
#include "analyzer/symbols/elf/root_directory.h"

namespace caprec {

// The places to look for the files of a trace.
struct FileSearch {
    std::string sysroot = "/";               // recorded paths are taken below it
    std::vector<std::string> debug_folders;  // they have .build-id/, and come before /usr/lib/debug
};

enum class FileOrigin : std::uint8_t { none, here, packed };

// The files that were found for a module.  Each may be null.
struct FoundFile {
    std::unique_ptr<ElfFile> code;         // the file itself
    std::unique_ptr<ElfFile> debug;        // its separate debug information
    std::unique_ptr<ElfFile> supplement;   // the parts that either shares with other files (dwz)
    FileOrigin origin = FileOrigin::none;  // origin of the code: packed files come from whoever made the trace
};

// Finds ELF files by the name and build id that a trace gives them: below the sysroot, in the folders of debug files,
// among the files that the trace brought, and with $DEBUGINFOD_URLS on servers.  A file with another build id than the
// recorded one is never used.
class FileFinder {
public:
    static constexpr std::size_t max_files = 1u << 14;

    // Throws Error when the sysroot cannot be opened.
    explicit FileFinder(const FileSearch& search);

    PackedFiles& packed() { return packed_; }  // to be filled before the first find()

    // `build_id` is raw bytes; empty: the trace has none.  A file is looked for once; the answer stays valid.
    const FoundFile& find(std::string_view name, std::string_view build_id);

    // A problem to tell the user about a file asked for so far, in one line.  First: no server could be asked, there
    // were too many files.  Then, in the order in which the files were met: not found, another build id, not verified.
    struct Problem {
        std::string name;  // the module, raw bytes of the trace; or the subject of the text
        std::string text;  // ours: "has build id ab12..., the trace has cd34...: not used"
    };
    std::vector<Problem> problems() const;

private:
    using Key = std::pair<std::string, std::string>;

    FoundFile look_for(const Key& key);
    std::unique_ptr<ElfFile> by_path(const Key& key, std::string& problem);
    std::unique_ptr<ElfFile> by_build_id(const std::string& build_id, const char* suffix);
    std::unique_ptr<ElfFile> from_packed(const Key& key, std::string& problem);
    void add_debug_files(const std::string& build_id, FoundFile& found);

    RootDirectory root_;
    std::vector<std::string> debug_folders_;
    PackedFiles packed_;
    DebugServer server_;
    std::map<Key, FoundFile> found_;
    std::vector<Problem> problems_;
    bool limit_reached_ = false;
};

// "ab12cd34..."; the first bytes are enough to tell two files apart.
std::string build_id_text(std::string_view build_id);

// False for names that stand for no file: "[vdso]", "//anon".
bool is_file_name(std::string_view module);

}  // namespace caprec
