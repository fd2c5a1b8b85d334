// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/image_name.h"

namespace caprec {

std::string image_name(std::string_view path, const ImagePlace& place) {
    std::string name(path);
    if (!place.is_home()) {
        name.push_back('\0');
        name.push_back(place.unknown                            ? 'u'
                       : place.other_root && place.other_mounts ? 'b'
                       : place.other_root                       ? 'r'
                                                                : 'm');
    }
    return name;
}

ImageName parse_image(std::string_view name) {
    if (name.size() < max_place_bytes || name[name.size() - max_place_bytes] != '\0')
        return {name, {}};
    const std::string_view path = name.substr(0, name.size() - max_place_bytes);
    switch (name.back()) {
        case 'r': return {path, {.other_root = true}};
        case 'm': return {path, {.other_mounts = true}};
        case 'b': return {path, {.other_root = true, .other_mounts = true}};
        case 'u': return {path, {.unknown = true}};
        default: return {name, {}};
    }
}

std::string_view place_words(const ImagePlace& place) {
    if (place.unknown)
        return "in a place that is withheld";
    if (place.other_root)
        return place.other_mounts ? "in another root and mount namespace" : "in another root";
    return place.other_mounts ? "in another mount namespace" : "";
}

std::string image_label(std::string_view name) {
    const ImageName image = parse_image(name);
    std::string label(image.path);
    if (!image.place.is_home())
        label.append(" (").append(place_words(image.place)).append(")");
    return label;
}

}  // namespace caprec
