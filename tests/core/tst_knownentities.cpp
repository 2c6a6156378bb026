// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// A decoder that knows a world takes a quicker way with operations on what is there. It must read
// the same as one that knows none.

#include <objectsync/core/codec.h>
#include <objectsync/core/world.h>

#include <QtTest/qtest.h>

using namespace ObjectSync;

class tst_KnownEntities : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void operations_data();
    void operations();
    void cutAnywhere_data();
    void cutAnywhere();
    void idsShareBytes();
    void goneAndMadeAgain();

private:
    QByteArray encoded(const Operation &operation) const
    {
        return Encoder::create(Encoding::Cbor)->encode(Commit{ 1, { { operation } } });
    }
    /// Two of them: the first one has the decoder meet the names.
    Expected<Message> decode(const QByteArray &bytes, const World *known, const Limits &limits = {})
    {
        const auto decoder = Decoder::create(Encoding::Cbor, limits, Decoder::Sender::Client, known);
        const Operation first = Operation::save("lamps/first", { { "abcd", 1 },
                                                                 { "color", 1 },
                                                                 { "bad\n", 1 },
                                                                 { "x", 1 } });
        if (!decoder->decode(encoded(first)))
            return Error{ "first", {} };
        return decoder->decode(bytes);
    }

    /// Without what a decoder knows.
    Message inGeneral(const Message &message) const
    {
        const auto *commit = std::get_if<Commit>(&message);
        if (!commit || commit->writes.isEmpty())
            return message;
        Commit general = *commit;
        general.transaction.operations = m_world->operations(std::exchange(general.writes, {}));
        return general;
    }

    std::unique_ptr<World> m_world;
};

void tst_KnownEntities::init()
{
    m_world = std::make_unique<World>();
    for (const char *id : { "lamps/hall", "lamps/a name that is longer than 23 bytes" })
        m_world->set(m_world->create(id, 1), "x", 1, 1);
}

void tst_KnownEntities::operations_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto set = [this](const char *what, const QByteArray &id, const ValueMap &values) {
        QTest::newRow(what) << encoded(Operation::set(id, values));
    };
    const QByteArray hall = "lamps/hall";
    set("a number", hall, { { "x", 2.5 } });
    set("a text", hall, { { "x", "on" } });
    set("a long id", "lamps/a name that is longer than 23 bytes", { { "x", 2 } });
    set("a name that the world does not know", hall, { { "color", 2 } });
    set("a name that has not come before", hall, { { "unheard-of", 2 } });
    set("two properties", hall, { { "color", 2 }, { "x", 2 } });
    set("nothing", hall, {});
    set("an absent entity", "lamps/none", { { "x", 2 } });
    set("a bad name", hall, { { "bad\n", 2 } });
    // Names of the same length that begin and end alike have the same place in the decoder's cache.
    set("a map with such a name", hall, { { "abcd", ValueMap{ { "axxd", 3 } } } });
    set("such a name deep inside", hall,
        { { "color", Value::List{ ValueMap{ { "cover", ValueMap{ { "chair", 3 } } } } } } });
    QTest::newRow("save") << encoded(Operation::save(hall, { { "x", 2 } }));
    QTest::newRow("unset") << encoded(Operation::unset(hall, { "x" }));
    QTest::newRow("destroy") << encoded(Operation::destroy(hall));
    QTest::newRow("increment") << encoded(Operation::apply("increment", hall, "x", 1));
}

void tst_KnownEntities::operations()
{
    QFETCH(const QByteArray, bytes);
    for (const qint64 idSize : { Limits().idSize, qint64(11) }) {
        Limits limits;
        limits.idSize = idSize;
        const auto known = decode(bytes, m_world.get(), limits);
        const auto unknown = decode(bytes, nullptr, limits);
        QVERIFY(known && unknown);
        QCOMPARE(inGeneral(*known), *unknown);
    }
}

void tst_KnownEntities::cutAnywhere_data()
{
    QTest::addColumn<Value>("value");
    QTest::newRow("text") << Value("a text");
    QTest::newRow("number") << Value(0.1);
    QTest::newRow("integer") << Value(1000);
    QTest::newRow("truth value") << Value(true);
}

/// Whatever is missing or wrong, both find the same.
void tst_KnownEntities::cutAnywhere()
{
    QFETCH(const Value, value);
    const QByteArray bytes = encoded(Operation::set("lamps/hall", { { "x", value } }));
    for (qsizetype place = 0; place < bytes.size(); ++place) {
        for (int change = -1; change < 256; ++change) {
            QByteArray other = change < 0 ? bytes.first(place) : bytes;
            if (change >= 0)
                other[place] = static_cast<char>(change);
            const auto known = decode(other, m_world.get());
            const auto unknown = decode(other, nullptr);
            QCOMPARE(known.hasValue(), unknown.hasValue());
            if (known)
                QCOMPARE(inGeneral(*known), *unknown);
            else
                QCOMPARE(known.error(), unknown.error());
        }
    }
}

void tst_KnownEntities::idsShareBytes()
{
    const auto message = decode(encoded(Operation::set("lamps/hall", { { "x", "a text" } })),
                                m_world.get());
    const Operation &operation = std::get<Commit>(*message).transaction.operations[0];
    const Entity *entity = m_world->find("lamps/hall");
    QVERIFY(operation.id.isSharedWith(entity->id()));
    QCOMPARE(m_world->state(operation.id, operation.hint).entity, entity);
}

/// A hint that came before is not believed.
void tst_KnownEntities::goneAndMadeAgain()
{
    const auto message = decode(encoded(Operation::set("lamps/hall", { { "x", "a text" } })),
                                m_world.get());
    const Operation operation = std::get<Commit>(*message).transaction.operations[0];
    m_world->forget("lamps/hall");
    QVERIFY(!m_world->state(operation.id, operation.hint).entity);
    m_world->create("lamps/other", 2); // in the place of the one that went
    QVERIFY(!m_world->state(operation.id, operation.hint).entity);
    const Entity *again = &m_world->create("lamps/hall", 3);
    QCOMPARE(m_world->state(operation.id, operation.hint).entity, again);
}

QTEST_APPLESS_MAIN(tst_KnownEntities)
#include "tst_knownentities.moc"
