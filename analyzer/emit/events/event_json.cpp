// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/events/event_json.h"

#include "analyzer/analysis/image_name.h"
#include "analyzer/classify/classifier.h"
#include "analyzer/emit/pieces/json_object.h"
#include "analyzer/emit/pieces/json_values.h"
#include "analyzer/emit/pieces/refusal_text.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/words/clock_text.h"
#include "analyzer/words/syscall_text.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

void append_image(JsonObject& json, std::string_view name) {
    const ImageName image = parse_image(name);
    json.bytes("image", image.path);
    if (!image.place.is_home())
        json.string("image_place", place_words(image.place));
}

void append_keeper(JsonObject& json, const Keeper* keeper) {
    if (keeper == nullptr)
        return;
    if (!keeper->unit.empty())
        json.bytes("unit", keeper->unit);
    if (!keeper->container.empty())
        json.bytes("container", keeper->container);
    if (!keeper->container_name.empty())
        json.bytes("container_name", keeper->container_name);
}

Json late_json(const LateVerdicts& late) {
    Json list = Json::array();
    for (const LateVerdict* each : late.list()) {
        const Rule& first = rule_at(each->first_rule);
        const Rule& rule = rule_at(each->judgement.rule);
        Json json;
        json["capability"] = capability_name(each->capability);
        json["granted"] = each->granted;
        set_bytes(json, "image", parse_image(each->image).path);
        json["syscall"] = each->syscall.empty() ? Json(nullptr) : Json(each->syscall);
        json["verdict_before"] = verdict_name(first.verdict);
        json["rule_before"] = first.id;
        json["verdict"] = verdict_name(rule.verdict);
        json["rule"] = rule.id;
        json["count"] = each->count;
        list.push_back(std::move(json));
    }
    return list;
}

}  // namespace

std::string events_header_json(const RunHeader& header, const Completeness* completeness) {
    Json json;
    json["schema"] = "capanalyze/events/1";
    json["type"] = "header";
    json["complete"] = completeness != nullptr ? Json(completeness->complete) : Json(nullptr);
    set_bytes(json, "problems", completeness != nullptr ? completeness->problems : std::vector<std::string>());
    set_bytes(json, "host", header.host_name);
    set_bytes(json, "kernel", header.kernel_release);
    json["scope"] = scope_word(header.scope);
    set_bytes(json, "scope_names", header.scope_names);
    set_bytes(json, "command", header.command);
    json["hook"] = hook_text(header.hook);
    json["start"] = rfc3339_text(header.start);
    json["start_monotonic"] = header.start.monotonic;
    json["start_realtime"] = header.start.realtime;
    return json_line(json);
}

std::string events_end_json(const RunFacts& run, const Completeness& completeness, const LateVerdicts& late,
                            std::uint64_t left_out) {
    Json json;
    json["type"] = "end";
    if (!late.empty())
        json["late_verdicts"] = late_json(late);
    json["left_out"] = left_out;
    json["trace"] = trace_json(run, completeness);
    return json_line(json);
}

void append_refusal_json(std::string& text, const RefusedCall& refused) {
    const OtherRefusal& call = refused.call;
    JsonObject json(text);
    json.string("type", refusal_word);
    json.number("order", refused.row.order);
    json.number("time", refused.row.time);
    refused.uid ? json.number("uid", *refused.uid) : json.null("uid");
    json.number("pid", refused.tgid);
    json.number("tid", refused.tid);
    json.number("process", refused.process);
    json.bytes("comm", call.comm);
    append_image(json, call.image);
    append_keeper(json, refused.keeper);
    json.string_or_null("syscall", call.syscall);
    json.string("errno", errno_name(call.error));
    json.bytes("object", call.object);
    json.boolean("object_truncated", call.object_truncated);
    json.boolean("seccomp", call.filtered);
    json.boolean("no_new_privs", call.no_new_privs);
    json.boolean("look_up", call.look_up);
    json.string("why", cause_text(call));
    json.end();
}

void append_event_json(std::string& text, const EventLine& line) {
    const AnnotatedCheck& check = line.check;
    const CheckRow& row = check.row;
    const bool outcome_known = check.outcome == NoOutcome::known;
    const std::string_view audit = audit_text(line.check);
    JsonObject json(text);
    json.string("type", "check");
    check.from_summary ? json.null("order") : json.number("order", row.order);
    json.number("time", row.time);
    check.uid ? json.number("uid", *check.uid) : json.null("uid");
    json.number("pid", check.tgid);
    json.number("tid", check.tid);
    json.number("process", check.process);
    json.bytes("comm", check.comm);
    append_image(json, check.image);
    append_keeper(json, check.keeper);
    json.string("capability", capability_name(static_cast<unsigned>(row.capability)));
    json.boolean("granted", row.granted());
    audit == "?" ? json.null("audit") : json.boolean("audit", audit == "1");
    json.string("verdict", verdict_name(check.verdict));
    json.string("rule", check.rule);
    if (check.verdict_open)
        json.boolean("verdict_open", true);
    json.string("phase", phase_name(check.phase));
    if (check.phase_open)
        json.boolean("phase_open", true);
    json.boolean("by_syscall", check.judgement.by_syscall);
    json.string_or_null("syscall", syscall_text(row));
    json.string_or_null("call", line.call);
    outcome_known ? json.number("value", check.value) : json.null("value");
    json.string_or_null("errno", check.error() ? errno_name(*check.error()) : std::string());
    json.string_or_null("outcome_unknown", outcome_known ? "" : no_outcome_text(check.outcome));
    json.bytes("object", line.object);
    json.boolean("object_truncated", line.object_truncated);
    json.bytes("site", check.site);
    json.number("count", check.count);
    json.boolean("from_summary", check.from_summary);
    if (line.kernel_stack != nullptr)
        json.bytes("kernel_stack", *line.kernel_stack);
    if (line.user_stack != nullptr) {
        Json stack;
        set_user_stack(stack, *line.user_stack);
        json.document("user_stack", stack["user_stack"].dump());
        json.string_or_null("user_stack_incomplete", line.user_stack->incomplete);
    }
    json.end();
}

}  // namespace caprec
