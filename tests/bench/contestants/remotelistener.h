// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qobject.h>

#include <functional>

/// Hears a signal that only the server's object names: such are connected by name, to a slot.
class RemoteListener : public QObject
{
    Q_OBJECT

public:
    explicit RemoteListener(std::function<void(double)> told) : m_told(std::move(told)) { }

public Q_SLOTS:
    void onX(double x) { m_told(x); }

private:
    std::function<void(double)> m_told;
};
