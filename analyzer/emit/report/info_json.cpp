// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>
#include <vector>

#include "analyzer/emit/pieces/json_values.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/emit/report/json.h"
#include "analyzer/words/clock_text.h"
#include "schema/hex.h"
#include "schema/words/utf8.h"

namespace caprec {
namespace {

Json clock_json(const Clock& clock) {
    return {{"wall", rfc3339_text(clock)},
            {"monotonic", clock.monotonic},
            {"boottime", clock.boottime},
            {"realtime", clock.realtime},
            {"utc_offset", clock.utc_offset}};
}

Json user_stack_mode(UserStackMode mode) {
    switch (mode) {
        case UserStackMode::none: return "none";
        case UserStackMode::snapshot: return "dwarf";
        case UserStackMode::frame_pointers: return "fp";
        case UserStackMode::unknown: break;
    }
    return nullptr;
}

Json header_json(const RunHeader& header) {
    Json json = {{"format_version", header.version}, {"min_reader_version", header.min_reader_version}};
    set_bytes(json, "recorder", header.recorder);
    json["run_id"] = hex_of_bytes(header.run_id);
    json["start"] = clock_json(header.start);
    set_bytes(json, "host", header.host_name);
    set_bytes(json, "kernel", header.kernel_release);
    set_bytes(json, "kernel_version", header.kernel_version);
    set_bytes(json, "machine", header.machine);
    set_bytes(json, "boot_id", header.boot_id);
    json["page_size"] = header.page_size;
    json["hook"] = hook_text(header.hook);
    json["hook_has_options"] = header.hook_has_options;
    set_bytes(json, "attached_programs", header.attached_programs);
    set_bytes(json, "blind_spots", header.blind_spots);
    set_bytes(json, "refused_hooks", header.refused_hooks);
    json["scope"] = scope_word(header.scope);
    set_bytes(json, "scope_names", header.scope_names);
    set_bytes(json, "command", header.command);
    set_bytes(json, "working_directory", header.working_directory);
    json["caller"] = {{"uid", header.caller_uid},
                      {"gid", header.caller_gid},
                      {"effective_uid", header.caller_effective_uid},
                      {"on_behalf_of_uid", header.on_behalf_of_uid}};
    set_bytes(json, "run_as_user", header.run_as_user);
    json["run_as_uid"] = header.run_as_user.empty() ? Json(nullptr) : Json(header.run_as_uid);
    json["pid_namespace_level"] = header.pid_namespace_level;
    json["user_namespace"] = {{"inode", header.home_namespace.inode},
                              {"level", header.home_namespace.level},
                              {"owner", header.home_namespace.owner}};
    Json sysctls = Json::array();
    for (const auto& [name, value] : header.sysctls) {
        Json setting;
        set_bytes(setting, "name", name);
        set_bytes(setting, "value", value);
        sysctls.push_back(std::move(setting));
    }
    json["sysctls"] = std::move(sysctls);
    set_bytes(json, "lsms", header.lsms);
    json["lsms_known"] = header.lsms_known;
    json["buffer_bytes"] = header.buffer_bytes;
    json["walk_every_stack"] = header.walk_every_stack;
    json["wait_for_descendants"] = header.wait_for_descendants;
    json["only_kinds"] = header.only_kinds;
    json["withholding"] = header.withholding;
    json["user_stacks"] = user_stack_mode(header.user_stacks);
    json["mappings"] = {{"source", header.mapping_source == MappingSource::perf  ? Json("perf")
                                   : header.mapping_source == MappingSource::bpf ? Json("bpf")
                                                                                 : Json(nullptr)},
                        {"buffer_bytes", header.mapping_buffer_bytes}};
    set_bytes(json["mappings"], "refused", header.mapping_refusal);
    return json;
}

// The fields in which the runs of a merged trace differ: there its header says nothing.
Json differing_fields(const std::vector<RunHeader>& settings) {
    Json names = Json::array();
    if (settings.empty())
        return names;
    const Json first = header_json(settings.front());
    std::vector<Json> others;
    for (std::size_t at = 1; at < settings.size(); ++at)
        others.push_back(header_json(settings[at]));
    for (const auto& field : first.items())
        if (std::ranges::any_of(others, [&](const Json& other) { return other[field.key()] != field.value(); }))
            names.push_back(field.key());
    return names;
}

Json footer_json(const std::optional<RunFooter>& footer) {
    if (!footer)
        return nullptr;
    return {{"end", clock_json(footer->end)},
            {"reason", end_reason_text(footer->reason)},
            {"checks_made", footer->checks_made},
            {"checks_recorded", footer->checks_recorded},
            {"checks_counted", footer->checks_counted},
            {"outcomes_recorded", footer->outcomes_recorded},
            {"first_seen_rows", footer->first_seen_rows},
            {"tasks_followed", footer->tasks_followed},
            {"frames_without_symbol", footer->frames_without_symbol},
            {"withheld_objects", footer->withheld_objects},
            {"withheld_user_stacks", footer->withheld_user_stacks}};
}

// The runs of a merged trace; empty for a recording of one run.
Json runs_json(const RunFacts& run) {
    Json list = Json::array();
    for (const SummedRun& each : run.runs) {
        Json json = {{"run_id", hex_of_bytes(each.run_id)}, {"start", clock_json(each.start)}};
        set_bytes(json, "host", each.host);
        set_bytes(json, "kernel", run.settings.at(each.setting).kernel_release);
        set_bytes(json, "command", run.settings.at(each.setting).command);
        json["duration_ns"] = each.duration;
        json["checks"] = each.checks;
        json["processes"] = each.processes;
        json["complete"] = each.complete;
        list.push_back(std::move(json));
    }
    return list;
}

}  // namespace

void info_json(const TraceFacts& facts, std::ostream& out) {
    Json header = header_json(facts.run.header);
    if (!facts.run.runs.empty())
        header["differ"] = differing_fields(facts.run.settings);
    const ChunkCounts& chunks = facts.chunks;
    const RowCounts& rows = facts.rows;
    const TableCounts& tables = facts.tables;
    write_document(
        {{"schema", "capanalyze/info/1"},
         {"trace", trace_json(facts.run, facts.completeness)},
         {"bytes", facts.bytes},
         {"chunks",
          {{"all", chunks.all},
           {"header", chunks.header},
           {"tables", chunks.tables},
           {"events", chunks.events},
           {"summary", chunks.summary},
           {"footer", chunks.footer},
           {"files", chunks.files},
           {"unknown", chunks.unknown},
           {"unknown_columns", chunks.unknown_columns}}},
         {"rows",
          {{"checks", rows.checks},
           {"outcomes", rows.outcomes},
           {"credential_changes", rows.credential_changes},
           {"capability_requests", rows.capability_requests},
           {"tasks", rows.tasks},
           {"execs", rows.execs},
           {"exits", rows.exits},
           {"renames", rows.renames},
           {"mappings", rows.mappings},
           {"comparisons", rows.comparisons},
           {"refusals", rows.refusals},
           {"places", rows.places},
           {"first_seen", rows.first_seen}}},
         {"tables",
          {{"strings", tables.strings},
           {"namespaces", tables.namespaces},
           {"credentials", tables.credentials},
           {"objects", tables.objects},
           {"modules", tables.modules},
           {"frames", tables.frames},
           {"stacks", tables.stacks},
           {"user_stacks", tables.user_stacks}}},
         {"tasks",
          {{"processes", facts.run.processes}, {"threads", facts.run.threads}, {"io_workers", facts.run.io_workers}}},
         {"runs", runs_json(facts.run)},
         {"header", std::move(header)},
         {"footer", footer_json(facts.run.footer)}},
        out);
}

}  // namespace caprec
