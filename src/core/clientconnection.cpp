// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "clientengine_p.h"

#include <array>

namespace ObjectSync {

using namespace Internal;

namespace {

/// For the fields of `hello` other than subscriptions and token.
constexpr qint64 HelloOverhead = 512;

/// Trying again would only bring the same answer.
bool isFinal(const QByteArray &code)
{
    constexpr std::array FinalCodes = { ErrorCode::Unauthorized, ErrorCode::UnsupportedProtocol,
                                        ErrorCode::Replaced, ErrorCode::BadNumber };
    return std::any_of(FinalCodes.begin(), FinalCodes.end(),
                       [&code](const char *each) { return code == each; });
}

} // namespace

void ClientEngine::Private::setStatus(ClientStatus newStatus, const Error &error)
{
    if (newStatus == ClientStatus::Waiting || newStatus == ClientStatus::Failed)
        lastError = error;
    if (status == newStatus)
        return;
    status = newStatus;
    actions.push_back(ClientAction::StatusChanged{ status, error });
}

bool ClientEngine::Private::hasTransport() const
{
    return status == ClientStatus::Connecting || status == ClientStatus::Online;
}

void ClientEngine::Private::connect(qint64 now)
{
    setStatus(ClientStatus::Connecting);
    if (store.isRestoring())
        return;
    clock.connecting(now);
    actions.push_back(ClientAction::OpenTransport{});
}

/// What belonged to the connection is forgotten, and with it slices that were not complete: the
/// cursor stands before them.
void ClientEngine::Private::disconnected()
{
    if (status == ClientStatus::Online)
        actions.push_back(ClientAction::StalenessChanged{});
    saidHello = offeredResume = catchingUp = false;
    settleUpTo = 0;
    held.clear();
    replica.queue().disconnected();
    subscriptions.disconnected();
    fetches.disconnected();
    unfit.clear();
}

void ClientEngine::Private::lost(const Error &reason, qint64 now)
{
    if (status == ClientStatus::Connecting && saidHello)
        ++failedHellos;
    disconnected();
    if (!isFinal(reason.code)) {
        clock.waiting(now);
        setStatus(ClientStatus::Waiting, reason);
        return;
    }
    clock.stopped();
    setStatus(ClientStatus::Failed, reason);
    answerFetches(fetches.takeAll(), reason);
}

void ClientEngine::Private::drop(const Error &reason, qint64 now)
{
    actions.push_back(ClientAction::CloseTransport{});
    lost(reason, now);
}

void ClientEngine::Private::violated(const QString &rule, qint64 now)
{
    drop({ ErrorCode::BadMessage,
           QStringLiteral("The server broke the protocol: %1. Is it of a version that fits?")
                   .arg(rule) },
         now);
}

void ClientEngine::transportOpened(qint64)
{
    if (d->status == ClientStatus::Connecting && !d->saidHello)
        d->sayHello();
}

void ClientEngine::transportClosed(const Error &reason, qint64 now)
{
    d->latest = now;
    if (d->hasTransport())
        d->lost(reason, now);
}

// The handshake

void ClientEngine::Private::sayHello()
{
    Hello hello{ .client = client, .token = options.token };
    hello.answered = toldAnswered = store.tellable(replica.queue().firstNumber() - 1, numbering);
    // Half of the limit: it may be another server's, and what does not fit is subscribed anew. Less
    // with each failure, which may have been for the size.
    const qint64 most = limits.messageSize / 2 >> std::min(failedHellos, 62);
    const qint64 room = most - HelloOverhead - options.token.size();
    if (auto resumable = subscriptions.resumable(room); !resumable.empty())
        hello.resume = Resume{ epoch, cursor, std::move(resumable) };
    saidHello = true;
    offeredResume = hello.resume.has_value();
    send(std::move(hello));
}

void ClientEngine::Private::receive(const Welcome &welcome, qint64 now)
{
    if (status != ClientStatus::Connecting || !saidHello)
        return violated(QStringLiteral("a `welcome` that was not asked for"), now);
    if (welcome.protocol != ProtocolVersion) {
        return drop({ ErrorCode::UnsupportedProtocol,
                      QStringLiteral("The server speaks version %1 of the protocol, this client "
                                     "version %2; update the older one")
                              .arg(welcome.protocol)
                              .arg(ProtocolVersion) },
                    now);
    }
    const bool sameHistory = epoch.isEmpty() || welcome.epoch == epoch;
    if (welcome.epoch.isEmpty() || (welcome.resumed && !(offeredResume && sameHistory)))
        return violated(QStringLiteral("a `welcome` to another history"), now);
    failedHellos = 0;
    if (!knowsOurTransactions(welcome)) {
        return beginAnew(lastUnknown(welcome, sameHistory),
                         { ErrorCode::UnknownOutcome,
                           QStringLiteral("The server no longer knows this client: what was sent "
                                          "to it before may have been done or not. Look, and "
                                          "decide") },
                         now);
    }
    goOnline(welcome, now);
}

/// A number means one transaction for as long as the client has its id. So whatever the history, the
/// server's record is of the first few that were sent: all that were answered among them, or else it
/// is not the record that answered them.
bool ClientEngine::Private::knowsOurTransactions(const Welcome &welcome) const
{
    const PendingQueue &queue = replica.queue();
    return welcome.lastTx >= queue.firstNumber() - 1 && welcome.lastTx <= queue.lastSentNumber();
}

/// The newest transaction of which a server that does not know ours may have been told.
TransactionNumber ClientEngine::Private::lastUnknown(const Welcome &welcome, bool sameHistory) const
{
    const PendingQueue &queue = replica.queue();
    if (!sameHistory && welcome.lastTx < queue.firstNumber())
        return 0; // a backup from before any that are pending, unless it forgot us as well
    // Or the store is an older one: then what it holds is part of what the server has decided.
    return std::max(queue.lastSentNumber(), std::min(restoredLast, welcome.lastTx));
}

/// Under another client id: the server has lost its record of this one, or it is somebody else's,
/// or its numbers cannot be kept to.
void ClientEngine::Private::beginAnew(TransactionNumber lastUnknown, const Error &unknown,
                                      qint64 now)
{
    actions.push_back(ClientAction::CloseTransport{});
    Turn turn(*this);
    while (!replica.queue().isEmpty() && replica.queue().firstNumber() <= lastUnknown)
        answerFirst(turn, unknown, {}, now);
    renumber(1, 0);
    client = options.makeClientId();
    finish(turn);
    if (std::exchange(beganAnew, true))
        return lost(unknown, now); // again: then not in a hurry
    disconnected();
    connect(now);
}

/// Numbers get another meaning: the store has to know before they are sent.
void ClientEngine::Private::renumber(TransactionNumber first, TransactionNumber lastSent)
{
    ++numbering;
    restoredLast = 0;
    replica.queue().renumber(first, lastSent);
}

void ClientEngine::Private::giveUpInherited()
{
    const std::vector<Filter> filters = subscriptions.takeInherited();
    if (filters.empty())
        return;
    Turn turn(*this);
    for (const Filter &filter : filters)
        dropUncovered(turn, filter);
    finish(turn);
}

void ClientEngine::Private::goOnline(const Welcome &welcome, qint64 now)
{
    limits = welcome.limits;
    pacer.setLimits(limits);
    pacer.reconnected(now);
    PendingQueue &queue = replica.queue();
    epoch = welcome.epoch;
    if (!welcome.resumed)
        cursor = welcome.cursor;
    catchingUp = welcome.resumed;
    settleUpTo = welcome.lastTx;
    beganAnew = false;
    clock.online(now);
    setStatus(ClientStatus::Online);
    giveUpInherited();
    subscriptions.welcomed(welcome.resumed, [this] { return heldIds(); });

    // What an earlier server had decided this one may not have.
    Turn turn(*this);
    for (qsizetype place = 0; place < queue.size() && queue.at(place).settled; ++place) {
        if (queue.firstNumber() + place > welcome.lastTx)
            replica.setSettled(turn.step, queue.at(place), false);
    }
    finish(turn);
    findUnfit(welcome.lastTx);
    refuseRequests();

    // What the server has decided it answers by itself; it need not be sent again.
    while (queue.sent() < queue.size() && queue.firstNumber() + queue.sent() <= welcome.lastTx) {
        pacer.sent(queue.nextToSend().operations());
        queue.noteSent();
    }
    sendDue(now);
}

// Sending

void ClientEngine::Private::send(Message message)
{
    actions.push_back(ClientAction::Send{ std::make_shared<const Message>(std::move(message)) });
}

void ClientEngine::Private::sendDue(qint64 now)
{
    if (status != ClientStatus::Online)
        return;
    sendSubscriptions();
    for (Fetch &fetch : fetches.takeMessages(limits))
        send(std::move(fetch));
    sendTransactions(now);
}

void ClientEngine::Private::sendSubscriptions()
{
    if (status != ClientStatus::Online)
        return;
    for (Message &message : subscriptions.takeMessages())
        send(std::move(message));
}

void ClientEngine::Private::sendTransactions(qint64 now)
{
    while (status == ClientStatus::Online && isFirstUnfit())
        refuseFirst(now);
    if (status != ClientStatus::Online)
        return;
    PendingQueue &queue = replica.queue();
    const TransactionNumber last = std::min(store.sendable(numbering, window()), lastFit());
    while (queue.sent() < std::min<qint64>(queue.size(), window())
           && queue.firstNumber() + queue.sent() <= last) {
        PendingTransaction &next = queue.nextToSend();
        if (!pacer.maySend(next.operations(), now))
            return;
        const TransactionNumber number = queue.firstNumber() + queue.sent();
        const TransactionNumber answered = store.tellable(queue.firstNumber() - 1, numbering);
        const bool isNew = answered > toldAnswered;
        if (isNew)
            toldAnswered = answered;
        pacer.sent(next.operations());
        queue.noteSent();
        actions.push_back(ClientAction::Send{ next.numbered(number, isNew ? answered : 0) });
    }
}

} // namespace ObjectSync
