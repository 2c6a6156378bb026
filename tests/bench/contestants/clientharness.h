// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "clientmain.h"
#include "deliveries.h"

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qjsonobject.h>
#include <QtCore/qobject.h>
#include <QtCore/qtimer.h>

namespace Bench {

/// Carries out the driver's commands, one line of JSON each, with the client of one contestant.
class ClientHarness : public QObject, private ClientEvents
{
    Q_OBJECT

public:
    ClientHarness(const ClientArguments &arguments, const MakePeerClient &make);
    ~ClientHarness() override;

private:
    /// What the command in hand is doing.
    enum class Task { None, Join, Write, Latency, Idle };

    void readInput();
    void obey(const QJsonObject &command);
    void answer(const QJsonObject &result);

    void openMore();
    void openedOne();
    void finishJoining();
    void startWriting();
    void pump();
    void deliveredOne();
    void finishWriting();
    QJsonObject latencies();

    void readerJoined(int reader) override;
    void updated(int reader, int entity, double x) override;
    void writerReady() override;
    void idleReady() override;
    [[noreturn]] void failed(const QString &why) override;

    ClientArguments m_arguments;
    std::unique_ptr<PeerClient> m_peer;
    Deliveries m_deliveries;
    QByteArray m_input;
    Task m_task = Task::None;
    QElapsedTimer m_clock;

    // Join, Idle: connections
    int m_readers = 0;
    int m_toOpen = 0;
    int m_opening = 0;

    // Write, Latency: updates
    bool m_isWriterReady = false;
    int m_updates = 0;
    int m_window = 0;
    int m_group = 0;
    int m_written = 0;
    int m_done = 0; ///< every reader has them
    qint64 m_serial = 0; ///< of all updates ever; no value comes twice
    qint64 m_messagesBefore = 0;
    qint64 m_countBefore = 0;
    std::vector<Update> m_batch;
    QTimer m_pump; ///< one group for each turn of the event loop

    int m_warmUp = 0;
    std::vector<double> m_latencies; ///< microseconds
};

} // namespace Bench
