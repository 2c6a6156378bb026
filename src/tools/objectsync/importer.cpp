// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "importer.h"

#include <QtCore/qtimer.h>

#include <algorithm>

namespace ObjectSync::Tool {

namespace {

/// Enough for a server to be busy; small enough for one to come through it after a refusal.
constexpr qsizetype BatchEntities = 100;
constexpr qsizetype Window = 32;
constexpr int PauseAfterSlowDown = 500; // milliseconds

/// At most so many bytes in either encoding.
qint64 encodedSize(const ImportEntity &entity)
{
    // In JSON a character may be escaped: six bytes at worst, two for those that are usual.
    qint64 size = 64 + 2 * entity.id.size();
    for (const ValueMap::Item &item : entity.values)
        size += 16 + 2 * item.name.size() + 2 * valueSize(item.value);
    return size;
}

} // namespace

Importer::Importer(SyncSession &session, std::vector<ImportEntity> entities)
    : m_session(session), m_entities(std::move(entities))
{
}

void Importer::start(qint64 messageSize)
{
    makeBatches(messageSize);
    pump();
    if (m_entities.empty())
        Q_EMIT finished();
}

void Importer::makeBatches(qint64 messageSize)
{
    qint64 size = 0;
    for (size_t i = 0; i < m_entities.size(); ++i) {
        const qint64 more = encodedSize(m_entities.at(i));
        if (m_waiting.empty() || size + more > messageSize / 2
            || m_waiting.back().size() == BatchEntities) {
            m_waiting.emplace_back();
            size = 0;
        }
        m_waiting.back().push_back(i);
        size += more;
    }
}

void Importer::pump()
{
    while (!m_isPaused && m_sent < Window && !m_waiting.empty()) {
        const Batch batch = std::move(m_waiting.front());
        m_waiting.pop_front();
        send(batch);
    }
}

void Importer::send(const Batch &batch)
{
    Transaction transaction;
    for (const size_t i : batch) {
        const ImportEntity &entity = m_entities.at(i);
        transaction.operations.push_back(Operation::save(entity.id, entity.values));
    }
    ++m_sent;
    m_session.transaction(transaction, this, [this, batch](const SyncReply &reply) {
        answered(batch, reply.error());
    });
}

void Importer::answered(const Batch &batch, const std::optional<Error> &error)
{
    --m_sent;
    if (error) {
        onRefused(batch, *error);
    } else {
        ++m_transactions;
        m_imported += static_cast<qsizetype>(batch.size());
    }
    Q_EMIT progressed();
    pump();
    if (m_sent == 0 && m_waiting.empty())
        Q_EMIT finished();
}

void Importer::onRefused(const Batch &batch, Error error)
{
    if (error.code == ErrorCode::UnknownOutcome)
        return m_waiting.push_front(batch); // saving the same twice does no harm
    if (error.code == ErrorCode::SlowDown) {
        pause();
        return tryHalves(batch);
    }
    if (batch.size() == 1)
        return refuse(batch.front(), std::move(error));

    const auto toBlame = std::find_if(batch.begin(), batch.end(), [&](size_t i) {
        return m_entities.at(i).id == error.entityId;
    });
    if (toBlame == batch.end())
        return tryHalves(batch);
    Batch others = batch;
    others.erase(others.begin() + (toBlame - batch.begin()));
    m_waiting.push_front(std::move(others));
    refuse(*toBlame, std::move(error));
}

void Importer::tryHalves(const Batch &batch)
{
    if (batch.size() == 1)
        return m_waiting.push_front(batch);
    const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
    m_waiting.emplace_front(middle, batch.end());
    m_waiting.emplace_front(batch.begin(), middle);
}

void Importer::pause()
{
    if (std::exchange(m_isPaused, true))
        return;
    QTimer::singleShot(PauseAfterSlowDown, this, [this] {
        m_isPaused = false;
        pump();
    });
}

void Importer::refuse(size_t entity, Error error)
{
    ++m_refused;
    error.entityId = m_entities.at(entity).id;
    Q_EMIT entityRefused(error);
}

} // namespace ObjectSync::Tool
