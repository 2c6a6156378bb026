// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientrecord_p.h"

namespace ObjectSync::Internal {

namespace {

/// Most clients write little most of the time: an empty list that was long once gives its memory back.
template<typename T>
void release(QList<T> &list)
{
    constexpr qsizetype MostKept = 8;
    if (list.isEmpty() && list.capacity() > MostKept)
        list = QList<T>();
}

} // namespace

ClientRecord::ClientRecord(QByteArray clientKey, const Limits &limits)
    : key(std::move(clientKey)), operations(limits.operationsPerSecond, limits.operationsBurst),
      m_mostAnswers(limits.pendingTransactions)
{
}

ClientRecord::ClientRecord(const StoredClient &stored, const Limits &limits)
    : ClientRecord(stored.key, limits)
{
    lastSeen = storedSeen = stored.lastSeen;
    m_lastTx = stored.lastTx;
    m_answers = { stored.answers.begin(), stored.answers.end() };
}

TransactionNumber ClientRecord::lastQueued() const
{
    return waiting.empty() ? m_lastTx : waiting.back().tx;
}

ClientRecord::Arrival ClientRecord::arrive(TransactionNumber tx, quint64 print) const
{
    if (tx == lastQueued() + 1)
        return Arrival::New;
    if (tx > lastQueued())
        return Arrival::Wrong;
    if (tx <= m_lastTx) {
        const StoredAnswer *found = answer(tx);
        return found && found->fingerprint == print ? Arrival::Answered : Arrival::Wrong;
    }
    const QueuedCommit &queued = waiting[tx - waiting.front().tx];
    return queued.print == print ? Arrival::Waiting : Arrival::Wrong;
}

void ClientRecord::queue(QueuedCommit commit)
{
    waiting.push_back(std::move(commit));
}

void ClientRecord::decide(std::optional<Error> error, Cursor cursor, TransactionNumber told)
{
    QueuedCommit commit = waiting.takeFirst();
    release(waiting);
    ticket = 0;
    m_lastTx = commit.tx;
    if (error)
        commit.ids.clear();
    // A client that breaks the rules must not make the record grow, either.
    const qsizetype kept = m_answers.size();
    if (kept >= 2 * m_mostAnswers || (kept >= m_mostAnswers && m_answers.front().tx <= told))
        m_answers.pop_front();
    m_answers.push_back(StoredAnswer{ commit.tx, commit.print, cursor, std::move(error),
                                      std::move(commit.ids) });
}

const StoredAnswer *ClientRecord::answer(TransactionNumber tx) const
{
    if (m_answers.empty() || tx < m_answers.front().tx || tx > m_answers.back().tx)
        return nullptr;
    return &m_answers[tx - m_answers.front().tx];
}

void ClientRecord::forgetAnswers(TransactionNumber tx)
{
    while (!m_answers.empty() && m_answers.front().tx <= tx)
        m_answers.pop_front();
    release(m_answers);
}

StoredClient ClientRecord::toStore() const
{
    return { key, m_lastTx, lastSeen, { m_answers.begin(), m_answers.end() } };
}

} // namespace ObjectSync::Internal
