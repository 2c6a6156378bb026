// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "progress.h"

#include "output.h"

#include <cstdio>

using namespace Qt::StringLiterals;

namespace ObjectSync::Tool {

Progress::Progress() : m_isTerminal(isErrorTerminal()) { }

Progress::~Progress()
{
    clear();
}

void Progress::show(const QString &what, qint64 done, qint64 total)
{
    if (!m_isTerminal || (m_isShown && m_sinceShown.elapsed() < 100))
        return;
    m_isShown = true;
    m_sinceShown.start();
    const QString line = total > 0 ? u"%1: %2 of %3 (%4 %)"_s.arg(what).arg(done).arg(total).arg(
                                 done * 100 / total)
                                   : u"%1: %2"_s.arg(what).arg(done);
    std::fprintf(stderr, "\r\033[K%s", qPrintable(line));
    std::fflush(stderr);
}

void Progress::clear()
{
    if (std::exchange(m_isShown, false)) {
        std::fprintf(stderr, "\r\033[K");
        std::fflush(stderr);
    }
}

} // namespace ObjectSync::Tool
