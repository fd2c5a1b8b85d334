// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/event_json.h"

#include "analyzer/emit/clock_text.h"
#include "analyzer/emit/json_values.h"
#include "analyzer/emit/run_text.h"
#include "analyzer/emit/syscall_text.h"

namespace caprec {

std::string events_header_json(const RunHeader& header, const Completeness* completeness) {
    Json json;
    json["schema"] = "capanalyze/events/1";
    json["type"] = "header";
    json["complete"] = completeness != nullptr ? Json(completeness->complete) : Json(nullptr);
    set_bytes(json, "problems", completeness != nullptr ? completeness->problems : std::vector<std::string>());
    set_bytes(json, "host", header.host_name);
    set_bytes(json, "kernel", header.kernel_release);
    set_bytes(json, "command", header.command);
    json["hook"] = hook_text(header.hook);
    json["start"] = rfc3339_text(header.start);
    json["start_monotonic"] = header.start.monotonic;
    json["start_realtime"] = header.start.realtime;
    return json_line(json);
}

std::string events_end_json(const RunFacts& run, const Completeness& completeness) {
    Json json;
    json["type"] = "end";
    json["trace"] = trace_json(run, completeness);
    return json_line(json);
}

void append_event_json(std::string& text, const EventLine& line) {
    const AnnotatedCheck& check = line.check;
    const CheckRow& row = check.row;
    Json json;
    json["type"] = "check";
    json["order"] = check.from_summary ? Json(nullptr) : Json(row.order);
    json["time"] = row.time;
    json["uid"] = check.uid ? Json(*check.uid) : Json(nullptr);
    json["pid"] = check.tgid;
    json["tid"] = check.tid;
    json["process"] = check.process;
    set_bytes(json, "comm", check.comm);
    set_bytes(json, "image", check.image);
    json["capability"] = capability_name(static_cast<unsigned>(row.capability));
    json["granted"] = row.granted();
    const std::string_view audit = audit_text(row);
    json["audit"] = audit == "?" ? Json(nullptr) : Json(audit == "1");
    json["verdict"] = verdict_name(check.verdict);
    json["rule"] = check.rule;
    const std::string syscall = syscall_text(row);
    json["syscall"] = syscall.empty() ? Json(nullptr) : Json(syscall);
    json["value"] = check.outcome == NoOutcome::known ? Json(check.value) : Json(nullptr);
    json["errno"] = errno_or_null(check.error());
    json["outcome_unknown"] = check.outcome == NoOutcome::known ? Json(nullptr) : Json(no_outcome_text(check.outcome));
    set_bytes(json, "object", line.object);
    json["object_truncated"] = line.object_truncated;
    set_bytes(json, "site", check.site);
    json["count"] = check.count;
    json["from_summary"] = check.from_summary;
    if (line.kernel_stack != nullptr)
        set_bytes(json, "kernel_stack", *line.kernel_stack);
    text += json_line(json);
}

}  // namespace caprec
