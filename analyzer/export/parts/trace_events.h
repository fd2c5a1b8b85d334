// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "analyzer/emit/pieces/json_object.h"
#include "analyzer/words/output_buffer.h"

namespace caprec {

// A thread of a timeline, by the numbers that stand for its pid and tid.
struct TimelineThread {
    std::uint32_t process = 0;
    std::uint64_t thread = 0;
};

// Writes the JSON of the Trace Event Format, event by event.  Times are in ns since the recording began.
class TraceEventWriter {
public:
    static constexpr std::size_t max_text_bytes = 1024;  // paths and objects are cut: each event may have one
    static std::string_view cut(std::string_view text) { return text.substr(0, max_text_bytes); }

    explicit TraceEventWriter(std::ostream& out) : out_(out) { out_.text() = "{\"traceEvents\":[\n"; }

    // An empty name is not written.
    void name_process(TimelineThread first, std::string_view name) { name_track("process_name", first, name); }
    void name_thread(TimelineThread thread, std::string_view name) { name_track("thread_name", thread, name); }

    // The events that these return still lack their arguments and their end.
    JsonObject slice(TimelineThread where, std::uint64_t start, std::uint64_t end, std::string_view name,
                     std::string_view category);
    JsonObject instant(TimelineThread where, std::uint64_t time, std::string_view name, std::string_view category);

    // Begins the facts about the whole run, which still lack their fields.  Only close() may follow.
    JsonObject run_facts();
    void close();

private:
    JsonObject event(std::string_view phase, TimelineThread where);
    void name_track(std::string_view what, TimelineThread where, std::string_view name);

    OutputBuffer out_;
    bool first_ = true;
};

}  // namespace caprec
