// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/syncconflict.h>
#include <objectsync/core/error.h>
#include <objectsync/core/serverengine.h>

#include <QtCore/qvariant.h>
#include <QtQml/qqml.h>

namespace ObjectSync::Internal {

/// What JavaScript sees of an Error: in a signal handler, `error.code`. Has no members of its own:
/// QML reads the properties of an Error through it.
struct ErrorValueType : ObjectSync::Error
{
    Q_GADGET
    QML_VALUE_TYPE(syncError)
    QML_FOREIGN(ObjectSync::Error)
    QML_EXTENDED(ObjectSync::Internal::ErrorValueType)
    Q_PROPERTY(QString code READ codeText CONSTANT)
    Q_PROPERTY(QString message READ messageText CONSTANT)
    Q_PROPERTY(QString entityId READ entityIdText CONSTANT)

public:
    QString codeText() const { return QString::fromUtf8(code); }
    QString messageText() const { return message; }
    QString entityIdText() const { return QString::fromUtf8(entityId); }
    Q_INVOKABLE QString toString() const { return messageText(); }

    static QVariantMap toMap(const Error &error)
    {
        return { { QStringLiteral("code"), QString::fromUtf8(error.code) },
                 { QStringLiteral("message"), error.message },
                 { QStringLiteral("entityId"), QString::fromUtf8(error.entityId) } };
    }
};

/// A SyncConflict has all that JavaScript needs: `ids`, and by id, `mine` and `theirs`.
struct ConflictValueType
{
    Q_GADGET
    QML_VALUE_TYPE(syncConflict)
    QML_FOREIGN(ObjectSync::SyncConflict)
};

/// What JavaScript sees of a Peer: who a server's client is.
struct PeerValueType : ObjectSync::Peer
{
    Q_GADGET
    QML_VALUE_TYPE(syncPeer)
    QML_FOREIGN(ObjectSync::Peer)
    QML_EXTENDED(ObjectSync::Internal::PeerValueType)
    Q_PROPERTY(QString connection READ connectionText CONSTANT)
    Q_PROPERTY(QString principal READ principalText CONSTANT)
    Q_PROPERTY(QString client READ clientText CONSTANT)
    Q_PROPERTY(QString address READ addressText CONSTANT)
    Q_PROPERTY(bool local READ isLocal CONSTANT)

public:
    /// As text: JavaScript's numbers do not hold all of them.
    QString connectionText() const { return QString::number(connection); }
    QString principalText() const { return QString::fromUtf8(principal); }
    QString clientText() const { return QString::fromUtf8(client); }
    QString addressText() const { return address; }
    bool isLocal() const { return local; }
};

} // namespace ObjectSync::Internal
