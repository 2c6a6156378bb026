// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qstringlist.h>

#include <functional>
#include <memory>
#include <vector>

namespace Bench {

/// `x` of an entity becomes another number.
struct Update
{
    int entity = 0;
    double x = 0;
};

/// What a contestant's client tells. From the event loop, never from inside of a call.
class ClientEvents
{
public:
    virtual ~ClientEvents() = default;
    virtual void readerJoined(int reader) = 0; ///< it has all entities
    virtual void updated(int reader, int entity, double x) = 0; ///< only after it has joined
    virtual void writerReady() = 0;
    virtual void idleReady() = 0;
    [[noreturn]] virtual void failed(const QString &why) = 0;
};

/// How to use one contestant as a client: all that its program adds to runClient().
class PeerClient
{
public:
    virtual ~PeerClient() = default;
    /// A connection that is told of all entities, and of every update from then on. \a reader: 0,
    /// 1, 2, …
    virtual void openReader(int reader) = 0;
    /// How many entities a reader has.
    virtual int entities(int reader) = 0;
    /// The connection that write() uses.
    virtual void openWriter() = 0;
    /// A connection that wants to be told of nothing.
    virtual void openIdle() = 0;
    /// All of them without going back to the event loop in between.
    virtual void write(const std::vector<Update> &updates) = 0;
    /// Messages that all readers together have received; -1 where the client cannot tell.
    virtual qint64 messages() const { return -1; }
};

struct ClientArguments
{
    quint16 port = 0;
    int entities = 0;
    QStringList flags; ///< all other arguments
    bool has(const char *flag) const { return flags.contains(QLatin1String(flag)); }
};

using MakePeerClient =
        std::function<std::unique_ptr<PeerClient>(const ClientArguments &, ClientEvents &)>;

/// The main function of a contestant's client: carries out the driver's commands.
int runClient(int argc, char **argv, const MakePeerClient &make);

template<typename Client>
int runClient(int argc, char **argv)
{
    return runClient(argc, argv, [](const ClientArguments &arguments, ClientEvents &events) {
        return std::make_unique<Client>(arguments, events);
    });
}

} // namespace Bench
