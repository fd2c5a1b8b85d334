// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/containers/id_hash.h"
#include "analyzer/symbols/elf/file_finder.h"
#include "analyzer/symbols/elf/module_symbols.h"
#include "analyzer/symbols/unwind/unwinder.h"
#include "analyzer/symbols/unwind/user_frame.h"
#include "schema/trace_reader.h"

namespace caprec {

// The user stacks of a trace by id, unwound and with names, computed once each.  Files are looked for when a stack
// needs them.
class UserStacks : public FilesVisitor {
public:
    static constexpr std::size_t max_frames = 1024;  // the most of one stack, inlined ones included
    // Limits in bytes, about.  Beyond the first, stacks are forgotten and computed anew; beyond the others, there are
    // no more lines, or no more tables of files.
    static constexpr std::size_t max_kept_bytes = std::size_t{64} << 20, max_line_bytes = std::size_t{256} << 20,
                                 max_table_bytes = std::size_t{512} << 20;

    // Keeps the reader.  Throws Error when the sysroot cannot be opened.
    UserStacks(const TraceReader& reader, const FileSearch& search);
    ~UserStacks() override;
    UserStacks(const UserStacks&) = delete;
    UserStacks& operator=(const UserStacks&) = delete;

    // These must get each chunk of files (TraceReader::visit_files) before the first stack is asked for.
    void on(const FilePart& part) override;
    void on(const CodeLines& lines) override;

    // There are no frames for 0 and for ids without a definition.  The result is valid until the next call.
    const ResolvedStack& stack(UserStackId user_stack);

    // The frames of the same stack outside of the C library, from the innermost to the first that has a name and does
    // more than system calls.  They tell where in the program it was, without a look at the C library's symbols.
    ResolvedStack calling_frames(UserStackId user_stack);

    // Whether both show the same calls, though the rest of the stacks may differ.  Ids beyond a limit are like no
    // others.
    bool alike(UserStackId one, UserStackId other) { return one == other || chain(one) == chain(other); }

    // Only unwinds the stack, for whoever needs the places and not their names.
    void unwind(UserStackId user_stack, UnwoundStack& into);
    const CodeNames& names(const CodePlace& place);  // valid until the next call
    const FoundFile& file(ModuleId module);
    bool came_with_trace(const std::string& name, const std::string& build_id) const {
        return packed_.contains({name, build_id});
    }

    // Problems to tell the user: files that were not found or not used, and damaged ones in the trace.
    std::vector<FileFinder::Problem> problems() const;

    bool limits_reached() const { return limits_reached_; }

private:
    struct ModuleFile;
    struct Place {
        const ModuleFile* file;
        std::uint64_t offset;
        std::array<std::uint64_t, 2> parts() const { return {reinterpret_cast<std::uintptr_t>(file), offset}; }
        friend bool operator==(const Place&, const Place&) = default;
    };
    ModuleFile& module(ModuleId id);
    const FoundFile& find_file(const std::string_view name, std::string_view build_id);
    UserStackId chain(UserStackId user_stack);  // the first one seen with the same calls
    // Frame pointers lead on from a file that is not here, but skip the frame before a function that does not keep one.
    void end_at_missing_file(UnwoundStack& stack);
    std::string why_incomplete(const UserStack& stack, const UnwoundStack& unwound);
    void add_frames(const CodePlace& place, std::vector<UserFrame>& frames);

    const TraceReader& reader_;
    FileFinder finder_;
    Unwinder unwinder_;
    UnwoundStack unwound_;
    std::map<std::pair<std::string, std::string>, CodeLines> lines_;
    std::set<std::pair<std::string, std::string>> packed_;  // names and build ids
    std::map<std::string, std::string> packed_problems_;
    std::size_t line_bytes_ = 0, stack_bytes_ = 0, name_bytes_ = 0, table_bytes_ = 0;
    bool table_limit_reached_ = false;
    std::map<std::pair<std::string_view, std::string_view>, std::unique_ptr<ModuleFile>> files_;
    std::unordered_map<ModuleId, ModuleFile*, IdHash> modules_;
    std::unordered_map<Place, CodeNames, KeyHash> names_;
    std::unordered_map<UserStackId, ResolvedStack, IdHash> stacks_;
    std::unordered_map<UserStackId, UserStackId, IdHash> chain_of_;
    std::map<std::pair<std::vector<CodePlace>, UnwindEnd>, UserStackId> chains_;
    std::size_t chain_frames_ = 0;
    bool limits_reached_ = false;
};

}  // namespace caprec
