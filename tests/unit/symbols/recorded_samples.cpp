// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/symbols/recorded_samples.h"

#include <algorithm>

#include "schema/trace_writer.h"
#include "tests/support/trace_builder.h"

namespace caprec {

Bytes trace_of(std::span<const UserStack> stacks, const SampleEncoder& encoder, std::span<const FilePart> parts,
               std::span<const CodeLines> lines) {
    MemorySink sink;
    TraceWriter writer(sink);
    writer.header(plausible_header());
    for (const FilePart& part : parts)
        writer.file_part(part);
    if (!lines.empty())
        writer.code_lines(lines);
    for (ModuleId id(1); id.value() <= encoder.modules(); ++id) {
        const SampleEncoder::Name& name = encoder.module(id);
        writer.define(Module{writer.define_string(name.path), ModuleKind::user, name.build_id});
    }
    for (const UserStack& stack : stacks)
        writer.define(stack);
    writer.footer({});
    return sink.data;
}

std::vector<UserStack> stacks_of(const std::vector<std::string>& command, SampleEncoder& encoder) {
    std::vector<UserStack> stacks;
    SampledProcess process(command);
    while (process.problem().empty() && process.to_next_syscall()) {
        UserStack stack = encoder.encode(process.sample());
        if (std::find(stacks.begin(), stacks.end(), stack) == stacks.end())
            stacks.push_back(std::move(stack));
    }
    return stacks;
}

}  // namespace caprec
