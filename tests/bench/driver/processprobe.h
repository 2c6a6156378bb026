// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

namespace Bench {

/// What the system knows of a process of ours, without its help. All of these throw ContestError where
/// it cannot be read.

/// CPU time of all its threads so far, nanoseconds.
double cpuNanoseconds(qint64 pid);

/// Memory that belongs to it alone: heap and stacks, not the code that others share.
double privateBytes(qint64 pid);

/// What the sockets of a port on this machine have sent and received since they were connected.
struct Traffic
{
    double bytesSent = 0;
    double bytesReceived = 0;
    double segmentsSent = 0; ///< with data in them: on loopback, one for each send() of up to 64 KiB

    friend Traffic operator-(const Traffic &a, const Traffic &b)
    {
        return { a.bytesSent - b.bytesSent, a.bytesReceived - b.bytesReceived,
                 a.segmentsSent - b.segmentsSent };
    }
};

/// Of all connections that the server on \a port has now; asks the program `ss`.
Traffic traffic(int port);

} // namespace Bench
