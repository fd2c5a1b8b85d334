// SPDX-License-Identifier: Apache-2.0
#include "analyzer/processes/homes.h"

#include "analyzer/cgroups/cgroup_path.h"
#include "analyzer/cgroups/container_names.h"

namespace caprec {

// The path with the life of this table; empty beyond the limits.
std::string_view Homes::keep(std::string_view path) {
    path = path.substr(0, max_cgroup_bytes);
    if (const auto found = known_.find(path); found != known_.end())
        return found->first;
    if (paths_.size() >= max_homes || bytes_ + path.size() > max_bytes) {
        limits_reached_ = true;
        return {};
    }
    bytes_ += path.size();
    Keeper keeper = keeper_of(path);
    if (names_ != nullptr && !keeper.container.empty())
        keeper.container_name = names_->name_of(keeper.container);
    KeeperId number{};
    if (!keeper.empty()) {
        const KeeperId next(static_cast<std::uint32_t>(keepers_.size()));
        number = keeper_numbers_.try_emplace({keeper.unit, keeper.container}, next).first->second;
        if (number == next)
            keepers_.push_back(std::move(keeper));
    }
    return known_.emplace(paths_.emplace_back(path), number).first->first;
}

HomeId Homes::intern(Home home) {
    home.cgroup = keep(home.cgroup);
    if (const auto found = known_.find(home.cgroup); found != known_.end())
        home.keeper = found->second;
    if (home == Home())
        return {};
    const HomeId next(static_cast<std::uint32_t>(homes_.size()));
    if (homes_.size() > max_homes && !numbers_.contains(home)) {
        limits_reached_ = true;
        return {};
    }
    const HomeId number = numbers_.try_emplace(home, next).first->second;
    if (number == next)
        homes_.push_back(home);
    return number;
}

HomeId Homes::add(const PlaceRow& row, const TraceReader& reader) {
    return intern({.cgroup = reader.string(row.cgroup),
                   .cgroup_id = row.cgroup_id,
                   .pid_namespace = row.pid_namespace,
                   .network_namespace = row.network_namespace,
                   .mount_namespace = row.mount_namespace});
}

HomeId Homes::add_cgroup(std::string_view path) {
    Home home;
    home.cgroup = path;
    return intern(home);
}

}  // namespace caprec
