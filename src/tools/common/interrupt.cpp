// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "interrupt.h"

#include <QtCore/qsocketnotifier.h>

#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace ObjectSync::Tool {

namespace {

int wakeUpPipe[2] = { -1, -1 };

// A signal handler may do next to nothing: the byte in the pipe wakes the event loop.
extern "C" void onSignal(int signal)
{
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(wakeUpPipe[1], &byte, 1);
    std::signal(signal, SIG_DFL);
}

} // namespace

Interrupt::Interrupt(QObject *parent) : QObject(parent)
{
    if (::pipe2(wakeUpPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return; // signals then end the program, as they do by themselves
    m_notifier = new QSocketNotifier(wakeUpPipe[0], QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, [this] {
        m_notifier->setEnabled(false);
        Q_EMIT interrupted();
    });
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
}

Interrupt::~Interrupt()
{
    if (!m_notifier)
        return;
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    delete m_notifier;
    ::close(wakeUpPipe[0]);
    ::close(wakeUpPipe[1]);
}

} // namespace ObjectSync::Tool
