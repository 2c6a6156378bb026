// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientharness.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qjsondocument.h>
#include <QtCore/qsocketnotifier.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include <sys/resource.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace Bench {

namespace {

/// More connections at once than a server's queue for them holds make the system try again after a
/// second.
constexpr int MostOpening = 32;

} // namespace

ClientHarness::ClientHarness(const ClientArguments &arguments, const MakePeerClient &make)
    : m_arguments(arguments), m_peer(make(arguments, *this)), m_deliveries(arguments.entities)
{
    auto *input = new QSocketNotifier(STDIN_FILENO, QSocketNotifier::Read, this);
    connect(input, &QSocketNotifier::activated, this, &ClientHarness::readInput);
    connect(&m_pump, &QTimer::timeout, this, &ClientHarness::pump);
}

ClientHarness::~ClientHarness() = default;

void ClientHarness::readInput()
{
    std::array<char, 4096> buffer;
    const auto size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (size <= 0)
        std::_Exit(0); // whatever is open: nobody asks how long tidying up takes
    m_input.append(buffer.data(), size);
    for (qsizetype end; (end = m_input.indexOf('\n')) >= 0; m_input.remove(0, end + 1)) {
        const auto command = QJsonDocument::fromJson(m_input.left(end));
        if (!command.isObject())
            failed(u"this is no command: "_s + QString::fromUtf8(m_input.left(end)));
        obey(command.object());
    }
}

void ClientHarness::obey(const QJsonObject &command)
{
    if (m_task != Task::None)
        failed(u"a command came before the answer to the one before"_s);
    const QString what = command["do"_L1].toString();
    m_updates = command["updates"_L1].toInt();
    m_clock.start();
    if (what == "join"_L1) {
        m_task = Task::Join;
        m_toOpen = command["readers"_L1].toInt();
        m_deliveries.addReaders(m_toOpen);
        return openMore();
    }
    if (what == "idle"_L1) {
        m_task = Task::Idle;
        m_toOpen = command["connections"_L1].toInt();
        return openMore();
    }
    if (what == "write"_L1) {
        m_task = Task::Write;
        m_window = command["window"_L1].toInt();
        m_group = command["group"_L1].toInt();
    } else if (what == "burst"_L1) {
        m_task = Task::Write;
        m_window = m_group = m_updates;
    } else if (what == "latency"_L1) {
        m_task = Task::Latency;
        m_window = m_group = 1;
        m_warmUp = m_updates / 10;
        m_updates += m_warmUp;
        m_latencies.clear();
    } else {
        failed(u"there is no command \"%1\""_s.arg(what));
    }
    if (m_group < 1 || m_group > m_window || m_window > m_arguments.entities || m_readers == 0)
        failed(u"it must be that 1 <= group <= window <= entities, and that there are readers"_s);
    if (m_isWriterReady)
        startWriting();
    else
        m_peer->openWriter();
}

void ClientHarness::answer(const QJsonObject &result)
{
    m_task = Task::None;
    std::puts(QJsonDocument(result).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
}

void ClientHarness::failed(const QString &why)
{
    answer({ { u"error"_s, why } });
    std::_Exit(1);
}

// Connections

void ClientHarness::openMore()
{
    while (m_toOpen > 0 && m_opening < MostOpening) {
        --m_toOpen;
        ++m_opening;
        if (m_task == Task::Join)
            m_peer->openReader(m_readers++);
        else
            m_peer->openIdle();
    }
}

void ClientHarness::openedOne()
{
    --m_opening;
    if (m_toOpen > 0)
        return openMore();
    if (m_opening > 0)
        return;
    if (m_task == Task::Idle)
        answer({});
    else
        finishJoining();
}

void ClientHarness::finishJoining()
{
    const double ms = static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
    for (int reader = 0; reader < m_readers; ++reader) {
        const int entities = m_peer->entities(reader);
        if (entities != m_arguments.entities) {
            failed(u"reader %1 has %2 entities, not %3"_s.arg(reader).arg(entities).arg(
                    m_arguments.entities));
        }
    }
    answer({ { u"ms"_s, ms }, { u"entities"_s, m_arguments.entities } });
}

void ClientHarness::readerJoined(int reader)
{
    if (m_task != Task::Join)
        failed(u"reader %1 joined twice"_s.arg(reader));
    openedOne();
}

void ClientHarness::idleReady()
{
    openedOne();
}

// Updates

void ClientHarness::writerReady()
{
    m_isWriterReady = true;
    startWriting();
}

void ClientHarness::startWriting()
{
    m_written = 0;
    m_done = 0;
    m_messagesBefore = m_peer->messages();
    m_countBefore = m_deliveries.count();
    m_clock.start();
    pump();
}

void ClientHarness::pump()
{
    const int size = std::min(m_group, m_updates - m_written);
    if (size <= 0 || m_written - m_done + size > m_window)
        return m_pump.stop();
    m_batch.clear();
    for (int i = 0; i < size; ++i) {
        const int entity = m_written++ % m_arguments.entities;
        const double x = static_cast<double>(++m_serial) + 0.1;
        if (!m_deliveries.write(entity, x))
            failed(u"item/%1 is written again too early"_s.arg(entity));
        m_batch.push_back({ entity, x });
    }
    if (m_task == Task::Latency)
        m_clock.start();
    m_peer->write(m_batch);
    m_pump.start(0);
}

void ClientHarness::updated(int reader, int entity, double x)
{
    const auto step = m_deliveries.told(reader, entity, x);
    if (!step)
        failed(m_deliveries.problem());
    if (m_task == Task::Latency && reader == m_readers - 1 && m_written > m_warmUp)
        m_latencies.push_back(static_cast<double>(m_clock.nsecsElapsed()) / 1e3);
    if (*step == Deliveries::Step::LastReader)
        deliveredOne();
}

void ClientHarness::deliveredOne()
{
    if (++m_done == m_updates)
        finishWriting();
    else if (!m_pump.isActive())
        m_pump.start(0);
}

void ClientHarness::finishWriting()
{
    m_pump.stop();
    if (m_task == Task::Latency)
        return answer(latencies());
    QJsonObject result{ { u"ms"_s, static_cast<double>(m_clock.nsecsElapsed()) / 1e6 },
                        { u"delivered"_s, m_deliveries.count() - m_countBefore } };
    if (m_messagesBefore >= 0) {
        result[u"messages"_s] = static_cast<double>(m_peer->messages() - m_messagesBefore)
                                / m_readers;
    }
    answer(result);
}

QJsonObject ClientHarness::latencies()
{
    std::sort(m_latencies.begin(), m_latencies.end());
    const auto percentile = [this](size_t percent) {
        return m_latencies[std::min(m_latencies.size() - 1, m_latencies.size() * percent / 100)];
    };
    return { { u"p50"_s, percentile(50) },
             { u"p95"_s, percentile(95) },
             { u"p99"_s, percentile(99) },
             { u"max"_s, m_latencies.back() } };
}

// The program

namespace {

ClientArguments clientArguments(const QStringList &given)
{
    ClientArguments arguments;
    arguments.flags = given.mid(1);
    const auto take = [&arguments](QLatin1StringView name) {
        const auto option = arguments.flags.indexOf(name);
        if (option < 0 || option + 1 >= arguments.flags.size())
            qFatal("usage: CLIENT --port P --entities N [OPTION…]");
        const int value = arguments.flags.takeAt(option + 1).toInt();
        arguments.flags.removeAt(option);
        return value;
    };
    arguments.port = static_cast<quint16>(take("--port"_L1));
    arguments.entities = take("--entities"_L1);
    return arguments;
}

/// A client with a thousand connections needs more descriptors than a shell usually grants.
void allowManyDescriptors()
{
    rlimit limit = {};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

} // namespace

int runClient(int argc, char **argv, const MakePeerClient &make)
{
    allowManyDescriptors();
    const QCoreApplication application(argc, argv);
    const ClientHarness harness(clientArguments(QCoreApplication::arguments()), make);
    return QCoreApplication::exec();
}

} // namespace Bench
