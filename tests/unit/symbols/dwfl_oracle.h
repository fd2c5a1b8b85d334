// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "tests/unit/symbols/sampled_process.h"

namespace caprec {

// elfutils' own unwinder over samples, at the addresses they were taken at: ours must agree with it.
class DwflOracle {
public:
    DwflOracle();
    ~DwflOracle();

    struct Chain {
        std::vector<std::uint64_t> pcs;
        bool outside = false;  // it asked for memory that the sample does not have
    };
    Chain unwind(const Sample& sample);

private:
    struct Image;
    std::map<std::shared_ptr<const std::vector<Mapping>>, std::unique_ptr<Image>> images_;
};

}  // namespace caprec
