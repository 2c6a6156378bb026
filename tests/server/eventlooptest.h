// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>
#include <QtCore/qeventloop.h>
#include <QtCore/qtimer.h>
#include <QtTest/qtest.h>

#include <array>
#include <chrono>
#include <functional>

#include <sys/socket.h>
#include <unistd.h>

/// Two ends that are connected.
class Ends
{
public:
    Ends()
    {
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, m_ends.data()) != 0)
            qFatal("socketpair");
    }
    ~Ends() { close(); }
    Ends(const Ends &) = delete;
    Ends &operator=(const Ends &) = delete;

    int here() const { return m_ends[0]; }
    void sayFromThere() const { QCOMPARE(::write(m_ends[1], "x", 1), 1); }
    void hear() const
    {
        char byte = 0;
        QCOMPARE(::read(m_ends[0], &byte, 1), 1);
    }
    void hangUp()
    {
        ::close(m_ends[1]);
        m_ends[1] = -1;
    }
    void close()
    {
        for (int &end : m_ends) {
            if (end >= 0)
                ::close(end);
            end = -1;
        }
    }

private:
    std::array<int, 2> m_ends = { -1, -1 };
};

/// Ends a loop that would never end; that is a failure.
class Guard
{
public:
    explicit Guard(QEventLoop &loop)
    {
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, &loop, &QEventLoop::quit);
        m_timer.start(std::chrono::seconds(3));
    }
    bool wasNeeded() const { return !m_timer.isActive(); }

private:
    QTimer m_timer;
};

inline QAbstractEventDispatcher *dispatcher()
{
    return QCoreApplication::eventDispatcher();
}

inline void onceBeforeItWaits(const std::function<void()> &action)
{
    auto *context = new QObject(dispatcher());
    QObject::connect(dispatcher(), &QAbstractEventDispatcher::aboutToBlock, context,
                     [context, action] {
                         const auto only = action;
                         delete context;
                         only();
                     });
}

/// Has it do all that other tests have left.
inline void settle()
{
    for (int i = 0; i < 3; ++i)
        QCoreApplication::processEvents();
}
