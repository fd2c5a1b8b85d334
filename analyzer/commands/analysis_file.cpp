// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/analysis_file.h"

#include <fstream>
#include <iterator>

#include "analyzer/commands/input.h"
#include "analyzer/emit/escape.h"
#include "analyzer/pipeline.h"
#include "schema/error.h"

namespace caprec {

Knowledge load_knowledge(const CommonOptions& options) {
    if (options.knowledge.empty())
        return {built_in_knowledge(), "built in"};
    Input input(options.knowledge);
    std::string text;
    std::array<char, 1U << 16> bytes{};
    while (const std::size_t got = input.read(std::as_writable_bytes(std::span(bytes)))) {
        text.append(bytes.data(), got);
        if (text.size() > Knowledge::max_bytes)
            break;  // which it refuses
    }
    return {text, escape(options.knowledge)};
}

Analysis analyze_file(const CommonOptions& options, std::optional<std::size_t> reasons) {
    const Knowledge knowledge = load_knowledge(options);
    Input input(options.file);
    TraceReader reader(input);
    ReadOptions reading;
    reading.still_recording = [&] { return input.being_written(); };
    reading.knowledge = &knowledge;
    reading.reasons = reasons.value_or(reading.reasons);
    return naming(input, [&] { return analyze(reader, reading); });
}

}  // namespace caprec
