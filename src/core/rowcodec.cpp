// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/rowcodec.h>

#include "cborreader_p.h"

#include <algorithm>
#include <limits>

namespace ObjectSync {

using namespace Internal;

namespace {

Limits withoutLimits()
{
    constexpr qint64 Most = std::numeric_limits<int>::max();
    Limits limits;
    limits.elements = Most;
    limits.nesting = 500; // deep enough for any setting, not for the stack
    return limits;
}

const Limits &noLimits()
{
    static const Limits limits = withoutLimits();
    return limits;
}

void checkStructure(CborReader &reader, bool isAsExpected)
{
    if (!isAsExpected)
        reader.refuse(ErrorCode::BadValue, QStringLiteral("unexpected structure"));
}

Expected<void> finish(CborReader &reader)
{
    reader.expectEnd();
    return reader.failed() ? Expected<void>(reader.error()) : Expected<void>();
}

void writeBytes(CborWriter &writer, const QByteArray &bytes)
{
    writer.head(CborMajor::Bytes, static_cast<quint64>(bytes.size()));
    writer.raw(bytes);
}

StoredAnswer readAnswer(CborReader &reader)
{
    const quint64 size = reader.array("answer");
    checkStructure(reader, size == 4 || size == 7);
    StoredAnswer answer;
    answer.tx = reader.integer("tx");
    answer.fingerprint = static_cast<quint64>(reader.integer("fingerprint"));
    answer.cursor = reader.integer("cursor");
    for (quint64 ids = reader.array("ids"); ids > 0 && !reader.failed(); --ids)
        answer.ids.push_back(reader.value().toBytes());
    if (size == 7) {
        Error &error = answer.error.emplace();
        error.code = reader.value().toBytes();
        error.message = QString::fromUtf8(reader.text("message"));
        error.entityId = reader.value().toBytes();
    }
    return answer;
}

} // namespace

class RowCodec::Private
{
public:
    void readKept(CborReader &reader, StoredEntity &entity);
    void readRemoved(CborReader &reader, StoredEntity &entity);

    CborWriter writer;
    NameCache names;
};

RowCodec::RowCodec() : d(std::make_unique<Private>()) { }

RowCodec::~RowCodec() = default;

// Packing

QByteArrayView RowCodec::packProperties(const StoredEntity &entity)
{
    const auto removed = static_cast<quint64>(
            std::count_if(entity.properties.begin(), entity.properties.end(),
                          [](const StoredProperty &each) { return each.value.isUndefined(); }));
    CborWriter &writer = d->writer;
    writer.clear();
    writer.head(CborMajor::Array, removed > 0 ? 2 : 1);
    writer.head(CborMajor::Array, 3 * (entity.properties.size() - removed));
    for (const StoredProperty &property : entity.properties) {
        if (property.value.isUndefined())
            continue;
        writer.text(property.name);
        writer.integer(entity.stamp - property.stamp);
        writer.value(property.value);
    }
    if (removed == 0)
        return writer.bytes();
    writer.head(CborMajor::Array, 2 * removed);
    for (const StoredProperty &property : entity.properties) {
        if (!property.value.isUndefined())
            continue;
        writer.text(property.name);
        writer.integer(entity.stamp - property.stamp);
    }
    return writer.bytes();
}

QByteArrayView RowCodec::packAnswers(const std::vector<StoredAnswer> &answers)
{
    CborWriter &writer = d->writer;
    writer.clear();
    writer.head(CborMajor::Array, answers.size());
    for (const StoredAnswer &answer : answers) {
        writer.head(CborMajor::Array, answer.error ? 7 : 4);
        writer.integer(answer.tx);
        writer.integer(static_cast<qint64>(answer.fingerprint));
        writer.integer(answer.cursor);
        writer.head(CborMajor::Array, answer.ids.size());
        for (const QByteArray &id : answer.ids)
            writeBytes(writer, id);
        if (answer.error) {
            writeBytes(writer, answer.error->code);
            writer.text(answer.error->message.toUtf8());
            writeBytes(writer, answer.error->entityId);
        }
    }
    return writer.bytes();
}

// Unpacking

Expected<void> RowCodec::unpackProperties(QByteArrayView packed, StoredEntity &entity)
{
    CborReader reader(packed, noLimits());
    const quint64 parts = reader.array("properties");
    checkStructure(reader, parts == 1 || parts == 2);
    d->readKept(reader, entity);
    if (parts == 2)
        d->readRemoved(reader, entity);
    return finish(reader);
}

void RowCodec::Private::readKept(CborReader &reader, StoredEntity &entity)
{
    quint64 items = reader.array("properties");
    checkStructure(reader, items % 3 == 0);
    entity.properties.reserve(entity.properties.size() + reader.reservation(items, 1) / 3);
    for (; items > 0 && !reader.failed(); items -= 3) {
        StoredProperty &property = entity.properties.emplace_back();
        property.name = names.get(reader.text("name of a property"));
        property.stamp = entity.stamp - reader.integer("age of a property");
        property.value = reader.value();
    }
}

void RowCodec::Private::readRemoved(CborReader &reader, StoredEntity &entity)
{
    quint64 items = reader.array("removed properties");
    checkStructure(reader, items % 2 == 0);
    for (; items > 0 && !reader.failed(); items -= 2) {
        StoredProperty &property = entity.properties.emplace_back();
        property.name = names.get(reader.text("name of a property"));
        property.stamp = entity.stamp - reader.integer("age of a property");
    }
}

Expected<std::vector<StoredAnswer>> RowCodec::unpackAnswers(QByteArrayView packed)
{
    CborReader reader(packed, noLimits());
    std::vector<StoredAnswer> answers;
    quint64 count = reader.array("answers");
    answers.reserve(reader.reservation(count, 5));
    for (; count > 0 && !reader.failed(); --count)
        answers.push_back(readAnswer(reader));
    if (auto finished = finish(reader); !finished)
        return finished.error();
    return answers;
}

} // namespace ObjectSync
