// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace caprec {

// The names of containers by their ids, from files that the engines' own tools printed.  Both are bytes that somebody
// else chose.
class ContainerNames {
public:
    static constexpr std::size_t max_file_bytes = 64u << 20, max_names = 1u << 16, max_name_bytes = 512;

    // Adds what `docker inspect`, `podman inspect`, `crictl inspect` or `kubectl get pods -o json` printed: which it
    // is, the text shows.  Throws Error, without the name of the file, when it is none of them, or has too many names.
    void read(std::string_view text);

    // The name of the container with this id, or with the only id that begins so; empty: not known.
    std::string name_of(std::string_view id) const;

    std::size_t size() const { return names_.size(); }

private:
    void add(std::string_view id, std::string_view name);

    std::map<std::string, std::string, std::less<>> names_;
};

}  // namespace caprec
