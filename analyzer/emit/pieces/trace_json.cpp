// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/pieces/json_values.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/words/clock_text.h"
#include "schema/syscalls.h"
#include "schema/words/utf8.h"

namespace caprec {
namespace {

const char* state_word(const Completeness& completeness) {
    if (completeness.damaged)
        return "damaged";
    if (completeness.still_recording)
        return "still_recording";
    return completeness.cut ? "cut" : "whole";
}

void set_target(Json& json, const RunFacts& run) {
    const TargetStatus target = run.footer ? run.footer->target : TargetStatus{};
    const auto when = [&](TargetStatus::Kind kind) { return target.kind == kind; };
    json["exit_status"] = when(TargetStatus::Kind::exited) ? Json(target.value) : Json(nullptr);
    json["signal"] = when(TargetStatus::Kind::signaled) ? Json(target.value) : Json(nullptr);
    json["not_executed"] = when(TargetStatus::Kind::not_executed) ? Json(errno_name(target.value)) : Json(nullptr);
    json["running_at_end"] = when(TargetStatus::Kind::running);
}

Json survivors_json(const RunFooter& footer) {
    Json list = Json::array();
    for (const Survivor& survivor : footer.survivors) {
        Json json = {{"id", survivor.process}, {"tgid", survivor.tgid}};
        set_bytes(json, "comm", survivor.comm);
        list.push_back(std::move(json));
    }
    return list;
}

Json filter_json(const Filtered& filter) {
    Json json = Json::object();
    set_bytes(json, "words", filter.words);
    json["checks"] = filter.checks;
    json["all_checks"] = filter.all_checks;
    json["processes"] = filter.processes;
    json["all_processes"] = filter.all_processes;
    return json;
}

}  // namespace

Json trace_json(const RunFacts& run, const Completeness& completeness) {
    Json json = {{"complete", completeness.complete}, {"state", state_word(completeness)}};
    set_bytes(json, "problems", completeness.problems);
    json["lost"] = losses_json(completeness.losses);
    json["hook"] = hook_text(run.header.hook);
    set_bytes(json, "kernel", run.header.kernel_release);
    set_bytes(json, "machine", run.header.machine);
    set_bytes(json, "host", run.header.host_name);
    json["scope"] = scope_word(run.header.scope);
    set_bytes(json, "scope_names", run.header.scope_names);
    set_bytes(json, "command", run.header.command);
    set_target(json, run);
    json["start"] = rfc3339_text(run.header.start);
    json["duration_ns"] = recorded_time(run);
    json["runs"] = run.run_count();
    json["events"] = run.checks;
    json["processes"] = run.processes;
    json["kernel_symbols"] = run.kernel_symbols;
    json["survivors"] = run.footer ? survivors_json(*run.footer) : Json::array();
    json["survivor_count"] = run.footer ? run.footer->survivor_count : 0;
    set_bytes(json, "notes", run.notes);
    if (run.filter)
        json["filter"] = filter_json(*run.filter);
    return json;
}

}  // namespace caprec
