// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/pieces/json_values.h"
#include "analyzer/emit/pieces/refusal_text.h"
#include "schema/syscalls.h"

namespace caprec {

Json refusals_json(const OtherRefusals& refusals) {
    Json list = Json::array();
    for (const OtherRefusal& call : refusals.calls) {
        Json json;
        set_image(json, "image", call.image);
        json["syscall"] = call.syscall.empty() ? Json(nullptr) : Json(call.syscall);
        json["errno"] = errno_name(call.error);
        set_bytes(json, "object", call.object);
        json["object_truncated"] = call.object_truncated;
        json["count"] = call.count;
        json["seccomp"] = call.filtered;
        json["no_new_privs"] = call.no_new_privs;
        json["look_up"] = call.look_up;
        json["why"] = cause_text(call);
        list.push_back(std::move(json));
    }
    return list;
}

}  // namespace caprec
