// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/storage.h>
#include <objectsync/server/authenticationrequest.h>
#include <objectsync/server/commitrequest.h>
#include <objectsync/server/connectionlimits.h>
#include <objectsync/server/fetchrequest.h>

#include <QtCore/qobject.h>
#include <QtCore/qurl.h>
#include <QtNetwork/qhostaddress.h>

#include <memory>
#include <vector>

QT_BEGIN_NAMESPACE
class QSslConfiguration;
QT_END_NAMESPACE

namespace ObjectSync {

class SyncSession;

/// A resource: hosts worlds, and serves them to clients over WebSockets and to sessions in the same
/// process.
///
/// The settings are made before start() or listen(); later changes of them are ignored with a
/// warning. Handlers may be added at any time. Lives in one thread, with an event loop; all
/// handlers are called and all signals emitted there. Slots and handlers may call anything, close()
/// included, and may delete the server.
class OBJECTSYNC_SERVER_EXPORT SyncServer : public QObject
{
    Q_OBJECT
    Q_PROPERTY(bool listening READ isListening NOTIFY listeningChanged)
    Q_PROPERTY(quint16 serverPort READ serverPort NOTIFY listeningChanged)
    Q_PROPERTY(QUrl url READ defaultUrl NOTIFY listeningChanged)

public:
    explicit SyncServer(QObject *parent = nullptr);
    /// Drops all connections. What was accepted is written if the storage takes it at once; blocks
    /// for that time. Use close() to part from clients in good order.
    ~SyncServer() override;

    // Settings

    /// Where clients connect to: "/sync" by default. Other worlds are below it: "/sync/NAME". Must
    /// begin with '/'; a '/' at the end is dropped.
    void setPath(const QString &path);
    QString path() const;
    /// Hosts another world beside the default one, whose name is empty. May also be called while
    /// the server runs. Adding a world again changes nothing. Errors: `bad-name` for anything but
    /// 1 to 64 letters, digits, '.', '_' and '-', the first a letter or digit, all ASCII;
    /// those of Storage::load() while the server runs.
    Expected<void> addWorld(const QString &name);
    QStringList worlds() const;
    /// Where the worlds are kept; null (the default): nowhere, they go with the server. Takes
    /// ownership; the storage is deleted with the server, or by another call of this.
    void setStorage(std::unique_ptr<Storage> storage);
    /// Gives every world a new epoch when it is loaded next: to be used once after a backup was
    /// restored, so that clients that have seen more than the backup start over.
    void setStartsNewEpoch(bool starts);
    void setLimits(const Limits &limits);
    Limits limits() const;
    void setConnectionLimits(const ConnectionLimits &limits);
    ConnectionLimits connectionLimits() const;
    /// Who decides which clients may come in. Without one, all may.
    void setAuthenticator(Authenticator authenticator);
    /// An operation type beyond `increment`; clients must know it, too. Errors: `bad-name`.
    Expected<void> addOperationType(const OperationType &type);
    /// Web pages that may connect from a browser, beside those that came from this server (the same
    /// host and port): "https://example.org", "http://localhost:3000"; "*": all. Programs that are
    /// no browsers may connect in any case.
    void setAllowedOrigins(const QStringList &origins);
    /// With a private key and a certificate in it, the server speaks TLS (wss, https) only.
    void setSslConfiguration(const QSslConfiguration &configuration);

    // Handlers

    /// Is asked about each transaction of each client, sessions in the same process included, in
    /// every world; see CommitRequest.
    void addCommitHandler(CommitHandler handler);
    /// The same until \a context is destroyed.
    void addCommitHandler(const QObject *context, CommitHandler handler);
    /// Is asked about each fetch; see FetchRequest.
    void addFetchHandler(FetchHandler handler);
    /// The same until \a context is destroyed.
    void addFetchHandler(const QObject *context, FetchHandler handler);

    // Running

    /// Loads the worlds (blocks for that time) and serves sessions in the same process, without
    /// listening on a port. On failure returns false; see error(). No effect while it runs.
    bool start();
    /// The same, and listens. Port 0: any free one, see serverPort(). May be called again after
    /// closed(), but not while it listens. On failure returns false; see error(): `listen-failed`,
    /// or an error of the storage.
    bool listen(const QHostAddress &address = QHostAddress(QHostAddress::LocalHost),
                quint16 port = 0);
    bool isRunning() const; ///< since start() or listen(), until closed()
    bool isListening() const;
    QHostAddress serverAddress() const;
    quint16 serverPort() const; ///< 0 while it does not listen
    /// What a client on this machine connects to; empty while the server does not listen, or where
    /// there is no such world.
    QUrl url(const QString &world = {}) const;
    /// Why start() or listen() failed last.
    Error error() const;
    QString errorString() const;
    /// Shuts down in good order: takes no more connections and messages, writes and answers what
    /// was accepted, says goodbye, and emits closed(), ConnectionLimits::shutdownTimeout at most
    /// later. Returns at once.
    void close();

    // Clients

    /// Those connected to a world now, in the order in which they came.
    std::vector<Peer> clients(const QString &world = {}) const;
    /// Tells the client to go. It will come back by itself, unless the code of \a reason is
    /// `unauthorized`. Returns false where there is no such connection.
    bool disconnectClient(ConnectionId connection, const Error &reason);
    /// The server's own session in a world: a full client, in the same process and thread. Made
    /// and opened when first asked for; it is online some turns of the event loop after start().
    /// Belongs to the server. Null where there is no such world.
    SyncSession *session(const QString &world = {});

protected:
    /// Makes what session() gives out, as a child of the server.
    virtual SyncSession *makeSession();

Q_SIGNALS:
    void listeningChanged(bool listening);
    /// A client was welcomed. Peer::local tells sessions in the same process from others.
    void clientConnected(const ObjectSync::Peer &peer, const QString &world);
    /// Follows each clientConnected() once, when the connection has ended, whatever the reason.
    void clientDisconnected(const ObjectSync::Peer &peer, const QString &world);
    /// Nothing can be written at the moment: transactions are taken, but not answered. The server
    /// tries again by itself, after longer and longer waits.
    void storageError(const ObjectSync::Error &error);
    /// Writing goes on after storageError().
    void storageRecovered();
    /// close() has come to its end; start() and listen() may be called again.
    void closed();

private:
    QUrl defaultUrl() const { return url(); }

    class Private;
    std::unique_ptr<Private> d;
};

} // namespace ObjectSync
