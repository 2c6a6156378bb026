// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/message.h>

#include <limits>

/// Messages that between them have every type, every field and every kind of value.
namespace Samples {

using namespace ObjectSync;

struct Sample
{
    const char *name;
    Message message;
};

inline ValueMap allValues()
{
    const Value::List list = { 1, nullptr, Value::List{}, ValueMap{ { "a", "b" } } };
    return {
        { "bool", true },
        { "bytes", Value::bytes(QByteArray("\0\xff\x80", 3)) },
        { "date", Value::dateTime(1767323045678) },
        { "dateBefore1970", Value::dateTime(-1) },
        { "dateEarliest", Value::dateTime(std::numeric_limits<qint64>::min()) },
        { "dateLatest", Value::dateTime(std::numeric_limits<qint64>::max()) },
        { "dateWhole", Value::dateTime(1767323045000) },
        { "double", 0.1 },
        { "doubleFloat", 0.25 },
        { "doubleInfinite", std::numeric_limits<double>::infinity() },
        { "doubleMost", std::numeric_limits<double>::max() },
        { "doubleNan", std::numeric_limits<double>::quiet_NaN() },
        { "doubleWhole", 3.0 },
        { "emptyList", Value::List{} },
        { "emptyMap", ValueMap{} },
        { "emptyText", "" },
        { "int", 42 },
        { "intLeast", std::numeric_limits<qint64>::min() },
        { "intMost", std::numeric_limits<qint64>::max() },
        { "intUnsafe", qint64{ 9007199254740993 } },
        { "list", list },
        { "map", ValueMap{ { "$a", 1 }, { "b", Value::List{ 2 } } } },
        { "mapEscaped", ValueMap{ { "$int", "1" } } },
        { "mapEscapedTwice", ValueMap{ { "$map", ValueMap{ { "$map", 1 } } } } },
        { "null", nullptr },
        { "text", "Grüße, \"Welt\"\n\x01 \xf0\x9f\x98\x80 \\ / \x7f" },
    };
}

inline ChangePtr change(EntityNumber number, QByteArray id, Change::Event event,
                        Change::Properties properties = {})
{
    auto made = std::make_shared<Change>();
    made->number = number;
    made->id = std::move(id);
    made->event = event;
    made->properties = std::move(properties);
    return made;
}

/// All of allValues(), with name numbers from 100 on.
inline Change::Properties allProperties()
{
    Change::Properties properties;
    for (const ValueMap::Item &item : allValues()) {
        const auto number = static_cast<NameNumber>(100 + properties.size());
        properties.push_back({ number, item.name, item.value });
    }
    return properties;
}

inline Message commit()
{
    Transaction transaction;
    transaction.operations = {
        Operation::create("lamps/kitchen", { { "on", true } }),
        Operation::create("", allValues()),
        Operation::create("lamps/", {}),
        Operation::save("lamps/hall", { { "brightness", 7.5 } }),
        Operation::set("lamps/kitchen", { { "brightness", 7 } }),
        Operation::set("lamps/kitchen", {}),
        Operation::unset("lamps/kitchen", { "note", "colour" }),
        Operation::apply("increment", "lamps/kitchen", "uses", 1),
        Operation::apply("toggle", "lamps/kitchen", "on", {}),
        Operation::destroy("lamps/attic"),
    };
    transaction.expectations = {
        { .id = "lamps/kitchen", .exists = true, .revision = 3, .values = { { "on", true } } },
        { .id = "lamps/new", .exists = false },
    };
    return Commit{ 7, transaction, 5 };
}

inline Message changes()
{
    using Event = Change::Event;
    return Changes{ .cursor = 42,
                    .changes = {
                            change(0, "lamps/hall", Event::Create, { { 0, "on", true } }),
                            change(1, "lamps/kitchen", Event::Update,
                                   { { 1, "brightness", 7 }, { 2, "note", {} }, { 3, "b", {} } }),
                            change(70000, "lamps/attic", Event::Destroy),
                            change(300, "lamps/x", Event::Leave),
                            change(301, "lamps/all", Event::Enter, allProperties()),
                            change(302, "lamps/empty", Event::Create),
                            change(0, "lamps/hall", Event::Update, { { 0, "on", {} } }),
                            change(1, "lamps/kitchen", Event::Update, { { 1, "brightness", -7 } }),
                    } };
}

inline Message welcome()
{
    Limits limits;
    limits.messageSize = 1;
    limits.idSize = 2;
    limits.nameSize = 3;
    limits.properties = 4;
    limits.entitySize = 5;
    limits.nesting = 6;
    limits.elements = 7;
    limits.operationsPerSecond = 8;
    limits.operationsBurst = 9;
    limits.pendingTransactions = 10;
    limits.subscriptions = 11;
    limits.subscriptionIds = 12;
    return Welcome{ 1, "epoch", 41, 6, true, limits, 1767323045678 };
}

inline std::vector<Sample> all()
{
    const Resume resume{ "epoch",
                         41,
                         { { 1, Filter::byPrefix("lamps/") },
                           { 2, Filter::byIds({ "a", "b" }) },
                           { 3, Filter::byPrefix("") } } };
    const Result::Entity entity{ "lamps/kitchen", 3, allValues() };
    return {
        { "hello", Hello{ 1, "c1" } },
        { "hello, all", Hello{ 1, "c1", "secret", 5, resume } },
        { "subscribe to a prefix", Subscribe{ 1, Filter::byPrefix("lamps/") } },
        { "subscribe to everything", Subscribe{ 1, Filter::byPrefix("") } },
        { "subscribe to ids", Subscribe{ 2, Filter::byIds({ "a", "b/c" }) } },
        { "subscribe to nothing", Subscribe{ 2, Filter::byIds({}) } },
        { "unsubscribe", Unsubscribe{ 1 } },
        { "commit", commit() },
        { "commit of nothing", Commit{ 1, {}, 0 } },
        { "fetch", Fetch{ 3, { "lamps/kitchen", "nope" } } },
        { "ping", Ping{ 1767323045678 } },
        { "welcome", welcome() },
        { "welcome, short", Welcome{ .epoch = "e" } },
        { "changes", changes() },
        { "changes of a subscription", Changes{ 42, 1, true, true, {} } },
        { "subscribed", Subscribed{ 1, 42 } },
        { "ack", Ack{ 7, 42 } },
        { "ack with ids", Ack{ 7, 42, { "", "lamps/8f" } } },
        { "reject", Reject{ 7, { "not-found", QStringLiteral("No “x”"), "lamps/x" } } },
        { "reject, short", Reject{ 7, { "forbidden", {} } } },
        { "result", Result{ 3, { entity, std::nullopt } } },
        { "error", Failure{ { "slow-down", QStringLiteral("Wait"), "a" }, true, 1, 2 } },
        { "error, short", Failure{ { "slow-down", {} } } },
        { "pong", Pong{ 1, 2 } },
    };
}

/// What a decoder found wrong: its error, or the fault that it noted in a commit; else empty.
inline ObjectSync::Error faultOf(const ObjectSync::Expected<ObjectSync::Message> &decoded)
{
    if (!decoded)
        return decoded.error();
    const auto *commit = std::get_if<ObjectSync::Commit>(&*decoded);
    return commit ? commit->fault.value_or(ObjectSync::Error{}) : ObjectSync::Error{};
}

} // namespace Samples
