// SPDX-License-Identifier: Apache-2.0
#include "schema/event_codec.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace caprec {
namespace {

static_assert(check_real_credential == format::CHECK_FLAG_REAL_CREDENTIAL);
static_assert(check_current_credential == format::CHECK_FLAG_CURRENT_CREDENTIAL);
static_assert(check_kernel_thread == format::CHECK_FLAG_KERNEL_THREAD);
static_assert(check_io_worker == format::CHECK_FLAG_IO_WORKER);
static_assert(check_before_exec == format::CHECK_FLAG_BEFORE_EXEC);
static_assert(check_walked == format::CHECK_FLAG_WALKED);
static_assert(check_stack_lost == format::CHECK_FLAG_STACK_LOST);
static_assert(check_object_withheld == format::CHECK_FLAG_OBJECT_WITHHELD);
static_assert(check_object_unreadable == format::CHECK_FLAG_OBJECT_UNREADABLE);
static_assert(check_newborn == format::CHECK_FLAG_NEWBORN);
static_assert(check_exiting == format::CHECK_FLAG_EXITING);
static_assert(check_user_stack_lost == format::CHECK_FLAG_USER_STACK_LOST);
static_assert(check_user_stack_withheld == format::CHECK_FLAG_USER_STACK_WITHHELD);
static_assert(check_in_exec == format::CHECK_FLAG_IN_EXEC);
static_assert(check_compat_task == format::CHECK_FLAG_COMPAT_TASK);
static_assert(check_arguments_withheld == format::CHECK_FLAG_ARGUMENTS_WITHHELD);
static_assert(check_site_unknown == format::CHECK_FLAG_SITE_UNKNOWN);
static_assert(check_credential_of_run == format::CHECK_FLAG_CREDENTIAL_OF_RUN);
static_assert(check_credential_unsure == format::CHECK_FLAG_CREDENTIAL_UNSURE);
static_assert(acknowledgement_code == format::ACKNOWLEDGEMENT_CODE);
static_assert(acknowledgement_names_nothing == format::ACKNOWLEDGEMENT_NAMES_NOTHING);
static_assert(outcome_beyond_memlock == format::OUTCOME_BEYOND_MEMLOCK);
static_assert(refusal_checked == format::REFUSAL_CHECKED);
static_assert(refusal_filtered == format::REFUSAL_FILTERED);
static_assert(refusal_strict == format::REFUSAL_STRICT);
static_assert(refusal_last == format::REFUSAL_LAST);
static_assert(comparison_own == format::COMPARISON_OWN);
static_assert(comparison_by_name == format::COMPARISON_BY_NAME);
static_assert(comparison_many == format::COMPARISON_MANY);
static_assert(request_has_data == format::CAPABILITY_REQUEST_HAS_DATA);
static_assert(request_unreadable == format::CAPABILITY_REQUEST_UNREADABLE);
static_assert(request_withheld == format::CAPABILITY_REQUEST_WITHHELD);
static_assert(exec_secure == format::EXEC_FLAG_SECURE);
static_assert(exec_path_cut == format::EXEC_FLAG_PATH_CUT);
static_assert(exec_path_unreachable == format::EXEC_FLAG_PATH_UNREACHABLE);
static_assert(exec_placed == format::EXEC_FLAG_PLACED);
static_assert(exec_file_powerless == format::EXEC_FLAG_FILE_POWERLESS);
static_assert(exec_other_root == format::EXEC_FLAG_OTHER_ROOT);
static_assert(exec_other_mounts == format::EXEC_FLAG_OTHER_MOUNTS);
static_assert(exec_withheld == format::EXEC_FLAG_WITHHELD);
static_assert(exec_there_before == format::EXEC_FLAG_THERE_BEFORE);
static_assert(task_there_before == format::TASK_FLAG_THERE_BEFORE);
static_assert(file_capabilities_known == format::FILE_STATE_CAPABILITIES);
static_assert(file_effective == format::FILE_STATE_EFFECTIVE);
static_assert(file_build_id == format::FILE_STATE_BUILD_ID);
static_assert(file_hash == format::FILE_STATE_HASH);
static_assert(file_gained == format::FILE_STATE_GAINED);

class EventCursor {
public:
    virtual ~EventCursor() = default;
    virtual bool next() = 0;  // goes to the next row of its type; false at the end and at a fault
    virtual void deliver(EventVisitor& visitor) const = 0;
    virtual const std::string& fault() const = 0;

    std::uint64_t order() const { return order_; }

protected:
    std::uint64_t order_ = 0;
};

template <class Row> class TypeCursor final : public EventCursor {
public:
    explicit TypeCursor(typename RowFormat<Row>::Format::Reader from) : decoder_(from) {}

    bool next() override {
        const bool more = decoder_.next();
        order_ = decoder_.row().order;
        return more;
    }
    void deliver(EventVisitor& visitor) const override { visitor.on(decoder_.row()); }
    const std::string& fault() const override { return decoder_.fault(); }

private:
    RowDecoder<Row> decoder_;
};

using Cursors = std::vector<std::unique_ptr<EventCursor>>;

template <class Row> void open(format::Events::Reader events, Cursors& cursors) {
    const auto columns = (events.*RowFormat<Row>::get)();
    if (columns.getCount() > 0)
        cursors.push_back(std::make_unique<TypeCursor<Row>>(columns));
}

// A tuple's types, for a fold over all rows.
template <class Row> struct RowTag { using type = Row; };

// Delivers the runs of rows that are of one type without looking at the others.
std::string merge(std::vector<EventCursor*> live, EventVisitor& visitor) {
    while (!live.empty()) {
        const auto first = std::ranges::min_element(live, {}, &EventCursor::order);
        EventCursor& cursor = **first;
        std::uint64_t others = ~std::uint64_t{0};
        for (const EventCursor* other : live)
            if (other != &cursor)
                others = std::min(others, other->order());
        bool more = true;
        do {
            cursor.deliver(visitor);
            more = cursor.next();
        } while (more && cursor.order() < others);
        if (more)
            continue;
        if (!cursor.fault().empty())
            return cursor.fault();
        live.erase(first);
    }
    return {};
}

}  // namespace

void EventBuffer::encode(format::Events::Builder into) {
    const auto encode_type = [&into]<class Row>(RowBuffer<Row>& buffer) {
        if (buffer.rows() > 0)
            buffer.encode((into.*RowFormat<Row>::init)());
    };
    std::apply([&](auto&... buffer) { (encode_type(buffer), ...); }, types_);
}

void EventBuffer::clear() {
    std::apply([](auto&... buffer) { (buffer.clear(), ...); }, types_);
    rows_ = 0;
}

std::string visit_rows(format::Events::Reader events, EventVisitor& visitor) {
    Cursors cursors;
    const auto open_all = [&]<class... Row>(std::tuple<RowTag<Row>...>) { (open<Row>(events, cursors), ...); };
    open_all(EachRow<RowTag>{});
    for (const auto& cursor : cursors)
        if (!cursor->fault().empty())
            return cursor->fault();
    std::vector<EventCursor*> live;
    for (const auto& cursor : cursors)
        if (cursor->next())
            live.push_back(cursor.get());
    return merge(std::move(live), visitor);
}

}  // namespace caprec
