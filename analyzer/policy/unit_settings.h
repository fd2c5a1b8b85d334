// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/policy/policy_formats.h"

namespace caprec {

struct UnitSetting {
    std::string key, value;
    PolicyPlace place;  // the first of its lines
};

struct UnitSettings {
    bool has_service = false;           // there is a section [Service]
    std::vector<UnitSetting> settings;  // the settings of that section, in their order
};

// Reads the lines of systemd units; lines that a backslash continues are put together.  When the text begins with "#
// /path/x.service", as systemctl cat writes it before each file, such lines name the file of what follows.  Lines that
// are not settings are problems in the result.
UnitSettings read_unit(const PolicyText& text, ParsedPolicy& result);

}  // namespace caprec
