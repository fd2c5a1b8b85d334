// SPDX-License-Identifier: Apache-2.0
#include "analyzer/sites/user_stacks.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "analyzer/symbols/elf/demangle.h"
#include "analyzer/symbols/unwind/syscall_layer.h"

namespace caprec {
namespace {

constexpr std::string_view made_at_run_time = "//anon";

std::size_t bytes_of(const CodeLines& lines) {
    std::size_t bytes = 0;
    for (const CodeLine& line : lines.lines)
        bytes += bytes_of(line);
    return bytes;
}

std::size_t bytes_of(const CodeNames& names) {
    std::size_t bytes = 2 * sizeof names;
    for (const SourceFrame& frame : names.frames)
        bytes += sizeof frame + frame.function.size() + frame.file.size();
    return bytes;
}

// Cuts a line down to the limits of lines from debug information.
CodeLine shortened(const CodeLine& line) {
    constexpr std::size_t max_inlined = 64, max_file_bytes = 4096;
    CodeLine result = line;
    result.frames.resize(std::min(line.frames.size(), max_inlined + 1));
    for (SourceFrame& frame : result.frames) {
        frame.function.resize(std::min(frame.function.size(), max_demangled_bytes));
        frame.file.resize(std::min(frame.file.size(), max_file_bytes));
    }
    return result;
}

// Takes the frames that the kernel found along frame pointers.
void take_frames(const UserStack& stack, UnwoundStack& into) {
    into.frames.clear();
    into.end = UnwindEnd::no_information;
    for (const std::uint64_t encoded : stack.pointers) {
        const std::optional<UserPointer> pointer = decode_pointer(encoded);
        if (!pointer || !pointer->module || into.frames.size() == Unwinder::max_frames)
            return;
        into.frames.push_back({pointer->module, pointer->offset, into.frames.empty()});
    }
}

const char* outside_text(std::uint32_t flags) {
    if ((flags & user_stack_alternate) != 0)
        return "a signal handler on a stack of its own: what it interrupted is on another one";
    if ((flags & user_stack_cut) != 0)
        return "deeper than the recorder keeps";
    if ((flags & user_stack_unreadable) != 0)
        return "a part of the stack could not be read";
    return "goes on on a stack that was not recorded";
}

}  // namespace

struct UserStacks::ModuleFile {
    std::string name;
    const FoundFile* file;
    std::unique_ptr<CfiTable> cfi;  // null: no file
    ModuleSymbols symbols;

    ModuleFile(std::string_view module, const FoundFile& found, const CodeLines* lines)
        : name(module), file(&found), symbols(found, lines) {
        if (found.code != nullptr)
            cfi = std::make_unique<CfiTable>(*found.code, found.debug.get());
    }
};

UserStacks::UserStacks(const TraceReader& reader, const FileSearch& search)
    : reader_(reader), finder_(search), unwinder_([this](ModuleId id) { return module(id).cfi.get(); }) {}

UserStacks::~UserStacks() = default;

void UserStacks::on(const FilePart& part) {
    const std::string problem = finder_.packed().add(part);
    if (problem.empty())
        packed_.emplace(part.name, part.build_id);
    if (!problem.empty() && packed_problems_.size() < FileFinder::max_files)
        packed_problems_.emplace(part.name, "in the trace: " + problem);
}

void UserStacks::on(const CodeLines& lines) {
    line_bytes_ += bytes_of(lines);
    if (line_bytes_ > max_line_bytes) {
        limits_reached_ = true;
        return;
    }
    CodeLines& known = lines_[{lines.name, lines.build_id}];
    for (const CodeLine& line : lines.lines)
        known.lines.push_back(shortened(line));
}

UserStacks::ModuleFile& UserStacks::module(ModuleId id) {
    if (const auto known = modules_.find(id); known != modules_.end())
        return *known->second;
    const Module* entry = reader_.module(id);
    const bool of_user = entry != nullptr && entry->kind == ModuleKind::user;
    const std::string_view name = of_user ? reader_.string(entry->name) : std::string_view();
    const std::string_view build_id = of_user ? std::string_view(entry->build_id) : std::string_view();
    std::unique_ptr<ModuleFile>& file = files_[{name, build_id}];
    if (file == nullptr) {
        const auto lines = lines_.find({std::string(name), std::string(build_id)});
        file = std::make_unique<ModuleFile>(name, find_file(name, build_id),
                                            lines == lines_.end() ? nullptr : &lines->second);
        table_bytes_ += file->cfi != nullptr ? file->cfi->memory() : 0;
    }
    modules_.emplace(id, file.get());
    return *file;
}

const FoundFile& UserStacks::find_file(const std::string_view name, std::string_view build_id) {
    static const FoundFile nothing;
    table_limit_reached_ = table_limit_reached_ || table_bytes_ >= max_table_bytes;
    return table_limit_reached_ ? nothing : finder_.find(name, build_id);
}

const FoundFile& UserStacks::file(ModuleId id) { return *module(id).file; }

void UserStacks::unwind(UserStackId id, UnwoundStack& into) {
    const UserStack* stack = reader_.user_stack(id);
    into.frames.clear();
    into.end = UnwindEnd::nothing_recorded;
    into.frame_may_be_missing = false;
    if (stack != nullptr && stack->kind == UserStackKind::frame_pointers) {
        take_frames(*stack, into);
    } else if (stack != nullptr) {
        unwinder_.unwind(*stack, into);
        end_at_missing_file(into);
    }
}

UserStackId UserStacks::chain(UserStackId id) {
    if (const auto known = chain_of_.find(id); known != chain_of_.end())
        return known->second;
    if (chain_frames_ * sizeof(CodePlace) > max_kept_bytes)
        return id;
    unwind(id, unwound_);
    chain_frames_ += unwound_.frames.size() + 1;
    const UserStackId first = chains_.emplace(std::pair(unwound_.frames, unwound_.end), id).first->second;
    chain_of_.emplace(id, first);
    return first;
}

void UserStacks::end_at_missing_file(UnwoundStack& stack) {
    const auto missing = std::find_if(stack.frames.begin(), stack.frames.end(), [this](const CodePlace& place) {
        const ModuleFile& file = module(place.module);
        return file.cfi == nullptr && file.name != made_at_run_time;
    });
    if (missing == stack.frames.end() || missing + 1 == stack.frames.end())
        return;
    stack.frames.erase(missing + 1, stack.frames.end());
    stack.end = UnwindEnd::no_information;
}

const CodeNames& UserStacks::names(const CodePlace& place) {
    ModuleFile& file = module(place.module);
    const Place key{&file, place.lookup_offset()};
    if (const auto known = names_.find(key); known != names_.end())
        return known->second;
    if (name_bytes_ > max_kept_bytes) {
        names_.clear();
        name_bytes_ = 0;
    }
    const std::size_t before = file.symbols.memory();
    const CodeNames& names = names_.emplace(key, file.symbols.find(key.offset)).first->second;
    table_bytes_ += file.symbols.memory() - before;
    name_bytes_ += bytes_of(names);
    return names;
}

const ResolvedStack& UserStacks::stack(UserStackId id) {
    static const ResolvedStack nothing;
    if (const auto known = stacks_.find(id); known != stacks_.end())
        return known->second;
    const UserStack* content = reader_.user_stack(id);
    if (content == nullptr)
        return nothing;
    if (stack_bytes_ > max_kept_bytes) {
        stacks_.clear();
        stack_bytes_ = 0;
    }
    unwind(id, unwound_);
    ResolvedStack resolved;
    resolved.incomplete = why_incomplete(*content, unwound_);
    for (const CodePlace& place : unwound_.frames) {
        add_frames(place, resolved.frames);
        if (resolved.frames.size() > max_frames) {
            resolved.frames.resize(max_frames);
            resolved.incomplete = "more than " + std::to_string(max_frames) + " frames, with the inlined ones";
            break;
        }
    }
    stack_bytes_ += memory_of(resolved);
    return stacks_.emplace(id, std::move(resolved)).first->second;
}

ResolvedStack UserStacks::calling_frames(UserStackId id) {
    ResolvedStack found;
    unwind(id, unwound_);
    for (const CodePlace& place : unwound_.frames) {
        if (is_c_library(module(place.module).name))
            continue;
        add_frames(place, found.frames);
        if (const std::string& function = found.frames.back().function;
            !function.empty() && !is_syscall_package(function))
            break;
    }
    return found;
}

void UserStacks::add_frames(const CodePlace& place, std::vector<UserFrame>& frames) {
    const CodeNames& known = names(place);
    const std::string& name = module(place.module).name;
    for (const SourceFrame& source : known.frames)
        frames.push_back({source.function, source.file, source.line, name, place.offset, 0, true});
    UserFrame& outer = frames.back();
    outer.inlined = false;
    if (known.function_start && place.offset >= *known.function_start)
        outer.function_offset = place.offset - *known.function_start;
}

std::string UserStacks::why_incomplete(const UserStack& stack, const UnwoundStack& unwound) {
    if (stack.kind == UserStackKind::frame_pointers)
        return "by frame pointers only: frames may be missing";
    switch (unwound.end) {
        case UnwindEnd::thread_start:
            return unwound.frame_may_be_missing ? "nothing describes the innermost function: its caller may be missing"
                                                : "";
        case UnwindEnd::nothing_recorded: return "no address of code was recorded";
        case UnwindEnd::outside: return outside_text(stack.flags);
        case UnwindEnd::no_code:
            return (stack.flags & user_stack_no_mappings) != 0 ? "records of mappings were lost"
                                                               : "the return address lies in no mapped file";
        case UnwindEnd::contradiction: return "the unwind information of the last frame contradicts itself";
        case UnwindEnd::too_deep: return "more than " + std::to_string(Unwinder::max_frames) + " frames";
        case UnwindEnd::no_information: break;
    }
    const ModuleFile& last = module(unwound.frames.back().module);
    if (last.name == made_at_run_time)
        return "the last frame is code made at run time, which nothing describes";
    return last.cfi == nullptr ? "the file of the last frame was not found, or not used"
                               : "the file of the last frame does not say how to unwind it";
}

std::vector<FileFinder::Problem> UserStacks::problems() const {
    std::vector<FileFinder::Problem> all = finder_.problems();
    for (const auto& [name, text] : packed_problems_)
        all.push_back({name, text});
    if (table_limit_reached_)
        all.push_back(
            {"the files of this trace", "their tables are larger than 512 MiB in all: the last ones were not read"});
    return all;
}

}  // namespace caprec
