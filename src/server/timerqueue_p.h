// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qabstracteventdispatcher.h>

#include <map>

namespace ObjectSync::Internal {

/// A resource: the timers of an event dispatcher. Times are nanoseconds of a monotonic clock. All
/// timers are as exact as precise ones.
class TimerQueue
{
public:
    using TimerInfo = QAbstractEventDispatcher::TimerInfo;

    /// \a interval: milliseconds.
    void add(int id, qint64 interval, Qt::TimerType type, QObject *object);
    bool remove(int id);
    bool removeAll(const QObject *object);
    QList<TimerInfo> timersOf(const QObject *object) const;
    /// Milliseconds; -1 where there is no such timer.
    int remaining(int id) const;

    /// When the next one is due; -1: none.
    qint64 nextDue() const;
    /// Sends their events to those that were due when this was called. True where there were any.
    bool activate();

    static qint64 now();

private:
    struct Timer
    {
        TimerInfo info;
        QObject *object;
        qint64 due;
        quint64 serial; ///< ids are used again
        bool isSending = false; ///< a slot that runs an event loop is not called again from there
    };
    using Queue = std::multimap<qint64, int>; ///< due: id

    Timer *find(int id, quint64 serial);
    void dequeue(const Timer &timer);
    void send(Timer &timer);

    std::map<int, Timer> m_timers; ///< by id
    Queue m_queue; ///< without those that are sending
    quint64 m_serial = 0;
};

} // namespace ObjectSync::Internal
