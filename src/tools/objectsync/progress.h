// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qelapsedtimer.h>
#include <QtCore/qstring.h>

namespace ObjectSync::Tool {

/// A resource: one line on a terminal that tells how far a long job is. Silent where standard error
/// is not a terminal. Call clear() before anything else is printed.
class Progress
{
public:
    Progress();
    ~Progress();

    /// Shown at most ten times a second. \a total 0: not known.
    void show(const QString &what, qint64 done, qint64 total);
    void clear();

private:
    const bool m_isTerminal;
    bool m_isShown = false;
    QElapsedTimer m_sinceShown;
};

} // namespace ObjectSync::Tool
