// SPDX-License-Identifier: Apache-2.0
//
// Programs are told apart by the path of the executable, and by whether it is a path in the command's own file tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "schema/ids.h"

namespace caprec {

// Where a program's path leads to, seen from where the command was started.
struct ImagePlace {
    bool other_root = false;    // a chroot: neither the command's root nor its mount namespace's own
    bool other_mounts = false;  // another mount namespace
    bool unknown = false;       // withheld: it may be any of these, or none
    bool is_home() const { return !other_root && !other_mounts && !unknown; }
    friend bool operator==(const ImagePlace&, const ImagePlace&) = default;
};

struct ImageName {
    std::string_view path;
    ImagePlace place;
};

inline constexpr std::size_t max_place_bytes = 2;  // how much longer a name is than its path, at most

// Names, numbered by content (Images): equal numbers mean equal names.
class Images;
using ImageId = Id<Images, std::uint32_t>;  // none: not known

// The path; outside of home, a NUL, which no path contains, and a letter follow.  Equal names mean equal programs.
std::string image_name(std::string_view path, const ImagePlace& place);
ImageName parse_image(std::string_view name);  // a name that image_name() did not make is all path

// "in another root", "in another mount namespace", both, "in a place that is withheld"; empty at home.
std::string_view place_words(const ImagePlace& place);

// "/usr/bin/chown (in another root)": raw bytes.
std::string image_label(std::string_view name);

}  // namespace caprec
