// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "timerqueue_p.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qcoreevent.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <vector>

namespace ObjectSync::Internal {

namespace {

constexpr qint64 Millisecond = 1000000;

} // namespace

qint64 TimerQueue::now()
{
    using namespace std::chrono;
    return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

void TimerQueue::add(int id, qint64 interval, Qt::TimerType type, QObject *object)
{
    const qint64 due = now() + interval * Millisecond;
    m_timers.insert_or_assign(id, Timer{ TimerInfo(id, static_cast<int>(interval), type), object,
                                         due, ++m_serial });
    m_queue.emplace(due, id);
}

bool TimerQueue::remove(int id)
{
    const auto found = m_timers.find(id);
    if (found == m_timers.end())
        return false;
    dequeue(found->second);
    m_timers.erase(found);
    return true;
}

bool TimerQueue::removeAll(const QObject *object)
{
    return std::erase_if(m_timers,
                         [&](const auto &each) {
                             if (each.second.object != object)
                                 return false;
                             dequeue(each.second);
                             return true;
                         })
           > 0;
}

QList<TimerQueue::TimerInfo> TimerQueue::timersOf(const QObject *object) const
{
    QList<TimerInfo> timers;
    for (const auto &[id, timer] : m_timers) {
        if (timer.object == object)
            timers.append(timer.info);
    }
    return timers;
}

int TimerQueue::remaining(int id) const
{
    const auto found = m_timers.find(id);
    if (found == m_timers.end())
        return -1;
    const qint64 left = (found->second.due - now() + Millisecond - 1) / Millisecond;
    return static_cast<int>(std::clamp<qint64>(left, 0, std::numeric_limits<int>::max()));
}

qint64 TimerQueue::nextDue() const
{
    return m_queue.empty() ? -1 : m_queue.begin()->first;
}

bool TimerQueue::activate()
{
    if (m_queue.empty())
        return false;
    // Those that a slot makes, or that are due again at once, have their turn after the sockets.
    std::vector<std::pair<int, quint64>> due;
    const qint64 time = now();
    for (auto next = m_queue.begin(); next != m_queue.end() && next->first <= time; ++next)
        due.emplace_back(next->second, m_timers.at(next->second).serial);
    for (const auto &[id, serial] : due) {
        Timer *timer = find(id, serial);
        // A loop that a slot ran may be sending to it, or have done so.
        if (timer && !timer->isSending && timer->due <= time)
            send(*timer);
    }
    return !due.empty();
}

void TimerQueue::send(Timer &timer)
{
    const int id = timer.info.timerId;
    const quint64 serial = timer.serial;
    const qint64 interval = timer.info.interval * Millisecond;
    const qint64 time = now();
    dequeue(timer);
    timer.due = timer.due + interval > time ? timer.due + interval : time + interval;
    timer.isSending = true;
    QTimerEvent event(id);
    QCoreApplication::sendEvent(timer.object, &event);
    if (Timer *same = find(id, serial)) {
        same->isSending = false;
        m_queue.emplace(same->due, id);
    }
}

TimerQueue::Timer *TimerQueue::find(int id, quint64 serial)
{
    const auto found = m_timers.find(id);
    return found == m_timers.end() || found->second.serial != serial ? nullptr : &found->second;
}

void TimerQueue::dequeue(const Timer &timer)
{
    const auto [first, last] = m_queue.equal_range(timer.due);
    const auto found = std::find_if(first, last, [&](const auto &each) {
        return each.second == timer.info.timerId;
    });
    if (found != last)
        m_queue.erase(found);
}

} // namespace ObjectSync::Internal
