// SPDX-License-Identifier: Apache-2.0
//
// The one list of the fields of a RunHeader: whoever goes through them goes through all of them.
#pragma once

#include <cstdint>
#include <tuple>

#include "schema/member_count.h"
#include "schema/run_info.h"

namespace caprec {

enum class HeaderScope : std::uint8_t {
    run,      // can differ between runs of one command on one machine
    setting,  // is the same in all runs of one command on one machine
};

template <class Member> struct HeaderField {
    constexpr HeaderField(Member RunHeader::*of, HeaderScope where = HeaderScope::setting) : member(of), scope(where) {}
    Member RunHeader::*member;
    HeaderScope scope;
};

inline constexpr std::tuple run_header_fields{
    HeaderField{&RunHeader::version, HeaderScope::run},
    HeaderField{&RunHeader::min_reader_version, HeaderScope::run},
    HeaderField{&RunHeader::recorder},
    HeaderField{&RunHeader::run_id, HeaderScope::run},
    HeaderField{&RunHeader::start, HeaderScope::run},
    HeaderField{&RunHeader::host_name, HeaderScope::run},
    HeaderField{&RunHeader::kernel_release},
    HeaderField{&RunHeader::kernel_version},
    HeaderField{&RunHeader::machine},
    HeaderField{&RunHeader::boot_id, HeaderScope::run},
    HeaderField{&RunHeader::arch},
    HeaderField{&RunHeader::page_size},
    HeaderField{&RunHeader::hook},
    HeaderField{&RunHeader::hook_has_options},
    HeaderField{&RunHeader::attached_programs},
    HeaderField{&RunHeader::blind_spots},
    HeaderField{&RunHeader::refused_hooks},
    HeaderField{&RunHeader::command},
    HeaderField{&RunHeader::command_left_out},
    HeaderField{&RunHeader::working_directory, HeaderScope::run},
    HeaderField{&RunHeader::caller_uid},
    HeaderField{&RunHeader::caller_gid},
    HeaderField{&RunHeader::caller_effective_uid},
    HeaderField{&RunHeader::on_behalf_of_uid},
    HeaderField{&RunHeader::run_as_user},
    HeaderField{&RunHeader::run_as_uid},
    HeaderField{&RunHeader::pid_namespace_level},
    HeaderField{&RunHeader::sysctls},
    HeaderField{&RunHeader::lsms},
    HeaderField{&RunHeader::lsms_known},
    HeaderField{&RunHeader::buffer_bytes},
    HeaderField{&RunHeader::walk_every_stack},
    HeaderField{&RunHeader::wait_for_descendants},
    HeaderField{&RunHeader::only_kinds},
    HeaderField{&RunHeader::target_thread, HeaderScope::run},
    HeaderField{&RunHeader::home_namespace},
    HeaderField{&RunHeader::withholding},
    HeaderField{&RunHeader::symbol_source},
    HeaderField{&RunHeader::user_stacks},
    HeaderField{&RunHeader::mapping_source},
    HeaderField{&RunHeader::mapping_buffer_bytes},
    HeaderField{&RunHeader::mapping_refusal},
    HeaderField{&RunHeader::scope},
    HeaderField{&RunHeader::scope_names, HeaderScope::run},
};
static_assert(std::tuple_size_v<decltype(run_header_fields)> == member_count<RunHeader>(),
              "a field of RunHeader is missing above; its encoder, decoder and test have to know it, too");
static_assert(std::apply([](const auto&... field) { return all_different(std::tuple{field.member...}); },
                         run_header_fields),
              "a field of RunHeader is listed twice");

// Calls `visit` with each field.
template <class Visit> constexpr void visit_header_fields(Visit visit) {
    std::apply([&](const auto&... field) { (visit(field), ...); }, run_header_fields);
}

// Keeps in `header` the fields that `other` has alike.  Fields that differ get the value of an empty header: this way
// the order of several headers does not matter.
inline void keep_common(RunHeader& header, const RunHeader& other) {
    visit_header_fields([&](const auto& field) {
        if (header.*field.member != other.*field.member)
            header.*field.member = RunHeader().*field.member;
    });
}

}  // namespace caprec
