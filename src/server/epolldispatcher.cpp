// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "epolldispatcher_p.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qsocketnotifier.h>
#include <QtCore/qthread.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace ObjectSync::Internal {

namespace {

constexpr size_t MostEvents = 256; // at once; the others come next

struct Kind
{
    QSocketNotifier::Type type;
    quint32 wanted;
    quint32 meant; ///< errors are for those to find who read or write
};
constexpr std::array Kinds = {
    Kind{ QSocketNotifier::Read, EPOLLIN, EPOLLIN | EPOLLHUP | EPOLLERR },
    Kind{ QSocketNotifier::Write, EPOLLOUT, EPOLLOUT | EPOLLHUP | EPOLLERR },
    Kind{ QSocketNotifier::Exception, EPOLLPRI, EPOLLPRI | EPOLLHUP | EPOLLERR },
};

epoll_event eventOf(quint32 events, int descriptor, quint32 serial)
{
    epoll_event event = {};
    event.events = events;
    event.data.u64 = quint64(serial) << 32 | static_cast<quint32>(descriptor);
    return event;
}

} // namespace

EpollDispatcher::EpollDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent), m_epoll(epoll_create1(EPOLL_CLOEXEC)),
      m_wakeUp(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    epoll_event event = eventOf(EPOLLIN, m_wakeUp, 0);
    if (m_epoll < 0 || m_wakeUp < 0 || epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wakeUp, &event) != 0)
        qFatal("No event loop can be made: epoll: %s", strerror(errno));
}

EpollDispatcher::~EpollDispatcher()
{
    ::close(m_epoll);
    ::close(m_wakeUp);
}

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    const quint64 call = ++m_calls;
    Q_EMIT awake();
    bool hasDone = m_isAwake.exchange(false);
    // That may have been for a loop that is over, or for the one that calls this: it is to look soon
    // whether it is left, but nothing else is left out.
    const bool wasInterrupted = m_isInterrupted.exchange(false);
    QCoreApplication::sendPostedEvents();
    if (m_isInterrupted.exchange(false))
        return hasDone;
    // exec() waits for being left, which interrupts; others perhaps for what was posted.
    const bool isEnough = hasDone && !flags.testFlag(QEventLoop::EventLoopExec);
    const bool mayWait = flags.testFlag(QEventLoop::WaitForMoreEvents) && !wasInterrupted
                         && !isEnough && isQuiet(call);
    if (mayWait)
        Q_EMIT aboutToBlock();
    std::array<epoll_event, MostEvents> events;
    m_isWaiting = mayWait;
    flags.setFlag(QEventLoop::WaitForMoreEvents, mayWait && isQuiet(call));
    const int count = wait(events, flags);
    m_isWaiting = false;
    const quint64 turn = m_turn;
    hasDone |= m_isAwake.load();
    if (mayWait)
        Q_EMIT awake();
    for (int i = 0; i < count; ++i)
        hasDone |= activate(events[static_cast<size_t>(i)], turn);
    if (!flags.testFlag(QEventLoop::ExcludeSocketNotifiers) && !m_plainFiles.empty())
        hasDone |= activatePlainFiles();
    if (!flags.testFlag(QEventLoop::X11ExcludeTimers))
        hasDone |= m_timers.activate();
    return hasDone;
}

/// Whether nothing speaks against waiting. Whoever posts an event or interrupts this later on wakes
/// it up, too, through the eventfd.
bool EpollDispatcher::isQuiet(quint64 call) const
{
    // A nested call has taken what was meant for this one.
    return m_calls == call && !m_isAwake.load() && !m_isInterrupted.load();
}

/// Gives how many events there are; less than 0: it failed.
int EpollDispatcher::wait(std::span<epoll_event> events, QEventLoop::ProcessEventsFlags flags)
{
    const bool withSockets = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    pollfd wakeUp = { m_wakeUp, POLLIN, 0 };
    int count = 0;
    if (withSockets)
        ++m_turn;
    do {
        count = withSockets ? epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()),
                                         timeout(flags))
                            : ::poll(&wakeUp, 1, timeout(flags));
    } while (count < 0 && errno == EINTR);
    if (!withSockets && count > 0)
        events[0] = eventOf(EPOLLIN, m_wakeUp, 0);
    return count;
}

/// Milliseconds, as the system takes it.
int EpollDispatcher::timeout(QEventLoop::ProcessEventsFlags flags) const
{
    const bool hasReady = !m_plainFiles.empty()
                          && !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    if (hasReady || !flags.testFlag(QEventLoop::WaitForMoreEvents))
        return 0;
    const qint64 due = flags.testFlag(QEventLoop::X11ExcludeTimers) ? -1 : m_timers.nextDue();
    if (due < 0)
        return -1;
    constexpr qint64 Millisecond = 1000000;
    const qint64 milliseconds = (due - TimerQueue::now() + Millisecond - 1) / Millisecond;
    return static_cast<int>(std::clamp<qint64>(milliseconds, 0, std::numeric_limits<int>::max()));
}

void EpollDispatcher::drain() const
{
    quint64 count = 0;
    while (::read(m_wakeUp, &count, sizeof count) < 0 && errno == EINTR) { }
}

/// Each look anew: a slot may have changed anything. Where it ran a loop of its own, that one has
/// asked the system again, and what was told before may be over; what is not comes again.
bool EpollDispatcher::activate(const epoll_event &event, quint64 turn)
{
    const auto descriptor = static_cast<int>(event.data.u64 & 0xffffffff);
    const auto serial = static_cast<quint32>(event.data.u64 >> 32);
    if (descriptor == m_wakeUp) {
        drain();
        return true;
    }
    bool hasDone = false;
    for (const Kind &kind : Kinds) {
        const Watched *watched = m_turn == turn ? find(descriptor, serial) : nullptr;
        if (!watched || (event.events & kind.meant) == 0 || !watched->notifiers[kind.type])
            continue;
        QEvent activation(QEvent::SockAct);
        QCoreApplication::sendEvent(watched->notifiers[kind.type], &activation);
        hasDone = true;
    }
    return hasDone;
}

bool EpollDispatcher::activatePlainFiles()
{
    // With their serials: a slot may close one, and a socket may get its number.
    std::vector<epoll_event> events;
    for (const int descriptor : m_plainFiles) {
        const quint32 serial = m_watched[static_cast<size_t>(descriptor)].serial;
        events.push_back(eventOf(EPOLLIN | EPOLLOUT, descriptor, serial));
    }
    bool hasDone = false;
    for (const quint64 turn = m_turn; const epoll_event &event : events)
        hasDone |= activate(event, turn);
    return hasDone;
}

EpollDispatcher::Watched *EpollDispatcher::find(int descriptor, quint32 serial)
{
    const auto index = static_cast<size_t>(descriptor);
    return index < m_watched.size() && m_watched[index].serial == serial ? &m_watched[index]
                                                                         : nullptr;
}

void EpollDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    const auto index = static_cast<size_t>(notifier->socket());
    if (index >= m_watched.size())
        m_watched.resize(index + 1);
    Watched &watched = m_watched[index];
    const bool isFirst = watched.isEmpty();
    const QSocketNotifier *before = std::exchange(watched.notifiers[notifier->type()], notifier);
    if (before)
        qWarning("QSocketNotifier: a descriptor has two notifiers of one type");
    if (isFirst || before)
        watched.serial = ++m_lastSerial;
    tellSystem(static_cast<int>(index), isFirst ? EPOLL_CTL_ADD : EPOLL_CTL_MOD);
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    const auto index = static_cast<size_t>(notifier->socket());
    if (index >= m_watched.size() || m_watched[index].notifiers[notifier->type()] != notifier)
        return;
    Watched &watched = m_watched[index];
    watched.notifiers[notifier->type()] = nullptr;
    tellSystem(static_cast<int>(index), watched.isEmpty() ? EPOLL_CTL_DEL : EPOLL_CTL_MOD);
    if (watched.isEmpty())
        watched.serial = 0; // what was told of it already does not concern the next one
}

void EpollDispatcher::tellSystem(int descriptor, int operation)
{
    const Watched &watched = m_watched[static_cast<size_t>(descriptor)];
    epoll_event event = eventOf(0, descriptor, watched.serial);
    for (const Kind &kind : Kinds) {
        if (watched.notifiers[kind.type])
            event.events |= kind.wanted;
    }
    std::erase(m_plainFiles, descriptor);
    if (control(operation, descriptor, event) || operation == EPOLL_CTL_DEL)
        return; // one that was closed is no longer known, which is what was wanted
    if (errno == EPERM)
        m_plainFiles.push_back(descriptor);
    else
        qWarning("QSocketNotifier: descriptor %d cannot be watched: %s", descriptor,
                 strerror(errno));
}

/// A descriptor that was closed before its notifier went is forgotten by the system (ENOENT); or,
/// where it was a copy of another, still known when it comes back (EEXIST).
bool EpollDispatcher::control(int operation, int descriptor, epoll_event event) const
{
    if (epoll_ctl(m_epoll, operation, descriptor, &event) == 0)
        return true;
    if (operation == EPOLL_CTL_MOD && errno == ENOENT)
        return epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
    if (operation == EPOLL_CTL_ADD && errno == EEXIST)
        return epoll_ctl(m_epoll, EPOLL_CTL_MOD, descriptor, &event) == 0;
    return false;
}

void EpollDispatcher::registerTimer(int timerId, qint64 interval, Qt::TimerType timerType,
                                    QObject *object)
{
    m_timers.add(timerId, interval, timerType, object);
}

bool EpollDispatcher::unregisterTimer(int timerId)
{
    return m_timers.remove(timerId);
}

bool EpollDispatcher::unregisterTimers(QObject *object)
{
    return m_timers.removeAll(object);
}

QList<EpollDispatcher::TimerInfo> EpollDispatcher::registeredTimers(QObject *object) const
{
    return m_timers.timersOf(object);
}

int EpollDispatcher::remainingTime(int timerId)
{
    return m_timers.remaining(timerId);
}

void EpollDispatcher::wakeUp()
{
    // In its own thread nothing but a handler of signals runs while it is waiting, and it looks at
    // m_isAwake right before.
    if (m_isAwake.exchange(true) || (QThread::currentThread() == thread() && !m_isWaiting))
        return;
    const quint64 one = 1;
    while (::write(m_wakeUp, &one, sizeof one) < 0 && errno == EINTR) { }
}

void EpollDispatcher::interrupt()
{
    m_isInterrupted.store(true);
    wakeUp();
}

} // namespace ObjectSync::Internal
