// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/mutate_knowledge.h"

#include <algorithm>
#include <set>
#include <vector>

#include "analyzer/knowledge/knowledge.h"

namespace caprec {
namespace {

constexpr std::size_t class_column = 3, test_column = 5, longest_cell = 1U << 16;

constexpr std::string_view words[] = {"",
                                      "-",
                                      ",",
                                      "|",
                                      "..",
                                      "a",
                                      "within",
                                      "CAP_",
                                      "CAP_CHOWN",
                                      "chown",
                                      "0",
                                      "40",
                                      "41",
                                      "63",
                                      "64",
                                      "-1",
                                      "18446744073709551616",
                                      "CAP_CHOWN|CAP_CHOWN",
                                      "CAP_SYS_ADMIN,CAP_BPF|CAP_CHOWN",
                                      "required",
                                      "alternative",
                                      "first",
                                      "limit",
                                      "limit-first",
                                      "advisory",
                                      "probe",
                                      "same-id",
                                      "inheritable-within",
                                      "setgid-bit",
                                      "fallback",
                                      "own-process",
                                      "setsockopt-raw-or-admin",
                                      "fanotify",
                                      "mq-default",
                                      "new-namespace",
                                      "own-credential",
                                      "own-task",
                                      "tcp-congestion",
                                      "mode-bits",
                                      "maps-root",
                                      "sysctl:",
                                      "sysctl:=",
                                      "sysctl:a",
                                      "sysctl:a=",
                                      "sysctl:vm.overcommit_memory=0",
                                      "syscall:",
                                      "syscall:openat",
                                      "syscall:\x1b[2J",
                                      "EPERM",
                                      "EPERM,EACCES,ack,silent",
                                      "ack",
                                      "silent",
                                      "audit",
                                      "noaudit",
                                      "6.1..",
                                      "..6.1",
                                      "6.12..6.1",
                                      "4294967295.4294967295..",
                                      "4294967296.1..",
                                      "99999999999999999999.1..",
                                      ".1..",
                                      "6...7",
                                      "generic_permission",
                                      "sys_openat",
                                      "\x1b]0;title\x07",
                                      "\xff\xfe",
                                      "\xc2\x9b",
                                      "\xe2\x80\xae",
                                      "\r",
                                      "# caprec kernel knowledge"};

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t end = std::min(text.find(separator), text.size());
        parts.emplace_back(text.substr(0, end));
        if (end == text.size())
            return parts;
        text.remove_prefix(end + 1);
    }
}

std::string join(const std::vector<std::string>& parts, char separator) {
    std::string text;
    for (const std::string& part : parts)
        text += (&part == parts.data() ? "" : std::string(1, separator)) + part;
    return text;
}

template <class Container> auto& any_of(Container& container, RandomNumbers& random) {
    return container[random() % std::size(container)];
}

void change_cells(std::string& line, const std::string& other, RandomNumbers& random) {
    std::vector<std::string> cells = split(line, '\t');
    const std::vector<std::string> others = split(other, '\t');
    const std::size_t place = random() % cells.size();
    std::string& cell = cells[place];
    switch (random() % 8) {
        case 0: std::swap(cell, any_of(cells, random)); break;
        case 1: cell = any_of(others, random); break;
        case 2: cell = others[std::min(place, others.size() - 1)]; break;
        case 3: cell = any_of(words, random); break;
        case 4: cell += std::string(random() % 2 == 0 ? "," : "|").append(any_of(words, random)); break;
        case 5: cell.insert(random() % (cell.size() + 1), 1, static_cast<char>(random())); break;
        case 6: cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(place)); break;
        default:
            if (random() % 64 == 0)
                cell.assign(random() % longest_cell, static_cast<char>(random()));
            else
                cells.insert(cells.begin() + static_cast<std::ptrdiff_t>(place), std::string(any_of(words, random)));
    }
    line = join(cells, '\t');
}

void change_lines(std::vector<std::string>& lines, RandomNumbers& random) {
    std::string& line = any_of(lines, random);
    const std::string other = any_of(lines, random);
    switch (random() % 8) {
        case 0: line += other; break;
        case 1: line = other; break;
        case 2: line.clear(); break;
        case 3: lines.push_back(other); break;
        default:  // the first line is seldom changed: without it nothing else is looked at
            if (&line != lines.data() || random() % 16 == 0)
                change_cells(line, other, random);
    }
}

}  // namespace

const std::string& sample_knowledge() {
    static const std::string sample = [] {
        std::string text;
        std::set<std::string> taken;
        for (const std::string& line : split(built_in_knowledge(), '\n')) {
            const std::vector<std::string> cells = split(line, '\t');
            if (text.empty()) {
                text = line + '\n';
            } else if (cells.size() > test_column && !line.starts_with('#')) {
                const std::string kind = cells[class_column] + cells[test_column];
                if (taken.insert(line.starts_with("syscall:") ? "syscall:" + kind : kind).second)
                    text += line + '\n';
            }
        }
        return text;
    }();
    return sample;
}

std::string mutate_knowledge(std::string_view text, RandomNumbers& random) {
    if (text.empty())
        return sample_knowledge();
    std::vector<std::string> lines = split(text, '\n');
    change_lines(lines, random);
    std::string result = join(lines, '\n');
    if (random() % 32 == 0 && !result.empty())
        result.resize(random() % result.size());
    if (random() % 32 == 0 && !result.empty())
        any_of(result, random) = static_cast<char>(random());
    return result;
}

}  // namespace caprec
