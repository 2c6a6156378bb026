// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "match.h"

#include "contesterror.h"
#include "cpus.h"

#include <QtCore/qthread.h>

#include <utility>

using namespace Qt::StringLiterals;

namespace Bench {

namespace {

QStringList with(QStringList command, const QString &option, int value)
{
    command.append({ option, QString::number(value) });
    return command;
}

} // namespace

Match::Match(const Contestant &contestant, int entities)
    : m_server(contestant.name + " server"_L1, with(contestant.server, u"--entities"_s, entities),
               usableCpu(0)),
      m_port(m_server.listen()["port"_L1].toInt()),
      m_client(contestant.name + " client"_L1,
               with(with(contestant.client, u"--port"_s, m_port), u"--entities"_s, entities),
               usableCpu(1))
{
}

double Match::join(int readers)
{
    const QJsonObject answer = m_client.ask({ { u"do"_s, u"join"_s }, { u"readers"_s, readers } });
    m_readers += readers;
    return answer["ms"_L1].toDouble();
}

void Match::openIdle(int connections)
{
    m_client.ask({ { u"do"_s, u"idle"_s }, { u"connections"_s, connections } });
}

double Match::settledServerBytes() const
{
    constexpr int Pause = 250; // milliseconds
    constexpr int MostPauses = 40;
    double before = -1;
    double bytes = serverBytes();
    for (int i = 0; i < MostPauses && bytes != before; ++i) {
        QThread::msleep(Pause);
        before = std::exchange(bytes, serverBytes());
    }
    return bytes;
}

void Match::warmUp(int updates, int window, int group)
{
    m_client.ask({ { u"do"_s, u"write"_s },
                   { u"updates"_s, updates },
                   { u"window"_s, window },
                   { u"group"_s, group } });
}

Match::Delivery Match::write(int updates, int window, int group)
{
    const Traffic trafficBefore = traffic();
    const double cpuBefore = serverNanoseconds();
    const QJsonObject answer = m_client.ask({ { u"do"_s, u"write"_s },
                                              { u"updates"_s, updates },
                                              { u"window"_s, window },
                                              { u"group"_s, group } });
    const double cpuAfter = serverNanoseconds();
    const Traffic sent = traffic() - trafficBefore;
    const double delivered = checkDelivered(answer, updates);
    return { (cpuAfter - cpuBefore) / delivered, sent.bytesSent / delivered,
             sent.segmentsSent / delivered };
}

double Match::checkDelivered(const QJsonObject &answer, int updates) const
{
    const double delivered = static_cast<double>(updates) * m_readers;
    if (answer.contains("delivered"_L1) && answer["delivered"_L1].toDouble() != delivered) {
        throw ContestError(
                u"%1 of %2 updates were delivered"_s.arg(answer["delivered"_L1].toDouble())
                        .arg(delivered));
    }
    return delivered;
}

Match::Burst Match::burst(int updates)
{
    const QJsonObject answer = m_client.ask({ { u"do"_s, u"burst"_s }, { u"updates"_s, updates } });
    checkDelivered(answer, updates);
    return { answer["ms"_L1].toDouble(), answer["messages"_L1].toDouble(-1) };
}

Match::Latency Match::latency(int updates)
{
    const QJsonObject answer = m_client.ask(
            { { u"do"_s, u"latency"_s }, { u"updates"_s, updates } });
    return { answer["p50"_L1].toDouble(), answer["p95"_L1].toDouble(), answer["p99"_L1].toDouble(),
             answer["max"_L1].toDouble() };
}

} // namespace Bench
