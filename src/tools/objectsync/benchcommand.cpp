// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "benchcommand.h"

#include <QtCore/quuid.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ObjectSync::Tool {

namespace {

constexpr int Window = 256; ///< commits without an answer, at most
constexpr int MostEntities = 200; ///< they are made, and destroyed, in one transaction

} // namespace

BenchCommand::BenchCommand(const Invocation &invocation)
    : Command(invocation),
      m_prefix("bench/" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces) + '/')
{
    setPatience(Patience::Outage);
    catchInterrupts();
}

Expected<void> BenchCommand::prepare()
{
    const auto entities = invocation().number(u"entities"_s, 1, 100);
    const auto roundTrips = invocation().number(u"round-trips"_s, 1, 200);
    const auto seconds = invocation().number(u"seconds"_s, 1, 3);
    for (const auto *number : { &entities, &roundTrips, &seconds }) {
        if (!*number)
            return number->error();
    }
    if (*entities > MostEntities)
        return usageError(u"--entities must be at most %1"_s.arg(MostEntities));
    m_entities = *entities;
    m_roundTrips = *roundTrips;
    m_seconds = *seconds;
    return {};
}

QByteArray BenchCommand::id(int entity) const
{
    return m_prefix + QByteArray::number(entity);
}

/// One double of one entity.
Transaction BenchCommand::change()
{
    const auto number = static_cast<double>(++m_changes) + 0.5;
    const auto entity = static_cast<int>(m_changes % m_entities);
    return { { Operation::set(id(entity), { { "x", number } }) } };
}

void BenchCommand::commit(const Transaction &transaction, Next next)
{
    session().transaction(transaction, this, [this, next](const SyncReply &reply) {
        if (m_isCleaningUp)
            return;
        if (const std::optional<Error> error = reply.error()) {
            printError(*error);
            m_hasEntities = m_changes > 0;
            return cleanUp(Refused);
        }
        (this->*next)();
    });
}

void BenchCommand::begin()
{
    Transaction transaction;
    for (int i = 0; i < m_entities; ++i)
        transaction.operations.push_back(Operation::create(id(i), { { "x", 0.5 } }));
    m_hasEntities = true; // also while that is not known
    commit(transaction, &BenchCommand::makeRoundTrip);
}

void BenchCommand::makeRoundTrip()
{
    m_clock.start();
    commit(change(), &BenchCommand::roundTripDone);
}

void BenchCommand::roundTripDone()
{
    m_times.push_back(static_cast<double>(m_clock.nsecsElapsed()) / 1e6);
    if (static_cast<int>(m_times.size()) < m_roundTrips)
        return makeRoundTrip();
    m_clock.start();
    fillWindow();
}

void BenchCommand::fillWindow()
{
    while (m_sent < Window) {
        ++m_sent;
        commit(change(), &BenchCommand::windowMoved);
    }
}

void BenchCommand::windowMoved()
{
    --m_sent;
    ++m_commits;
    m_elapsed = static_cast<double>(m_clock.nsecsElapsed()) / 1e9;
    if (m_elapsed < m_seconds)
        return fillWindow();
    report();
    cleanUp(Done);
}

void BenchCommand::interrupted()
{
    cleanUp(Refused);
}

/// Commits are done in order: when this one is, the earlier ones are, too.
void BenchCommand::cleanUp(ExitStatus status)
{
    if (std::exchange(m_isCleaningUp, true))
        return;
    if (!m_hasEntities)
        return finish(status);
    Transaction transaction;
    for (int i = 0; i < m_entities; ++i)
        transaction.operations.push_back(Operation::destroy(id(i)));
    session().transaction(transaction, this, [this, status](const SyncReply &reply) {
        if (const std::optional<Error> error = reply.error())
            return fail(*error);
        finishOutput(status);
    });
}

void BenchCommand::report()
{
    std::sort(m_times.begin(), m_times.end());
    const double median = m_times.at(m_times.size() / 2);
    const double high = m_times.at(m_times.size() * 95 / 100);
    const double longest = m_times.back();
    const double rate = static_cast<double>(m_commits) / m_elapsed;
    const QString text = u"round trip: median %1 ms, 95 % below %2 ms, longest %3 ms "
                         "(%4 commits, one by one)\n"
                         "throughput: %5 commits/s (%6 commits, %7 at a time)"_s
                                 .arg(median, 0, 'f', 2)
                                 .arg(high, 0, 'f', 2)
                                 .arg(longest, 0, 'f', 2)
                                 .arg(m_times.size())
                                 .arg(rate, 0, 'f', 0)
                                 .arg(m_commits)
                                 .arg(Window);
    output().result(text.toUtf8(), { { "roundTrips", static_cast<qint64>(m_times.size()) },
                                     { "medianMs", median },
                                     { "p95Ms", high },
                                     { "longestMs", longest },
                                     { "commits", m_commits },
                                     { "commitsPerSecond", rate } });
}

} // namespace ObjectSync::Tool
