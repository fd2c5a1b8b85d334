// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/notes/recorded_run.h"

#include <algorithm>

#include "analyzer/emit/notes/spelling.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

// The first process without a parent is the command; it comes before all others.
const Process* main_process(const Analysis& analysis) {
    const auto found = std::ranges::find_if(
        analysis.processes, [](const Process& process) { return process.parent == 0 && !process.placeholder; });
    return found != analysis.processes.end() ? &*found : nullptr;
}

template <class Runner> bool runs(const Runner& runner, const std::string& image) {
    return runner.image == image && !runner.argv.empty() && !runner.argv_truncated;
}

const std::vector<std::string>* arguments_of(const Analysis& analysis, const std::string& image) {
    for (const Process& process : analysis.processes) {
        for (const Program& program : process.programs)
            if (runs(program, image))
                return &program.argv;
        if (runs(process, image))
            return &process.argv;
    }
    return nullptr;
}

}  // namespace

Identity identity_of(const RunHeader& header) {
    if (header.scope != RecordingScope::command)
        return {};  // whoever called the recorder started none of it
    if (header.run_as_user.empty())
        return {header.caller_uid, header.caller_gid, {}};
    return {header.run_as_uid, 0, header.run_as_user};
}

std::string main_image(const Analysis& analysis) {
    const Process* process = main_process(analysis);
    if (process == nullptr)
        return {};
    for (const Program& program : process->programs)
        if (!program.image.empty())
            return program.image;
    return process->image;
}

std::vector<std::string> images_in_need(const Analysis& analysis) {
    std::vector<std::string> images;
    for (const CapabilityFinding& finding : analysis.capabilities) {
        for (const Reason& reason : finding.reasons) {
            const bool needs = reason.granted && reason.verdict != Verdict::not_needed;
            if (needs && !reason.image.empty() && std::ranges::find(images, reason.image) == images.end())
                images.push_back(reason.image);
        }
    }
    return images;
}

std::string privileged_executable(const Analysis& analysis) {
    if (!identity_of(analysis.run.header).root()) {
        if (const std::vector<std::string> images = images_in_need(analysis); !images.empty())
            return images.front();
    }
    const auto gave = std::ranges::find_if(analysis.program_files, &ProgramFile::gained);
    return gave != analysis.program_files.end() ? gave->image : std::string();
}

std::string command_line(const FormatInput& input, const Part& part) {
    constexpr const char* placeholder = "COMMAND";
    if (input.split == Split::image) {
        if (part.name.empty())
            return placeholder;
        // A name that starts with a dash would be an option of the program that runs it, unless it is an absolute path.
        std::vector<std::string> words = {part.name.starts_with('/') ? part.name : "./" + part.name};
        if (const std::vector<std::string>* found = arguments_of(input.analysis, part.name))
            words.insert(words.end(), found->begin() + 1, found->end());
        return shell_command(words);
    }
    const RunHeader& header = input.analysis.run.header;
    return header.command.empty() || header.command_left_out > 0 ? placeholder : shell_command(header.command);
}

CapabilitySet union_of(const std::vector<Part>& parts) {
    CapabilitySet all;
    for (const Part& part : parts)
        all |= part.set.capabilities;
    return all;
}

CapabilitySet missing_in(const std::vector<Part>& parts) {
    CapabilitySet all;
    for (const Part& part : parts) {
        CapabilitySet missing, held;
        for (const Clause& clause : part.set.clauses)
            (clause.missing ? missing : held).insert(clause.chosen);
        all |= missing - held;
    }
    return all;
}

std::string left_out_text(const std::vector<Part>& parts) {
    std::vector<std::uint64_t> clauses;
    for (const Part& part : parts)
        for (const CapabilitySet clause : part.left_out)
            clauses.push_back(clause.bits());
    std::ranges::sort(clauses);
    clauses.erase(std::unique(clauses.begin(), clauses.end()), clauses.end());
    std::string text;
    for (const std::uint64_t clause : clauses)
        text += (text.empty() ? "" : "; ") + any_of_text(CapabilitySet(clause));
    return text;
}

}  // namespace caprec
