// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/server/eventloop.h>

#include <QtCore/qcoreapplication.h>

#ifdef Q_OS_LINUX
#  include "epolldispatcher_p.h"
#endif

namespace ObjectSync {

bool useServerEventLoop()
{
#ifdef Q_OS_LINUX
    Q_ASSERT(!QCoreApplication::instance());
    QCoreApplication::setEventDispatcher(new Internal::EpollDispatcher);
    return true;
#else
    return false;
#endif
}

} // namespace ObjectSync
