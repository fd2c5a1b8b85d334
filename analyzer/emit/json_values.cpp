// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/json_values.h"

#include "analyzer/emit/base64.h"
#include "analyzer/emit/utf8.h"
#include "schema/syscalls.h"

namespace caprec {

void set_bytes(Json& object, const std::string& key, std::string_view bytes) {
    object[key] = to_utf8(bytes);
    if (!is_utf8(bytes))
        object[key + "_b64"] = base64(bytes);
}

void set_bytes(Json& object, const std::string& key, const std::vector<std::string>& list) {
    Json texts = Json::array();
    Json encoded = Json::array();
    bool lossless = true;
    for (const std::string& bytes : list) {
        texts.push_back(to_utf8(bytes));
        encoded.push_back(base64(bytes));
        lossless = lossless && is_utf8(bytes);
    }
    object[key] = std::move(texts);
    if (!lossless)
        object[key + "_b64"] = std::move(encoded);
}

Json capability_names(const std::vector<unsigned>& numbers) {
    Json names = Json::array();
    for (const unsigned number : numbers)
        names.push_back(capability_name(number));
    return names;
}

Json capability_names(CapabilitySet set) { return capability_names(set.members()); }

Json optional_number(std::optional<int> number) { return number ? Json(*number) : Json(nullptr); }

Json errno_or_null(std::optional<int> error) { return error ? Json(errno_name(*error)) : Json(nullptr); }

Json losses_json(const Losses& losses) {
    return {{"checks", losses.checks},     {"outcomes", losses.outcomes},    {"processes", losses.processes},
            {"creds", losses.credentials}, {"stacks", losses.stacks},        {"maps", losses.mappings},
            {"objects", losses.objects},   {"first_seen", losses.first_seen}};
}

Json minimal_set_json(const MinimalSet& minimal) {
    Json groups = Json::array();
    for (const Clause& clause : minimal.clauses)
        groups.push_back({{"any_of", capability_names(clause.any_of)}, {"chosen", capability_name(clause.chosen)}});
    return {{"capabilities", capability_names(minimal.capabilities)},
            {"groups", std::move(groups)},
            {"unclassified", capability_names(minimal.unclassified)}};
}

Json reason_json(const Reason& reason) {
    Json json = {{"rule", reason.rule},
                 {"why", reason.why},
                 {"verdict", verdict_name(reason.verdict)},
                 {"granted", reason.granted}};
    set_bytes(json, "image", reason.image);
    set_bytes(json, "comm", reason.comm);
    json["process"] = reason.process;
    json["syscall"] = reason.syscall.empty() ? Json(nullptr) : Json(to_utf8(reason.syscall));
    set_bytes(json, "object", reason.object);
    json["object_truncated"] = reason.object_truncated;
    json["errno"] = errno_or_null(reason.error);
    json["outcome_unknown"] =
        reason.outcome == NoOutcome::known ? Json(nullptr) : Json(no_outcome_text(reason.outcome));
    set_bytes(json, "site", reason.site);
    json["count"] = reason.count;
    set_bytes(json, "kernel_stack", reason.kernel_stack);
    json["user_stack"] = Json::array();
    return json;
}

namespace {

Json process_json(const Process& process) {
    Json json = {{"id", process.id}, {"parent", process.parent}, {"tgid", process.tgid}};
    set_bytes(json, "comm", process.comm);
    set_bytes(json, "image", process.image);
    set_bytes(json, "argv", process.argv);
    json["argv_truncated"] = process.argv_truncated;
    json["execs"] = process.exec_count;
    json["threads"] = process.thread_count;
    json["uid"] = process.uid_known ? Json(process.uid) : Json(nullptr);
    json["start"] = process.start;
    json["end"] = process.end ? Json(*process.end) : Json(nullptr);
    json["exit_status"] = optional_number(process.exit_status);
    json["signal"] = optional_number(process.signal);
    json["alive_at_end"] = process.alive_at_end;
    json["start_lost"] = process.placeholder;
    json["capabilities"] = capability_names(process.granted);
    json["denied"] = capability_names(process.denied);
    json["checked"] = capability_names(process.checked);
    return json;
}

}  // namespace

void write_document(const Json& document, std::ostream& out) {
    out << document.dump(2, ' ', true, Json::error_handler_t::replace) << '\n';
}

void write_document(const Json& document, const std::vector<Process>& processes, std::ostream& out) {
    std::string text = document.dump(2, ' ', true, Json::error_handler_t::replace);
    text.resize(text.rfind('\n'));  // without the closing brace
    out << text << ",\n  \"processes\": [";
    const char* between = "\n    ";
    for (const Process& process : processes) {
        out << between << process_json(process).dump(-1, ' ', true, Json::error_handler_t::replace);
        between = ",\n    ";
    }
    out << "\n  ]\n}\n";
}

std::string json_line(const Json& document) {
    return document.dump(-1, ' ', true, Json::error_handler_t::replace) + '\n';
}

}  // namespace caprec
