// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/notes/parts_json.h"

namespace caprec {
namespace {

void set_part(Json& json, const Part& part, Split split) {
    switch (split) {
        case Split::image: set_image(json, "image", part.name); break;
        case Split::user: json["user"] = part.name.empty() ? Json(nullptr) : Json(std::stoul(part.name)); break;
        case Split::container:
            set_keeper(json, part.keeper);
            json.erase("unit");
            break;
        case Split::unit:
        case Split::phase:
        case Split::run: set_bytes(json, std::string(row_of(split).name), part.name); break;
    }
}

}  // namespace

Json parts_json(const std::vector<Part>& parts, Split split) {
    Json list = Json::array();
    for (const Part& part : parts) {
        Json json = Json::object();
        set_part(json, part, split);
        json.update(minimal_set_json(part.set));
        list.push_back(std::move(json));
    }
    return list;
}

}  // namespace caprec
