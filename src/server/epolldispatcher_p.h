// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "timerqueue_p.h"

#include <array>
#include <atomic>
#include <span>
#include <vector>

struct epoll_event;

namespace ObjectSync::Internal {

/// A resource: an event loop on epoll. Qt's own hand all their sockets to the system in each turn, and
/// it looks at each of them: with hundreds of quiet readers a fifth of a server's work. Here the
/// system is told once of each, and tells of those that have something. A turn is one call of the
/// system: posted events first, then what sockets have to tell, then timers.
class EpollDispatcher : public QAbstractEventDispatcher
{
    Q_OBJECT

public:
    explicit EpollDispatcher(QObject *parent = nullptr);
    ~EpollDispatcher() override;

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;
    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;
    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType,
                       QObject *object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int timerId) override;
    void wakeUp() override; ///< from any thread
    void interrupt() override; ///< from any thread

private:
    /// Who is to be told about a descriptor, by QSocketNotifier::Type.
    struct Watched
    {
        std::array<QSocketNotifier *, 3> notifiers = {};
        bool isEmpty() const { return !notifiers[0] && !notifiers[1] && !notifiers[2]; }
        quint32 serial =
                0; ///< of the first of them, or a later one in its place: descriptors are used again
    };

    Watched *find(int descriptor, quint32 serial);
    void tellSystem(int descriptor, int operation);
    bool control(int operation, int descriptor, epoll_event event) const;
    bool isQuiet(quint64 call) const;
    int wait(std::span<epoll_event> events, QEventLoop::ProcessEventsFlags flags);
    int timeout(QEventLoop::ProcessEventsFlags flags) const;
    bool activate(const epoll_event &event, quint64 turn);
    bool activatePlainFiles();
    void drain() const;

    int m_epoll = -1;
    int m_wakeUp = -1; ///< an eventfd
    std::vector<Watched> m_watched; ///< by descriptor
    std::vector<int> m_plainFiles; ///< descriptors that epoll does not take: always ready
    quint32 m_lastSerial = 0;
    quint64 m_calls = 0; ///< of processEvents()
    quint64 m_turn = 0; ///< how often the system was asked for sockets
    TimerQueue m_timers;
    std::atomic<bool> m_isAwake = false; ///< wakeUp() was called, and not noticed yet
    std::atomic<bool> m_isInterrupted = false;
    std::atomic<bool> m_isWaiting = false; ///< or is about to, and calls no slots any more
};

} // namespace ObjectSync::Internal
