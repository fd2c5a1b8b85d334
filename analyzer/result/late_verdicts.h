// SPDX-License-Identifier: Apache-2.0
//
// Some verdicts hang on what only the end of a trace shows: how the command ended, that a program watches others, that
// checks of one key came from several places.  Whoever shows single checks reads the trace twice where that is
// possible, and shows what stood at the end of the first time; where it is not, the end says what changed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/result/check_key.h"

namespace caprec {

// What came of checks that had been delivered with another verdict, reason or set of capabilities.
struct LateVerdict {
    Judgement judgement;
    std::string site;  // as AnnotatedCheck has it
    StackId stack{};
    // For who tells of it: what it was first.
    unsigned capability = 0;
    bool granted = false;
    std::uint32_t first_rule = 0;  // an index for rule_at()
    std::string image, syscall;
    std::uint64_t count = 0;  // checks
};

class LateVerdicts {
public:
    void add(const CheckKey& asked_as, LateVerdict verdict) { by_key_.emplace(asked_as, std::move(verdict)); }
    bool empty() const { return by_key_.empty(); }

    // Some verdicts that changed are not here: there were more kinds of check than are kept.
    void set_incomplete() { incomplete_ = true; }
    bool incomplete() const { return incomplete_; }

    // Null: what the check was delivered with stands.
    const LateVerdict* of(const AnnotatedCheck& check) const;

    std::vector<const LateVerdict*> list() const;  // by image, capability and rule

private:
    std::unordered_map<CheckKey, LateVerdict, CheckKeyHash> by_key_;
    bool incomplete_ = false;
};

// Hands on what it gets, with the verdicts that stood at the end.
class Finalizer : public CheckReceiver {
public:
    Finalizer(CheckReceiver& receiver, const LateVerdicts& late) : receiver_(receiver), late_(late) {}  // keeps both

    void on(const AnnotatedCheck& check) override;
    void on(const UnaskedNeed& need) override { receiver_.on(need); }
    void on(const StageEnd& end) override { receiver_.on(end); }
    void on(const RefusedCall& refused) override { receiver_.on(refused); }
    void on(const Executed& executed) override { receiver_.on(executed); }

private:
    CheckReceiver& receiver_;
    const LateVerdicts& late_;
};

}  // namespace caprec
