// SPDX-License-Identifier: Apache-2.0
#include "recorder/vdso.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace caprec {

void write_vdso(TraceWriter& writer) {
    constexpr const char* name = "[vdso]";
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        if (!line.ends_with(name))
            continue;
        std::uintptr_t start = 0, end = 0;
        char dash = 0;
        std::istringstream(line) >> std::hex >> start >> dash >> end;
        if (end <= start || end - start > max_part_bytes)
            return;
        const auto* bytes = reinterpret_cast<const char*>(start);
        writer.file_part({name,
                          "",
                          end - start,
                          0,
                          static_cast<std::uint32_t>(end - start),
                          Compression::none,
                          {bytes, end - start}});
        return;
    }
}

}  // namespace caprec
