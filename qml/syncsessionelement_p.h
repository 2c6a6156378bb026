// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "errorvaluetype_p.h"
#include "syncedobjectelement_p.h"

#include <objectsync/client/syncsession.h>
#include <objectsync/client/synctransaction.h>

#include <QtQml/qjsvalue.h>
#include <QtQml/qqml.h>
#include <QtQml/qqmlparserstatus.h>

namespace ObjectSync::Internal {

/// The base class: what properties of that type hold.
struct SyncSessionBase
{
    Q_GADGET
    QML_ANONYMOUS
    QML_FOREIGN(ObjectSync::SyncSession)
};

/// What the function given to `session.transaction()` builds on. See SyncTransaction.
class TransactionBuilder : public QObject
{
    Q_OBJECT
    QML_ANONYMOUS

public:
    Q_INVOKABLE void create(const QString &id, const QJSValue &values);
    Q_INVOKABLE void save(const QString &id, const QJSValue &values);
    Q_INVOKABLE void set(const QString &id, const QString &name, const QJSValue &value);
    Q_INVOKABLE void set(const QString &id, const QJSValue &values);
    Q_INVOKABLE void unset(const QString &id, const QString &name);
    Q_INVOKABLE void destroyEntity(const QString &id);
    Q_INVOKABLE void increment(const QString &id, const QString &name, double by = 1);
    Q_INVOKABLE void apply(const QString &type, const QString &id, const QString &name,
                           const QJSValue &argument);
    Q_INVOKABLE void expectExists(const QString &id, bool exists = true);
    Q_INVOKABLE void expectValue(const QString &id, const QString &name, const QJSValue &value);

    const SyncTransaction &transaction() const { return m_transaction; }

private:
    SyncTransaction m_transaction;
};

/// SyncSession in QML: opens by itself once it is complete and has a URL; requests take a callback
/// that is called with (error, value).
class SyncSessionElement : public ObjectSync::SyncSession, public QQmlParserStatus
{
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    QML_NAMED_ELEMENT(SyncSession)
    /// The file in which the session keeps the last world and its unanswered changes; empty: they go
    /// with it. A path, or the URL of a local file. Set once, with the other settings.
    Q_PROPERTY(QString storagePath READ storagePath WRITE setStoragePath NOTIFY storagePathChanged)

public:
    explicit SyncSessionElement(QObject *parent = nullptr);

    QString storagePath() const { return m_storagePath; }
    void setStoragePath(const QString &path);

    /// Hides the base class's: with `values`, and safe from scripts.
    Q_INVOKABLE ObjectSync::Internal::SyncedObjectElement *object(const QString &id);

    Q_INVOKABLE void save(const QJSValue &values, const QJSValue &callback = {});
    /// Not `destroy`, which in QML is about the session object itself.
    Q_INVOKABLE void destroyEntity(const QString &id, const QJSValue &callback = {});
    Q_INVOKABLE void fetch(const QStringList &ids, const QJSValue &callback = {});
    Q_INVOKABLE void increment(const QString &id, const QString &name, double by = 1,
                               const QJSValue &callback = {});
    /// Calls \a fill with a TransactionBuilder, at once. Where it throws, nothing is committed.
    Q_INVOKABLE void transaction(const QJSValue &fill, const QJSValue &callback = {});

    /// Hides the base class's.
    Q_INVOKABLE void retry(const ObjectSync::SyncConflict &conflict, const QJSValue &callback = {});

    void classBegin() override { }
    void componentComplete() override;

Q_SIGNALS:
    void storagePathChanged();

private:
    void openFirst();

    QString m_storagePath;

    bool m_isComplete = false;
    bool m_wasOpened = false;
};

} // namespace ObjectSync::Internal
