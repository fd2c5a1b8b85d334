// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/policy/policy_formats.h"

namespace caprec {

struct UnitSetting {
    std::string key, value;
    PolicyPlace place;  // of the first of continued lines
};

struct UnitSettings {
    bool has_service = false;           // a section [Service] is there
    std::vector<UnitSetting> settings;  // of that section, in their order
};

// Lines of systemd units, with those that a backslash continues put together.  When the text begins with "#
// /path/x.service", as systemctl cat writes it before each file, such lines name the file of what follows.  Lines that
// are not settings are problems of the result.
UnitSettings read_unit(const PolicyText& text, ParsedPolicy& result);

}  // namespace caprec
