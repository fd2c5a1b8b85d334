// SPDX-License-Identifier: Apache-2.0
//
// All that is known of kernel sites: the rows of kernel_sites.tsv, which is part of the program, or of another file of
// the same form.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/containers/id_hash.h"
#include "analyzer/knowledge/site_row.h"

namespace caprec {

// The first line of a knowledge file: "# caprec kernel knowledge	format 1	2026-11-22".
struct KnowledgeName {
    std::string source;   // "built in", or the name of the file
    std::string version;  // the date in its first line
    bool built_in = false;

    std::string text() const { return source + " (" + version + ")"; }
};

class Knowledge {
public:
    static constexpr std::size_t max_bytes = 8u << 20;

    // Throws Error with the number of the line that is wrong.  `source` is for messages.
    Knowledge(std::string_view text, std::string source);

    static Knowledge built_in();

    // Rows in the order of the file.
    const std::deque<SiteRow>& rows() const { return rows_; }
    const KnowledgeName& name() const { return name_; }

    // The rows for a site: those whose `within` occurs in the stack, outermost first, then those without one.  `stack`:
    // symbols, innermost first, compiler suffixes stripped.  Rows for other kernels are left out.
    std::vector<const SiteRow*> rows_for(std::string_view site, const std::vector<std::string_view>& stack,
                                         std::pair<unsigned, unsigned> kernel) const;
    // The rows for a syscall by its name, for traces without kernel symbols.
    std::vector<const SiteRow*> rows_for_syscall(std::string_view name) const;

    // All names of sites and, as "syscall:NAME", of syscalls.
    std::vector<std::string_view> sites() const;

private:
    std::deque<SiteRow> rows_;
    std::unordered_map<std::string_view, std::vector<const SiteRow*>, TextHash> by_site_;  // views of rows_
    KnowledgeName name_;
};

// The text of the rows that are part of the program.
std::string_view built_in_knowledge();

// "6.18.44-debian" -> {6, 18}; {0, 0} when it is no version.
std::pair<unsigned, unsigned> kernel_version(std::string_view release);

// Entry points of syscalls have a name for each architecture and compiler: "__x64_sys_chroot", "__do_sys_chroot"
// -> "sys_chroot".  Everything else stays as it is.
std::string plain_site_name(std::string_view symbol);

}  // namespace caprec
