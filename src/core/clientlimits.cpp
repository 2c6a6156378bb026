// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// What is above the limits of a server is not sent to it: the server would close the connection, or
// leave out a number, and after the next connection the same would come again.

#include "clientengine_p.h"

#include "messagecheck_p.h"

namespace ObjectSync {

using namespace Internal;

namespace {

/// Of ids or of operations that have to go into one message.
Error tooLarge(const Limits &limits)
{
    return {
        ErrorCode::TooLarge,
        QStringLiteral("A message may have %1 bytes; do it in several parts").arg(limits.messageSize)
    };
}

} // namespace

// When it is asked for

Expected<void> ClientEngine::Private::check(const Message &commit, qint64 size) const
{
    const Transaction &transaction = std::get<Commit>(commit).transaction;
    for (const Operation &operation : transaction.operations) {
        if (operation.kind == Operation::Kind::Apply && !options.operations.find(operation.type)) {
            return Error{ ErrorCode::UnknownOperation,
                          QStringLiteral("There is no operation `%1`; register it first")
                                  .arg(QString::fromUtf8(operation.type)),
                          operation.id };
        }
    }
    return checkLimits(commit, size);
}

/// \a size: the encodedSize() of its transaction.
Expected<void> ClientEngine::Private::checkLimits(const Message &commit, qint64 size) const
{
    const Transaction &transaction = std::get<Commit>(commit).transaction;
    auto checked = checkMessage(commit, limits);
    const auto checkOne = [&](const QByteArray &id, const Value &value) {
        if (checked && !(checked = checkValue(value, limits)))
            checked = Error{ checked.error().code, checked.error().message, id };
    };
    const auto checkAll = [&](const QByteArray &id, const ValueMap &values) {
        for (const ValueMap::Item &item : values)
            checkOne(id, item.value);
    };
    for (const Operation &operation : transaction.operations) {
        if (!operation.argument.isUndefined())
            checkOne(operation.id, operation.argument);
        checkAll(operation.id, operation.values);
    }
    for (const Expectation &expectation : transaction.expectations)
        checkAll(expectation.id, expectation.values);
    if (checked && size > limits.messageSize)
        checked = tooLarge(limits);
    return checked;
}

Expected<void> ClientEngine::Private::checkQueue(qint64 operations, qint64 size) const
{
    const PendingQueue &queue = replica.queue();
    if (queue.operations() + std::max<qint64>(1, operations) > options.queueOperations
        || queue.bytes() + size > options.queueBytes) {
        return Error{ ErrorCode::TooManyPending,
                      QStringLiteral("%1 operations wait for the server, and no more are kept; try "
                                     "again when it has answered")
                              .arg(queue.operations()) };
    }
    return {};
}

Expected<void> ClientEngine::Private::checkFetch(const std::vector<QByteArray> &ids) const
{
    qint64 size = 0;
    for (const QByteArray &id : ids)
        size += id.size() + 8;
    auto checked = checkMessage(Fetch{ 0, ids }, limits);
    if (checked && size > limits.messageSize)
        checked = tooLarge(limits);
    return checked;
}

// When a server has told its limits, which may be below those that were known when it was asked for

/// All that the server has not decided is looked at.
void ClientEngine::Private::findUnfit(TransactionNumber lastDecided)
{
    PendingQueue &queue = replica.queue();
    for (qsizetype place = 0; place < queue.size(); ++place) {
        PendingTransaction &pending = queue.at(place);
        const bool isDecided = queue.firstNumber() + place <= lastDecided;
        if (!isDecided && !checkLimits(*pending.message, pending.bytes))
            unfit.push_back(pending.id);
    }
}

TransactionNumber ClientEngine::Private::lastFit() const
{
    const PendingQueue &queue = replica.queue();
    if (unfit.empty() || queue.isEmpty())
        return std::numeric_limits<TransactionNumber>::max();
    return queue.firstNumber() + static_cast<TransactionNumber>(unfit.front() - queue.at(0).id) - 1;
}

bool ClientEngine::Private::isFirstUnfit()
{
    const PendingQueue &queue = replica.queue();
    while (!unfit.empty() && (queue.isEmpty() || unfit.front() < queue.at(0).id))
        unfit.pop_front(); // answered, as an earlier server had it
    return !unfit.empty() && unfit.front() == queue.at(0).id;
}

/// All before it have been answered. Where it has never been sent the server cannot have counted it:
/// its number goes to the next one. Else nobody knows, and the number is not given to another one.
void ClientEngine::Private::refuseFirst(qint64 now)
{
    PendingQueue &queue = replica.queue();
    const TransactionNumber number = queue.firstNumber();
    const auto checked = checkLimits(*queue.at(0).message, queue.at(0).bytes);
    if (number <= queue.lastSentNumber()) {
        return beginAnew(queue.lastSentNumber(),
                         { ErrorCode::UnknownOutcome,
                           QStringLiteral("The server takes less than it did when this, or one "
                                          "before it, was sent: it may have been done or not. "
                                          "Look, and decide") },
                         now);
    }
    unfit.pop_front();
    Turn turn(*this);
    answerFirst(turn, checked.error(), {}, now);
    renumber(number, number - 1);
    finish(turn);
}

void ClientEngine::Private::refuseRequests()
{
    for (const auto &[request, error] :
         fetches.takeUnfit([this](const auto &ids) { return checkFetch(ids); }))
        answerFetches({ request }, error);
    for (const auto &[sub, error] : subscriptions.unfit(limits))
        refuseSubscription(sub, error);
}

} // namespace ObjectSync
