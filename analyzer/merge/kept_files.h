// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "schema/packed_files.h"

namespace caprec {

// The parts of files that several traces bring, each kept once.
class KeptFiles : public FilesVisitor {
public:
    static constexpr std::size_t max_bytes = std::size_t{256} << 20;

    void on(const FilePart& part) override;
    void on(const CodeLines& lines) override;
    void add(const KeptFiles& more);

    // Visits the files of modules that are wanted, by path and build id.
    void visit(const std::function<bool(std::string_view path, std::string_view build_id)>& wanted,
               FilesVisitor& visitor) const;

    bool limits_reached() const { return limits_reached_; }

private:
    using PartKey =
        std::tuple<std::string, std::string, std::uint64_t, std::uint32_t>;  // path, build id, place, length
    struct Part {
        std::uint64_t size = 0;
        Compression compression = Compression::none;
        std::string bytes;
        friend auto operator<=>(const Part&, const Part&) = default;
    };
    using LinesKey = std::pair<std::string, std::string>;

    bool take(std::size_t bytes);
    void add(const PartKey& key, Part part);

    std::map<PartKey, Part> parts_;
    std::map<LinesKey, std::map<std::uint64_t, std::vector<SourceFrame>>> lines_;
    std::size_t bytes_ = 0;
    bool limits_reached_ = false;
};

}  // namespace caprec
