// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// A server inside an application: an auction, with a rule and a store of its own.
// Usage: server-embedded [FILE [PORT]]

#include <objectsync/client/syncsession.h>
#include <objectsync/core/codec.h>
#include <objectsync/server/syncserver.h>

#include <QtCore/qcoreapplication.h>
#include <QtCore/qfile.h>
#include <unistd.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

// A file to which each write appends one line: a list of [id, properties], or [id, null] for what
// is gone. Revisions are not kept: after a restart clients get a new history, and all of it.
class JsonLinesStorage : public Storage
{
public:
    explicit JsonLinesStorage(const QString &fileName) : m_file(fileName) { }

    Expected<StoredWorld> load(const QByteArray &) override
    {
        if (!m_file.open(QIODevice::ReadWrite | QIODevice::Append) || !m_file.seek(0))
            return Error{ ErrorCode::StorageFailed, m_file.fileName() + u": cannot be opened"_s };
        std::map<QByteArray, Value> found;
        while (!m_file.atEnd()) {
            const QByteArray line = m_file.readLine();
            const Expected<Value> rows = fromJson(line, { .elements = line.size() });
            // Of a line that was cut off when the server died nobody has been told.
            for (const Value &row : rows ? rows->toList() : Value::List())
                found[row.toList().at(0).toUtf8()] = row.toList().at(1);
        }
        StoredWorld world{ QByteArray::number(QDateTime::currentMSecsSinceEpoch()) };
        for (const auto &[id, values] : found) {
            if (values.isNull())
                continue;
            const Revision stamp = ++world.revision;
            StoredEntity &entity = world.entities.emplace_back(StoredEntity{ id, stamp, stamp });
            for (const auto &[name, value] : values.toMap())
                entity.properties.push_back({ name, value, stamp });
        }
        return world;
    }

    Expected<void> write(const std::vector<StorageBatch> &batches) override
    {
        Value::List rows;
        for (const StorageBatch &batch : batches) {
            for (const StoredEntity &entity : batch.entities) {
                ValueMap values;
                for (const auto &[name, value, stamp] : entity.properties) {
                    if (!value.isUndefined())
                        values.insert(name, value);
                }
                const Value kept = entity.alive ? Value(values) : Value(nullptr);
                rows.push_back(Value::List{ Value::string(entity.id), kept });
            }
        }
        m_file.write('\n' + toJson(rows) + '\n');
        if (m_file.flush() && ::fsync(m_file.handle()) == 0)
            return {};
        return Error{ ErrorCode::StorageFailed, m_file.errorString() };
    }

private:
    QFile m_file;
};

// The rule: each bid must be higher than the one before. Late answers are as easy: keep a copy.
void checkBid(CommitRequest &request)
{
    for (const Operation &operation : request.operations()) {
        const Value highest = request.state().value(operation.id, "bid");
        if (operation.values.value("bid").toDouble() <= highest.toDouble())
            return request.reject("too-low", u"bid more than "_s + highest.toDisplayString());
    }
    request.accept();
}

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    SyncServer server;
    server.setStorage(std::make_unique<JsonLinesStorage>(arguments.value(1, u"auction.jsonl"_s)));
    server.addCommitHandler(checkBid);
    if (!server.listen(QHostAddress::LocalHost, arguments.value(2, u"8090"_s).toUShort())) {
        qCritical("%s", qPrintable(server.errorString()));
        return 1;
    }
    qInfo("listening on %s", qPrintable(server.url().toString()));
    server.session()->save(
            { { u"id"_s, u"lots/vase"_s }, { u"bid"_s, 10 } }); // a client like others
    return application.exec();
}
