// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/server/eventloop.h>

#include <QtCore/qabstracteventdispatcher.h>
#include <QtCore/qcoreapplication.h>

#ifdef Q_OS_LINUX
#  include "epolldispatcher_p.h"
#endif

namespace ObjectSync {

bool useServerEventLoop()
{
#ifdef Q_OS_LINUX
    if (QCoreApplication::instance() || QAbstractEventDispatcher::instance()) {
        qWarning("useServerEventLoop(): there is an event loop already");
        return false;
    }
    QCoreApplication::setEventDispatcher(new Internal::EpollDispatcher);
    return true;
#else
    return false;
#endif
}

} // namespace ObjectSync
