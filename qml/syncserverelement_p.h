// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "errorvaluetype_p.h"
#include "syncsessionelement_p.h"

#include <objectsync/server/syncserver.h>

#include <QtQml/qqml.h>
#include <QtQml/qqmlparserstatus.h>

namespace ObjectSync::Internal {

/// The base class.
struct SyncServerBase
{
    Q_GADGET
    QML_ANONYMOUS
    QML_FOREIGN(ObjectSync::SyncServer)
};

/// SyncServer in QML: listens once it is complete, if `listening` is true. All but `listening` is
/// set before that.
class SyncServerElement : public ObjectSync::SyncServer, public QQmlParserStatus
{
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    QML_NAMED_ELEMENT(SyncServer)
    /// Where to listen; 0: any free port, see serverPort.
    Q_PROPERTY(int port READ port WRITE setPort NOTIFY portChanged)
    /// "127.0.0.1" by itself: this machine alone. "0.0.0.0" and "::" are all networks.
    Q_PROPERTY(QString address READ address WRITE setAddress NOTIFY addressChanged)
    Q_PROPERTY(bool listening READ isListening WRITE setListening NOTIFY listeningToggled)
    /// The file to keep the worlds in; empty: they go with the server.
    Q_PROPERTY(QString database READ database WRITE setDatabase NOTIFY databaseChanged)
    Q_PROPERTY(QString path READ path WRITE changePath NOTIFY pathChanged)
    /// Why it does not listen.
    Q_PROPERTY(QString errorString READ errorString NOTIFY errorChanged)
    /// The server's own session, a full client in the same process.
    Q_PROPERTY(ObjectSync::Internal::SyncSessionElement *session READ ownSession CONSTANT)

public:
    explicit SyncServerElement(QObject *parent = nullptr);

    int port() const { return m_port; }
    void setPort(int port);
    QString address() const { return m_address; }
    void setAddress(const QString &address);
    void setListening(bool listening);
    QString database() const { return m_database; }
    void setDatabase(const QString &file);
    void changePath(const QString &path);
    SyncSessionElement *ownSession();

    void classBegin() override { }
    void componentComplete() override;

protected:
    SyncSession *makeSession() override;

Q_SIGNALS:
    void listeningToggled();
    void portChanged();
    void addressChanged();
    void databaseChanged();
    void pathChanged();
    void errorChanged();

private:
    void startListening();

    QString m_address;
    QString m_database;
    int m_port = 0;
    bool m_isComplete = false;
    bool m_wantsToListen = false;
};

} // namespace ObjectSync::Internal
