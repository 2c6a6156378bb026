// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/expected.h>

#include <QtCore/qstringlist.h>
#include <QtNetwork/qhostaddress.h>

#include <optional>

namespace ObjectSync::Daemon {

/// A value: what objectsyncd was told to do, by its command line and a file of settings.
struct Settings
{
    QHostAddress address = QHostAddress(QHostAddress::LocalHost);
    quint16 port = 8090;
    QString path = QStringLiteral("/sync");
    QString database; ///< a file; empty: nothing is kept
    QStringList worlds; ///< beside the default one
    QStringList ephemeral; ///< prefixes of entities that go with the client that made them
    QStringList allowedOrigins; ///< of web pages
    std::optional<qint64> rate; ///< operations a second for each client; 0: no limit
    bool newEpoch = false;
    bool databaseIsDefault = false; ///< its folder is made where it is missing

    /// Options win over the file that `--config` names. Where a text was asked for (`--help`,
    /// `--version`), it is in \a text and nothing else counts. The error's message is for people.
    static Expected<Settings> parse(const QStringList &arguments, QString &text);
};

} // namespace ObjectSync::Daemon
