// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/formats/format.h"

#include <algorithm>

#include "analyzer/emit/json.h"
#include "analyzer/emit/text.h"

namespace caprec {
namespace {
constexpr Format table[] = {
    {"text", "one name a line", [](const FormatInput& i, std::ostream& o) { minimal_text(i.analysis, o); }},
    {"json", "x", [](const FormatInput& i, std::ostream& o) { minimal_json(i.analysis, o); }},
};
}
std::span<const Format> formats() { return table; }
const Format* find_format(std::string_view name) {
    const auto* found = std::ranges::find(table, name, &Format::name);
    return found != std::end(table) ? found : nullptr;
}
}  // namespace caprec
