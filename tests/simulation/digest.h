// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>

namespace Simulation {

/// A value: a number for all that was added to it (64-bit FNV-1a), the same on every machine.
class Digest
{
public:
    void add(const QByteArray &bytes)
    {
        for (const char byte : bytes)
            m_state = (m_state ^ static_cast<quint8>(byte)) * 0x100000001b3ULL;
    }
    void add(qint64 number) { add(QByteArray::number(number)); }
    quint64 value() const { return m_state; }

private:
    quint64 m_state = 0xcbf29ce484222325ULL;
};

} // namespace Simulation
