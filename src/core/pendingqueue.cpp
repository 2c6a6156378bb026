// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "pendingqueue_p.h"

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
    qint64 size = ValueOverhead + value.utf8View().size() + value.bytesView().size();
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
        visitor(expectation.id, EntityHint());
    for (const Operation &operation : transaction.operations) {
        if (!operation.needsId())
            visitor(operation.id, operation.hint);
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

MessagePtr PendingTransaction::numbered(TransactionNumber number, TransactionNumber answered)
{
    // Where somebody still has it as it was, it stays so: it is what the index points into.
    const auto sent = message.use_count() > 1 ? std::make_shared<Message>(*message) : message;
    auto &commit = std::get<Commit>(*sent);
    commit.tx = number;
    commit.answered = answered;
    return sent;
}

Transaction PendingTransaction::takeTransaction()
{
    if (message.use_count() > 1)
        return transaction();
    return std::move(std::get<Commit>(*message).transaction);
}

const PendingTransaction *PendingQueue::find(TransactionId id) const
{
    if (isEmpty() || id < m_transactions.front().id || id > m_transactions.back().id)
        return nullptr;
    return &m_transactions[static_cast<size_t>(id - m_transactions.front().id)];
}

PendingTransaction &PendingQueue::append(std::shared_ptr<Message> message, qint64 size)
{
    return append(++m_lastId, std::move(message), size);
}

PendingTransaction &PendingQueue::append(TransactionId known, std::shared_ptr<Message> message,
                                         qint64 size)
{
    PendingTransaction &pending = m_transactions.emplace_back();
    pending.id = known;
    pending.message = std::move(message);
    pending.withoutRevisions = withoutRevisions(pending.transaction());
    pending.bytes = size;
    m_operations += pending.operations();
    m_bytes += pending.bytes;
    return pending;
}

void PendingQueue::completeIndex() const
{
    const TransactionId next = m_indexedUpTo + 1;
    const TransactionId first = m_transactions.empty() ? next : m_transactions.front().id;
    for (size_t place = next > first ? next - first : 0; place < m_transactions.size(); ++place) {
        const PendingTransaction &pending = m_transactions[place];
        m_index.reserve(pending.transaction().operations.size());
        visitEntities(pending.transaction(), [&](const QByteArray &id, EntityHint hint) {
            m_index.add(id, hint, pending.id);
        });
    }
    m_indexedUpTo = m_lastId;
}

void PendingQueue::prepend(const std::vector<StoredTransaction> &restored)
{
    std::deque<PendingTransaction> own = std::exchange(m_transactions, {});
    m_index.clear();
    m_indexedUpTo = 0; // ids below FirstId may come back
    m_operations = m_bytes = 0;
    TransactionId id = own.empty() ? m_lastId + 1 : own.front().id - restored.size();
    for (const StoredTransaction &each : restored)
        append(id++, std::make_shared<Message>(Commit{ 0, each.transaction }),
               encodedSize(each.transaction));
    for (PendingTransaction &each : own)
        append(id++, std::move(each.message), each.bytes);
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
    m_index.dropUpTo(first.id);
    return first;
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

PendingQueue::Connected PendingQueue::connectedWith(const std::vector<TouchedEntity> &entities)
{
    ++m_visit;
    PendingIndex &index = this->index();
    Connected part;
    std::vector<quint32> touches; // the newest of each of the entities
    const auto meet = [&](quint32 newest, const QByteArray &id, EntityHint hint) {
        if (newest != 0 && !index.mark(newest, m_visit))
            return;
        part.entities.push_back({ id, hint });
        touches.push_back(newest);
    };
    part.entities.reserve(entities.size());
    touches.reserve(entities.size());
    for (const TouchedEntity &entity : entities)
        meet(index.newest(entity.id), entity.id, entity.hint);
    // Grows while it is walked.
    for (size_t place = 0; place < touches.size(); ++place) {
        index.visit(touches[place], [&](TransactionId id) {
            PendingTransaction &pending =
                    m_transactions[static_cast<size_t>(id - m_transactions.front().id)];
            if (std::exchange(pending.visit, m_visit) == m_visit)
                return;
            part.transactions.push_back(&pending);
            index.visitEntities(id, meet);
        });
    }
    std::sort(part.transactions.begin(), part.transactions.end(),
              [](const auto *a, const auto *b) { return a->id < b->id; });
    return part;
}

} // namespace ObjectSync::Internal
