// SPDX-License-Identifier: Apache-2.0
#include "analyzer/words/clock_text.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>

namespace caprec {
namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr std::int64_t seconds_per_day = 86'400;

// Real offsets lie within 14 hours; anything else is not an offset.
std::int32_t sane_offset(std::int32_t seconds) {
    return std::abs(static_cast<std::int64_t>(seconds)) <= 18 * 3600 ? seconds : 0;
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
    const std::int64_t quotient = value / by;
    return value % by < 0 ? quotient - 1 : quotient;
}

std::int64_t floor_remainder(std::int64_t value, std::int64_t by) {
    const std::int64_t remainder = value % by;
    return remainder < 0 ? remainder + by : remainder;
}

void append_digits(std::string& text, std::uint64_t value, unsigned width) {
    std::array<char, 20> digits{};
    for (unsigned at = width; at-- > 0; value /= 10)
        digits[at] = static_cast<char>('0' + value % 10);
    text.append(digits.data(), width);
}

void append_number(std::string& text, std::uint64_t value) {
    std::array<char, 20> digits{};
    text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

void append_hms(std::string& text, std::int64_t second_of_day) {
    append_digits(text, static_cast<std::uint64_t>(second_of_day / 3600), 2);
    text += ':';
    append_digits(text, static_cast<std::uint64_t>(second_of_day / 60 % 60), 2);
    text += ':';
    append_digits(text, static_cast<std::uint64_t>(second_of_day % 60), 2);
}

std::string date_and_time(std::int64_t local_ns, char between) {
    const std::int64_t seconds = floor_divide(local_ns, ns_per_second);
    const std::int64_t day = floor_divide(seconds, seconds_per_day);
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    std::string text;
    append_digits(text, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
    text += '-';
    append_digits(text, static_cast<unsigned>(date.month()), 2);
    text += '-';
    append_digits(text, static_cast<unsigned>(date.day()), 2);
    text += between;
    append_hms(text, floor_remainder(seconds, seconds_per_day));
    return text;
}

// "4.56 s" for value 4560 of a unit divided into 1000.
std::string three_digits(std::uint64_t value, const char* unit) {
    std::string text;
    append_number(text, value / 1000);
    const std::uint64_t rest = value % 1000;
    if (value < 10'000) {
        text += '.';
        append_digits(text, rest / 10, 2);
    } else if (value < 100'000) {
        text += '.';
        append_digits(text, rest / 100, 1);
    }
    return text + ' ' + unit;
}

}  // namespace

std::int64_t local_time(const Clock& start, std::uint64_t monotonic) {
    const std::uint64_t offset =
        static_cast<std::uint64_t>(std::int64_t{sane_offset(start.utc_offset)} * ns_per_second);
    return static_cast<std::int64_t>(start.realtime + (monotonic - start.monotonic) + offset);
}

std::string date_text(std::int64_t local_ns) { return date_and_time(local_ns, ' '); }

std::string utc_offset_text(std::int32_t seconds) {
    const std::int32_t offset = sane_offset(seconds);
    const auto minutes = static_cast<std::uint64_t>(std::abs(offset) / 60);
    std::string text(1, offset < 0 ? '-' : '+');
    append_digits(text, minutes / 60, 2);
    text += ':';
    append_digits(text, minutes % 60, 2);
    return text;
}

std::string rfc3339_text(const Clock& clock) {
    const std::int64_t local_ns = local_time(clock, clock.monotonic);
    std::string text = date_and_time(local_ns, 'T') + '.';
    append_digits(text, static_cast<std::uint64_t>(floor_remainder(local_ns, ns_per_second)), 9);
    return text + utc_offset_text(clock.utc_offset);
}

std::string utc_text(const Clock& start, std::uint64_t monotonic) {
    Clock utc = start;
    utc.utc_offset = 0;
    const std::int64_t ns = local_time(utc, monotonic);
    std::string text = date_and_time(ns, ' ') + '.';
    append_digits(text, static_cast<std::uint64_t>(floor_remainder(ns, ns_per_second)) / 1000, 6);
    return text;
}

std::string duration_text(std::uint64_t ns) {
    if (ns < 1'000'000)
        return std::to_string(ns / 1000) + " us";
    if (ns < 1'000'000'000)
        return three_digits(ns / 1000, "ms");
    const std::uint64_t seconds = ns / 1'000'000'000;
    if (seconds < 60)
        return three_digits(ns / 1'000'000, "s");
    if (seconds < 3600)
        return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
    return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
}

void append_time_of_day(std::string& text, std::int64_t local_ns) {
    const std::int64_t seconds = floor_divide(local_ns, ns_per_second);
    append_hms(text, floor_remainder(seconds, seconds_per_day));
    text += '.';
    append_digits(text, static_cast<std::uint64_t>(floor_remainder(local_ns, ns_per_second)) / 1000, 6);
}

void append_seconds(std::string& text, std::int64_t ns) {
    std::uint64_t magnitude = static_cast<std::uint64_t>(ns);
    if (ns < 0) {
        text += '-';
        magnitude = 0 - magnitude;
    }
    append_number(text, magnitude / 1'000'000'000);
    text += '.';
    append_digits(text, magnitude % 1'000'000'000 / 1000, 6);
}

}  // namespace caprec
