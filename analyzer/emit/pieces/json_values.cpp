// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/pieces/json_values.h"

#include "analyzer/analysis/image_name.h"
#include "analyzer/analysis/minimal_set.h"
#include "analyzer/words/base64.h"
#include "schema/losses.h"
#include "schema/syscalls.h"
#include "schema/words/utf8.h"

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
    Json json = Json::object();
    for (const LossKind& kind : loss_kinds)
        json[kind.json] = losses.*kind.count;
    return json;
}

Json clause_json(const Clause& clause) {
    return {{"any_of", capability_names(clause.any_of)},
            {"chosen", capability_name(clause.chosen)},
            {"missing", clause.missing}};
}

Json minimal_set_json(const MinimalSet& minimal) {
    Json groups = Json::array();
    for (const Clause& clause : minimal.clauses)
        groups.push_back(clause_json(clause));
    Json json = {{"capabilities", capability_names(minimal.capabilities)},
                 {"groups", std::move(groups)},
                 {"unclassified", capability_names(minimal.unclassified)}};
    for (const Swap& swap : swaps(minimal))
        json["swaps"].push_back(
            {{"capability", capability_name(swap.capability)}, {"instead_of", capability_names(swap.instead_of)}});
    return json;
}

void set_inside(Json& document, const Analysis& analysis) {
    const InsideNeeds& inside = analysis.inside;
    if (inside.empty())
        return;
    Json json = minimal_set_json(inside.minimal);
    json["missing"] = capability_names(inside.missing);
    json["chosen_by_somebody"] = inside.by_choice();
    Json reasons = Json::array();
    for (const Reason& reason : inside.reasons) {
        Json each = {{"capability", capability_name(reason.capability)}};
        each.update(reason_json(reason));
        reasons.push_back(std::move(each));
    }
    json["reasons"] = std::move(reasons);
    document["inside"] = std::move(json);
}

void set_image(Json& object, const std::string& key, std::string_view image) {
    const ImageName name = parse_image(image);
    set_bytes(object, key, name.path);
    if (!name.place.is_home())
        object[key + "_place"] = place_words(name.place);
}

void set_keeper(Json& json, const Keeper& keeper) {
    set_bytes(json, "unit", keeper.unit);
    set_bytes(json, "container", keeper.container);
    if (keeper.container.empty())
        return;
    set_bytes(json, "container_name", keeper.container_name);
    json["container_engine"] = keeper.engine;
    if (keeper.pod.empty())
        return;
    set_bytes(json, "pod", keeper.pod);
    json["qos"] = keeper.qos;
}

Json reason_json(const Reason& reason) {
    Json json = {{"rule", reason.rule},
                 {"why", reason.why},
                 {"verdict", verdict_name(reason.verdict)},
                 {"granted", reason.granted},
                 {"any_of", capability_names(reason.any_of)},
                 {"phase", phase_name(reason.phase)},
                 {"asked_by", reason.asked_by},
                 {"by_syscall", reason.by_syscall}};
    set_image(json, "image", reason.image);
    set_bytes(json, "comm", reason.comm);
    if (!reason.keeper.empty())
        set_keeper(json, reason.keeper);
    json["process"] = reason.process;
    json["syscall"] = reason.syscall.empty() ? Json(nullptr) : Json(to_utf8(reason.syscall));
    set_bytes(json, "object", reason.object);
    json["object_truncated"] = reason.object_truncated;
    json["errno"] = errno_or_null(reason.error);
    json["outcome_unknown"] =
        reason.outcome == NoOutcome::known ? Json(nullptr) : Json(no_outcome_text(reason.outcome));
    set_bytes(json, "site", reason.site);
    json["count"] = reason.count;
    json["runs"] = reason.runs;
    set_bytes(json, "kernel_stack", reason.kernel_stack);
    set_user_stack(json, reason.user_stack);
    return json;
}

Json reasons_json(const CapabilityFinding& finding) {
    Json list = Json::array();
    for (const Reason& reason : finding.reasons) {
        Json json = reason_json(reason);
        if (reason.capability != finding.capability)
            json["asked_for"] = capability_name(reason.capability);
        list.push_back(std::move(json));
    }
    return list;
}

Json user_frame_json(const UserFrame& frame) {
    Json json = Json::object();
    set_bytes(json, "function", frame.function);
    set_bytes(json, "file", frame.file);
    json["line"] = frame.line != 0 ? Json(frame.line) : Json(nullptr);
    set_bytes(json, "module", frame.module);
    json["offset"] = frame.offset;
    json["function_offset"] = frame.function_offset == 0 ? Json(nullptr) : Json(frame.function_offset);
    json["inlined"] = frame.inlined;
    return json;
}

void set_user_stack(Json& json, const ResolvedStack& stack) {
    Json frames = Json::array();
    for (const UserFrame& frame : stack.frames)
        frames.push_back(user_frame_json(frame));
    json["user_stack"] = std::move(frames);
    json["user_stack_incomplete"] = stack.incomplete.empty() ? Json(nullptr) : Json(stack.incomplete);
}

namespace {

void set_uses(Json& json, CapabilitySet granted, CapabilitySet denied, CapabilitySet checked) {
    json["capabilities"] = capability_names(granted);
    json["denied"] = capability_names(denied);
    json["checked"] = capability_names(checked);
}

template <class Runner> void set_program(Json& json, const Runner& runner) {  // a Program, or a Process with one
    set_image(json, "image", runner.image);
    set_bytes(json, "argv", runner.argv);
    json["argv_truncated"] = runner.argv_truncated;
    if (runner.file != 0)
        json["file"] = runner.file;
}

Json programs_json(const Process& process) {
    Json programs = Json::array();
    const auto add = [&](const auto& runner) {
        Json json = Json::object();
        set_program(json, runner);
        set_uses(json, runner.granted, runner.denied, runner.checked);
        programs.push_back(std::move(json));
    };
    for (const Program& program : process.programs)
        add(program);
    if (process.programs.empty() && process.exec_count == 1)
        add(process);
    return programs;
}

Json left_out_json(const Process& process) {
    if (process.programs_left_out == 0)
        return nullptr;
    Json json = {{"count", process.programs_left_out}};
    set_uses(json, process.left_out.granted, process.left_out.denied, process.left_out.checked);
    return json;
}

Json namespace_or_null(std::uint64_t inode) { return inode != 0 ? Json(inode) : Json(nullptr); }

void set_home(Json& json, const Process& process) {
    set_bytes(json, "cgroup", process.cgroup);
    set_keeper(json, process.keeper);
    json["pid_namespace"] = namespace_or_null(process.pid_namespace);
    json["network_namespace"] = namespace_or_null(process.network_namespace);
    json["mount_namespace"] = namespace_or_null(process.mount_namespace);
}

Json process_json(const Process& process) {
    Json json = {{"id", process.id}, {"parent", process.parent}, {"tgid", process.tgid}};
    set_bytes(json, "comm", process.comm);
    set_program(json, process);
    json["execs"] = process.exec_count;
    json["threads"] = process.thread_count;
    json["uid"] = process.uid_known ? Json(process.uid) : Json(nullptr);
    json["start"] = process.start;
    json["end"] = process.end ? Json(*process.end) : Json(nullptr);
    json["exit_status"] = optional_number(process.exit_status);
    json["signal"] = optional_number(process.signal);
    json["alive_at_end"] = process.alive_at_end;
    json["start_lost"] = process.placeholder;
    json["there_before"] = process.there_before;
    set_home(json, process);
    set_uses(json, process.granted, process.denied, process.checked);
    json["programs"] = programs_json(process);
    json["programs_left_out"] = left_out_json(process);
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

Json drops_json(const std::vector<DropStep>& steps) {
    Json list = Json::array();
    for (const DropStep& step : steps) {
        Json json;
        set_image(json, "image", step.image);
        json["step"] = step.number;
        json["syscall"] = step.call;
        json["permitted"] = capability_names(step.permitted);
        json["bounding"] = capability_names(step.bounding);
        list.push_back(std::move(json));
    }
    return list;
}

}  // namespace caprec
