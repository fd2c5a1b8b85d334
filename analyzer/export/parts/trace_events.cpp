// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/parts/trace_events.h"

namespace caprec {

JsonObject TraceEventWriter::event(std::string_view phase, TimelineThread where) {
    out_.flush_when_large();
    out_.text() += first_ ? "" : ",";
    first_ = false;
    JsonObject json(out_.text());
    json.string("ph", phase);
    json.number("pid", where.process);
    json.number("tid", where.thread);
    return json;
}

void TraceEventWriter::name_track(std::string_view what, TimelineThread where, std::string_view name) {
    if (name.empty())
        return;
    JsonObject json = event("M", where);
    json.string("name", what);
    json.begin_object("args");
    json.string("name", cut(name));
    json.end_object();
    json.end();
}

JsonObject TraceEventWriter::slice(TimelineThread where, std::uint64_t start, std::uint64_t end, std::string_view name,
                                   std::string_view category) {
    JsonObject json = event("X", where);
    json.thousandths("ts", start);  // the format counts in us
    json.thousandths("dur", end > start ? end - start : 0);
    json.string("name", cut(name));
    json.string("cat", category);
    return json;
}

JsonObject TraceEventWriter::instant(TimelineThread where, std::uint64_t time, std::string_view name,
                                     std::string_view category) {
    JsonObject json = event("i", where);
    json.thousandths("ts", time);
    json.string("s", "t");  // it is drawn on its thread
    json.string("name", name);
    json.string("cat", category);
    return json;
}

JsonObject TraceEventWriter::run_facts() {
    out_.text() += "],\n\"displayTimeUnit\":\"ns\",\"otherData\":";
    return JsonObject(out_.text());
}

void TraceEventWriter::close() {
    out_.text() += "}\n";
    out_.flush();
}

}  // namespace caprec
