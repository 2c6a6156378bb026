// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "pendingqueue_p.h"

#include <QtCore/qset.h>

#include <algorithm>

namespace ObjectSync::Internal {

namespace {

/// For field labels, lengths and the like, of a message and of each thing in it.
constexpr qint64 MessageOverhead = 48;
constexpr qint64 ItemOverhead = 16;
constexpr qint64 ExpectationOverhead = 24;
/// Of one value, and of the name of one: at most what CBOR needs.
constexpr qint64 ValueOverhead = 10;
constexpr qint64 DateOverhead = 20;
constexpr qint64 NameOverhead = 5;

qint64 encodedSize(const Value &value)
{
    if (value.type() < Value::Type::String)
        return value.type() == Value::Type::DateTime ? DateOverhead : ValueOverhead;
    qint64 size = ValueOverhead + value.toUtf8().size() + value.toBytes().size();
    for (const Value &item : value.toList())
        size += encodedSize(item);
    for (const auto &[name, item] : value.toMap())
        size += NameOverhead + name.size() + encodedSize(item);
    return size;
}

qint64 encodedSize(const ValueMap &values)
{
    qint64 size = 0;
    for (const auto &[name, value] : values)
        size += name.size() + encodedSize(value) + NameOverhead;
    return size;
}

/// Calls \a visitor for each entity that the transaction touches or looks at; for some twice.
/// Entities whose id the server chooses are not known.
template<typename Visitor>
void visitEntities(const Transaction &transaction, const Visitor &visitor)
{
    for (const Expectation &expectation : transaction.expectations)
        visitor(expectation.id);
    for (const Operation &operation : transaction.operations) {
        if (!operation.needsId())
            visitor(operation.id);
    }
}

std::unique_ptr<Transaction> withoutRevisions(const Transaction &transaction)
{
    const auto hasRevision = [](const Expectation &each) { return each.revision.has_value(); };
    if (std::none_of(transaction.expectations.begin(), transaction.expectations.end(), hasRevision))
        return nullptr;
    auto stripped = std::make_unique<Transaction>(transaction);
    for (Expectation &expectation : stripped->expectations)
        expectation.revision.reset();
    return stripped;
}

} // namespace

qint64 encodedSize(const Transaction &transaction)
{
    qint64 size = MessageOverhead;
    for (const Operation &operation : transaction.operations) {
        size += ItemOverhead + operation.id.size() + operation.type.size() + operation.name.size()
                + encodedSize(operation.argument) + encodedSize(operation.values);
        for (const QByteArray &name : operation.names)
            size += ItemOverhead + name.size();
    }
    for (const Expectation &expectation : transaction.expectations)
        size += ExpectationOverhead + expectation.id.size() + encodedSize(expectation.values);
    return size;
}

const PendingTransaction *PendingQueue::find(TransactionId id) const
{
    if (isEmpty() || id < m_transactions.front().id || id > m_transactions.back().id)
        return nullptr;
    return &m_transactions[static_cast<size_t>(id - m_transactions.front().id)];
}

PendingTransaction &PendingQueue::append(Transaction transaction)
{
    return append(++m_lastId, std::move(transaction));
}

PendingTransaction &PendingQueue::append(TransactionId known, Transaction transaction)
{
    PendingTransaction &pending = m_transactions.emplace_back();
    pending.id = known;
    pending.withoutRevisions = withoutRevisions(transaction);
    pending.bytes = encodedSize(transaction);
    pending.transaction = std::move(transaction);
    m_operations += pending.operations();
    m_bytes += pending.bytes;
    m_byEntity.reserve(m_byEntity.size() + pending.operations());
    visitEntities(pending.transaction, [&](const QByteArray &id) {
        auto &touching = m_byEntity[id];
        const auto isPending = [this](TransactionId it) { return it >= m_transactions.front().id; };
        touching.erase(touching.begin(), std::find_if(touching.begin(), touching.end(), isPending));
        if (touching.isEmpty() || touching.last() != pending.id)
            touching.append(pending.id);
    });
    return pending;
}

void PendingQueue::prepend(const std::vector<StoredTransaction> &restored)
{
    std::deque<PendingTransaction> own = std::exchange(m_transactions, {});
    m_byEntity.clear();
    m_operations = m_bytes = m_answered = 0;
    TransactionId id = own.empty() ? m_lastId + 1 : own.front().id - restored.size();
    for (const StoredTransaction &each : restored)
        append(id++, each.transaction);
    for (PendingTransaction &each : own)
        append(id++, std::move(each.transaction));
    m_lastId = std::max(m_lastId, id - 1);
}

PendingTransaction PendingQueue::takeFirst()
{
    PendingTransaction first = std::move(m_transactions.front());
    m_transactions.pop_front();
    m_operations -= first.operations();
    m_bytes -= first.bytes;
    ++m_firstNumber;
    m_sent = std::max<qsizetype>(0, m_sent - 1);
    m_everSent = std::max<qsizetype>(0, m_everSent - 1);
    dropAnswered(first.operations() + static_cast<qint64>(first.transaction.expectations.size()));
    return first;
}

/// A transaction of so many operations has left. What it touched is looked for now and then, all at
/// once: to look for each entity costs more than the rest.
void PendingQueue::dropAnswered(qint64 operations)
{
    constexpr qint64 Few = 1000;
    m_answered += operations;
    if (m_transactions.empty()) {
        m_byEntity.clear();
        m_answered = 0;
    } else if (m_answered > std::max<qint64>(Few, m_byEntity.size())) {
        const TransactionId first = m_transactions.front().id;
        m_byEntity.removeIf([first](auto item) { return item->last() < first; });
        m_answered = 0;
    }
}

void PendingQueue::renumber(TransactionNumber first, TransactionNumber lastSent)
{
    m_firstNumber = first;
    m_everSent = std::clamp<qsizetype>(lastSent - first + 1, 0, size());
}

void PendingQueue::noteSent()
{
    ++m_sent;
    m_everSent = std::max(m_everSent, m_sent);
}

PendingQueue::Connected PendingQueue::connectedWith(const std::vector<QByteArray> &ids)
{
    ++m_visit;
    Connected part;
    QSet<QByteArray> met;
    const auto meet = [&](const QByteArray &id) {
        const qsizetype known = met.size();
        met.insert(id);
        if (met.size() != known)
            part.ids.push_back(id);
    };
    for (const QByteArray &id : ids)
        meet(id);
    // Grows while it is walked.
    for (size_t place = 0; place < part.ids.size(); ++place) {
        const auto touching = m_byEntity.constFind(part.ids[place]);
        if (touching == m_byEntity.constEnd())
            continue;
        for (const TransactionId id : *touching) {
            if (id < m_transactions.front().id)
                continue; // it has left
            PendingTransaction &pending =
                    m_transactions[static_cast<size_t>(id - m_transactions.front().id)];
            if (std::exchange(pending.visit, m_visit) == m_visit)
                continue;
            part.transactions.push_back(&pending);
            visitEntities(pending.transaction, meet);
        }
    }
    std::sort(part.transactions.begin(), part.transactions.end(),
              [](const auto *a, const auto *b) { return a->id < b->id; });
    return part;
}

} // namespace ObjectSync::Internal
