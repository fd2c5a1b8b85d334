// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "analyzer/emit/minimal/part_files.h"

namespace caprec {

// Writes the files below the folder, which is made when it is not there, and tells on `err` what was written, and what
// was left out and why.  A file that exists is replaced only when forced.  Returns whether none was in the way.
bool write_part_files(const std::vector<PartFile>& files, const std::string& folder, bool force, std::ostream& err);

}  // namespace caprec
