// SPDX-License-Identifier: Apache-2.0
//
// Times of a trace as text, in the wall clock of the recording host.  Any 64-bit value is accepted: times come
// from a file that nobody vouches for.
#pragma once

#include <cstdint>
#include <string>

#include "schema/run_info.h"

namespace caprec {

// ns since 1970 in the recording host's local time, for a monotonic time of the same recording.
std::int64_t local_time(const Clock& start, std::uint64_t monotonic);

std::string date_text(std::int64_t local_ns);       // "2026-03-14 09:26:53"
std::string utc_offset_text(std::int32_t seconds);  // "+01:00"
std::string rfc3339_text(const Clock& clock);       // "2026-03-14T09:26:53.123456789+01:00"
// "2026-03-14 08:26:53.123456", in UTC: local_time() without the offset.
std::string utc_text(const Clock& start, std::uint64_t monotonic);
std::string duration_text(std::uint64_t ns);  // "850 us", "12.3 ms", "4.56 s", "3 min 12 s", "2 h 5 min"

void append_time_of_day(std::string& text, std::int64_t local_ns);  // "09:26:53.123456"
void append_seconds(std::string& text, std::int64_t ns);            // "12.345678"

}  // namespace caprec
