// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Fixed workloads, whose instructions callgrind counts: `instructions --list` tells their names,
// `instructions NAME` does one. Only what happens inside of objectsync_measured() is counted; all
// that has to be made for it is made before, and each workload has been done once by then.

#include "enginepair.h"
#include "sampleworld.h"
#include "serverstage.h"
#include "sessionwork.h"

#include <QtCore/qcoreapplication.h>

#include <cstdio>
#include <cstring>
#include <functional>

using namespace ObjectSync;

namespace {

/// Does the work once; what it needs is kept in it. May be called twice.
using Work = std::function<void()>;

struct Workload
{
    const char *name;
    Work (*make)();
};

QByteArray idOf(int index)
{
    return "item/" + QByteArray::number(index).rightJustified(9, '0');
}

std::vector<QByteArray> idsOf(int from, int count)
{
    std::vector<QByteArray> ids;
    for (int i = from; i < from + count; ++i)
        ids.push_back(idOf(i));
    return ids;
}

[[noreturn]] void fail(const char *what)
{
    std::fprintf(stderr, "instructions: %s\n", what);
    std::exit(1);
}

// The codec

constexpr int BatchSize = 1000;

/// As a server makes it for its readers: one property of each entity has changed.
Changes updateBatch(double x)
{
    Changes batch{ .cursor = static_cast<Cursor>(x) };
    for (int i = 0; i < BatchSize; ++i) {
        Change change;
        change.number = static_cast<EntityNumber>(i);
        change.id = idOf(i);
        change.properties = { { 0, "x", x + i * 0.5 } };
        batch.changes.push_back(std::make_shared<const Change>(std::move(change)));
    }
    return batch;
}

Work encodeBatches(Encoding encoding)
{
    std::shared_ptr<Encoder> encoder = Encoder::create(encoding);
    // Each is encoded once only: a change keeps its encoding.
    auto batches = std::make_shared<std::vector<Message>>();
    for (int i = 0; i < 20; ++i)
        batches->push_back(updateBatch(2 + i));
    return [=, next = size_t(0)]() mutable {
        for (int i = 0; i < 10; ++i) {
            if (encoder->encode((*batches)[next++]).isEmpty())
                fail("nothing was encoded");
        }
    };
}

Work decodeBatches(Encoding encoding)
{
    const auto encoder = Encoder::create(encoding);
    std::shared_ptr<Decoder> decoder = Decoder::create(encoding, {}, Decoder::Sender::Server);
    // The first one defines the numbers.
    if (!decoder->decode(encoder->encode(updateBatch(1))))
        fail("the first batch was not decoded");
    const QByteArray bytes = encoder->encode(updateBatch(2));
    return [=] {
        for (int i = 0; i < 10; ++i) {
            if (!decoder->decode(bytes))
                fail("a batch was not decoded");
        }
    };
}

// The server

/// 1,000 commits of one update each, in ten turns of the event loop, told to so many readers.
Work fanOut(int readers)
{
    auto stage = std::make_shared<ServerStage>(sampleWorld(BatchSize, idOf));
    for (int i = 0; i < readers; ++i)
        stage->addReader(Filter::byPrefix("item/"));
    auto turns = std::make_shared<std::vector<std::vector<QByteArray>>>();
    for (int turn = 0; turn < 20; ++turn)
        turns->push_back(stage->prepare(idsOf(turn % 10 * 100, 100)));
    return [=, next = size_t(0)]() mutable {
        for (int turn = 0; turn < 10; ++turn)
            stage->turn((*turns)[next++]);
        if (stage->takeTold().changes != qint64(BatchSize) * readers)
            fail("readers were not told of all updates");
    };
}

/// Ten transactions of 1,000 updates each, told to one reader.
Work serveBatches()
{
    auto stage = std::make_shared<ServerStage>(sampleWorld(BatchSize, idOf));
    stage->addReader(Filter::byPrefix("item/"));
    auto commits = std::make_shared<std::vector<QByteArray>>();
    for (int i = 0; i < 20; ++i)
        commits->push_back(stage->prepareTogether(idsOf(0, BatchSize)));
    return [=, next = size_t(0)]() mutable {
        for (int i = 0; i < 10; ++i)
            stage->turn({ (*commits)[next++] });
        if (stage->takeTold().changes != qint64(BatchSize) * 10)
            fail("the reader was not told of all updates");
    };
}

// The client

/// What a subscriber is told at first.
std::vector<ChangePtr> allEntities()
{
    std::vector<ChangePtr> all;
    for (int i = 0; i < BatchSize; ++i) {
        Change change;
        change.number = static_cast<EntityNumber>(i);
        change.id = idOf(i);
        change.event = Change::Event::Enter;
        NameNumber others = 0;
        for (const auto &[name, value] : sampleProperties(i))
            change.properties.push_back({ name == "x" ? 0 : ++others, name, value });
        all.push_back(std::make_shared<const Change>(std::move(change)));
    }
    return all;
}

/// Ten batches of 1,000 updates, from the decoded message to the actions.
Work applyBatches()
{
    ClientOptions options;
    options.random = [] { return 0.0; };
    options.makeClientId = [] { return QByteArray("client"); };
    auto client = std::make_shared<ClientEngine>(options);
    client->open(1);
    client->transportOpened(1);
    client->received(Welcome{ .epoch = "epoch", .cursor = 1 }, 1);
    const auto sub = client->subscribe(Filter::byPrefix("item/"));
    if (!sub)
        fail("not subscribed");
    const auto encoder = Encoder::create(Encoding::Cbor);
    const auto decoder = Decoder::create(Encoding::Cbor, {}, Decoder::Sender::Server);
    const auto decoded = [&](const Message &message) {
        auto result = decoder->decode(encoder->encode(message));
        if (!result)
            fail("a message was not decoded");
        return *std::move(result);
    };
    client->received(decoded(Changes{
                             .cursor = 1, .sub = *sub, .reset = true, .changes = allEntities() }),
                     1);
    client->received(Subscribed{ *sub, 1 }, 1);
    client->takeActions();
    auto batches = std::make_shared<std::vector<Message>>();
    for (int i = 0; i < 20; ++i)
        batches->push_back(decoded(updateBatch(2 + i)));
    return [=, next = size_t(0)]() mutable {
        for (int i = 0; i < 10; ++i) {
            client->received((*batches)[next++], 2);
            qsizetype changed = 0;
            for (const auto &action : client->takeActions()) {
                if (const auto *view = std::get_if<ClientAction::ViewChanged>(&action))
                    changed += static_cast<qsizetype>(view->changes.size());
            }
            if (changed != BatchSize)
                fail("the view has not changed as it should");
        }
    };
}

/// Ten batches of 1,000 updates, from the bytes to the properties of the objects that show them.
Work showBatches()
{
    auto stage = std::make_shared<SessionWork>(allEntities());
    stage->show(idsOf(0, BatchSize));
    auto batches = std::make_shared<std::vector<QByteArray>>();
    for (int i = 0; i < 20; ++i)
        batches->push_back(stage->server().encode(updateBatch(2 + i)));
    return [=, next = size_t(0)]() mutable {
        for (int i = 0; i < 10; ++i, ++next) {
            stage->server().arrive((*batches)[next]);
            if (stage->items().back()->x != 2 + static_cast<double>(next) + (BatchSize - 1) * 0.5)
                fail("an object does not show the update");
        }
    };
}

/// Ten transactions of 1,000 updates each, as an application makes them, until they are on their way
/// to the server; and what the session does when they are answered.
Work commitBatches()
{
    auto stage = std::make_shared<SessionWork>(allEntities());
    auto names = std::make_shared<QStringList>();
    for (int i = 0; i < BatchSize; ++i)
        names->append(QString::fromUtf8(idOf(i)));
    auto batches = std::make_shared<std::vector<QByteArray>>();
    auto answers = std::make_shared<std::vector<QByteArray>>();
    for (int i = 0; i < 20; ++i) {
        batches->push_back(stage->server().encode(updateBatch(2 + i)));
        answers->push_back(stage->server().encode(Ack{ i + 1 }));
    }
    return [=, next = size_t(0)]() mutable {
        for (int i = 0; i < 10; ++i, ++next) {
            SyncTransaction transaction;
            for (int each = 0; each < BatchSize; ++each) {
                transaction.set(names->at(each), QStringLiteral("x"),
                                2 + static_cast<double>(next) + each * 0.5);
            }
            const SyncReply *reply = stage->session().transaction(std::move(transaction));
            stage->server().arrive((*batches)[next]);
            const bool wasFinished = reply->isFinished();
            stage->server().arrive((*answers)[next]);
            if (wasFinished || stage->session().pendingCount() != 0)
                fail("a transaction was not answered");
        }
    };
}

// Both

/// A new client subscribes to 10,000 entities: snapshot, codec and replica.
Work join()
{
    auto pairs = std::make_shared<std::vector<std::unique_ptr<EnginePair>>>();
    for (int i = 0; i < 2; ++i) {
        pairs->push_back(std::make_unique<EnginePair>(10000));
        pairs->back()->connect();
        pairs->back()->takeCost();
    }
    return [=, next = size_t(0)]() mutable {
        EnginePair &pair = *(*pairs)[next++];
        pair.subscribe("item/");
        if (pair.takeCost().changes != 10000)
            fail("the client was not told of all entities");
    };
}

constexpr Workload Workloads[] = {
    { "encode-cbor", [] { return encodeBatches(Encoding::Cbor); } },
    { "encode-json", [] { return encodeBatches(Encoding::Json); } },
    { "decode-cbor", [] { return decodeBatches(Encoding::Cbor); } },
    { "decode-json", [] { return decodeBatches(Encoding::Json); } },
    { "fan-out-1", [] { return fanOut(1); } },
    { "fan-out-100", [] { return fanOut(100); } },
    { "serve-batch", [] { return serveBatches(); } },
    { "apply-batch", [] { return applyBatches(); } },
    { "show-batch", [] { return showBatches(); } },
    { "commit-batch", [] { return commitBatches(); } },
    { "join-10000", [] { return join(); } },
};

} // namespace

/// The function in which callgrind counts; it knows it by this name.
extern "C" Q_DECL_EXPORT Q_NEVER_INLINE void objectsync_measured(Work &work)
{
    work();
    asm volatile(""); // not a tail call: it would be left before the work is done
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const char *name = argc == 2 ? argv[1] : "";
    for (const Workload &workload : Workloads) {
        if (std::strcmp(name, "--list") == 0) {
            std::puts(workload.name);
        } else if (std::strcmp(name, workload.name) == 0) {
            Work work = workload.make();
            work();
            objectsync_measured(work);
            return 0;
        }
    }
    if (std::strcmp(name, "--list") == 0)
        return 0;
    std::fputs("usage: instructions NAME | --list\n", stderr);
    return 2;
}
