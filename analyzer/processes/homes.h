// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "analyzer/analysis/keeper.h"
#include "analyzer/containers/id_hash.h"
#include "schema/event_rows.h"
#include "schema/ids.h"
#include "schema/trace_reader.h"

namespace caprec {

class ContainerNames;

// The cgroup and the namespaces that a process lives in.
struct Home {
    std::string_view cgroup;  // raw bytes; empty: not known
    std::uint64_t cgroup_id = 0;
    std::uint64_t pid_namespace = 0, network_namespace = 0, mount_namespace = 0;  // inodes; 0: not known
    KeeperId keeper{};
    friend auto operator<=>(const Home&, const Home&) = default;
};

// Homes and keepers, numbered by content: equal numbers mean equal ones.
class Homes {
public:
    static constexpr std::size_t max_homes = 1u << 16, max_bytes = 32u << 20;

    // `names` are those that containers have; null: none.  Kept.
    explicit Homes(const ContainerNames* names = nullptr) : names_(names) {}

    HomeId add(const PlaceRow& row, const TraceReader& reader);
    HomeId add_cgroup(std::string_view path);  // of a kind of check of a merged trace

    const Home& home(HomeId id) const { return homes_[id.value()]; }
    const Keeper& keeper(KeeperId id) const { return keepers_[id.value()]; }
    const Keeper& keeper(HomeId id) const { return keeper(home(id).keeper); }
    bool limits_reached() const { return limits_reached_; }

private:
    HomeId intern(Home home);
    std::string_view keep(std::string_view path);

    const ContainerNames* names_;
    std::deque<Home> homes_{{}};
    std::deque<Keeper> keepers_{{}};
    std::map<Home, HomeId> numbers_;
    std::map<std::pair<std::string, std::string>, KeeperId> keeper_numbers_;  // by unit and container
    std::deque<std::string> paths_;
    std::unordered_map<std::string_view, KeeperId, TextHash> known_;  // views of paths_
    std::size_t bytes_ = 0;
    bool limits_reached_ = false;
};

}  // namespace caprec
