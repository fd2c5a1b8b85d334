// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "analyzer/emit/compare/diff.h"
#include "analyzer/emit/pieces/json_values.h"
#include "schema/hex.h"

namespace caprec {
namespace {

Json change_json(const Change& change) {
    Json json = {{"kind", change_kind_name(change.kind)},
                 {"regression", change.regression},
                 {"capability", capability_name(change.capability)}};
    set_image(json, "image", change.image);
    set_image(json, "image_before", change.image_before);
    json["verdict_before"] = standing_name(change.before);
    json["verdict_after"] = standing_name(change.after);
    json["denial_before"] = denial_name(change.before.denial);
    json["denial_after"] = denial_name(change.after.denial);
    json["runs"] = change.runs;
    json["of_runs"] = change.of_runs;
    json["program_changed"] = change.program_changed ? Json(*change.program_changed) : Json(nullptr);
    const Reason* reason = change.reason ? &*change.reason : nullptr;
    set_bytes(json, "syscall", reason != nullptr ? reason->syscall : "");
    set_bytes(json, "object", reason != nullptr ? reason->object : "");
    json["errno"] = reason != nullptr ? errno_or_null(reason->error) : Json(nullptr);
    json["reason_of"] = reason == nullptr ? Json(nullptr) : Json(change.reason_is_old ? "before" : "after");
    json["reason"] = reason != nullptr ? reason_json(*reason) : Json(nullptr);
    return json;
}

const char* list_of(ChangeKind kind) {
    const std::string_view name = change_kind_name(kind);
    return name.starts_with("newly_") ? "added" : name.starts_with("no_longer_") ? "removed" : "changed";
}

}  // namespace

void diff_json(const DiffView& view, std::ostream& out) {
    Json files = Json::array();
    for (const ChangedFile& file : view.diff.files) {
        Json json;
        set_bytes(json, "path", file.path);
        json["build_id_before"] = hex_of_bytes(file.build_id_before);
        json["build_id_after"] = hex_of_bytes(file.build_id_after);
        files.push_back(std::move(json));
    }
    Json document = {{"schema", "capanalyze/diff/1"},
                     {"regression", view.diff.regression()},
                     {"before", trace_json(view.before.run, view.before.completeness)},
                     {"after", trace_json(view.after.run, view.after.completeness)},
                     {"kernel_changed", view.diff.kernel_changed},
                     {"changed_files", std::move(files)},
                     {"added", Json::array()},
                     {"removed", Json::array()},
                     {"changed", Json::array()}};
    for (const Change& change : view.diff.changes)
        document[list_of(change.kind)].push_back(change_json(change));
    write_document(document, out);
}

}  // namespace caprec
