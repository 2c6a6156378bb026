// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/world.h>

#include "cborcodec_p.h"
#include "cborleafwrites_p.h"
#include "cborreader_p.h"
#include "fields_p.h"
#include "mapitems_p.h"
#include "messagecheck_p.h"

#include <array>
#include <limits>

using namespace Qt::StringLiterals;

namespace ObjectSync::Internal {

namespace {

/// A message must not make each of its changes reserve more than this.
constexpr qsizetype MostReserved = 16;
/// Each is compared with all others.
constexpr size_t MostLeaves = 16;

/// Whether the text has so many bytes, and they are whole characters.
bool isStart(QByteArrayView text, quint64 size)
{
    const auto length = static_cast<quint64>(text.size());
    return size == length
           || (size < length
               && (static_cast<quint8>(text[static_cast<qsizetype>(size)]) & 0xc0) != 0x80);
}

QByteArray joined(QByteArrayView start, QByteArrayView rest)
{
    QByteArray text(start.size() + rest.size(), Qt::Uninitialized);
    const auto end = std::copy(start.begin(), start.end(), text.begin());
    std::copy(rest.begin(), rest.end(), end);
    return text;
}

} // namespace

/// Reads the fields of one message, or of a part of one. The labels ascend, so fields that are
/// asked for in that order are found, or found missing, in one pass.
class CborFieldReader
{
public:
    CborFieldReader(CborReader &reader, CborDecoder &decoder, const char *what)
        : m_reader(reader), m_decoder(decoder), m_left(reader.map(what))
    {
    }

    template<typename T>
    void required(Field field, T &content)
    {
        if (seek(field))
            read(field, content);
        else if (!m_reader.failed())
            m_reader.failHere(missing(field.name));
    }
    template<typename T>
    void optional(Field field, T &content)
    {
        if (seek(field))
            read(field, content);
    }
    void changes(Changes &message);
    /// Passes over the fields that are not known here.
    void finish();

private:
    bool nextLabel();
    bool seek(Field field);

    void read(Field field, qint64 &number) { number = m_reader.integer(field.name); }
    void read(Field field, bool &value) { value = m_reader.boolean(field.name); }
    void read(Field field, QByteArray &utf8) { utf8 = m_reader.text(field.name).toByteArray(); }
    void read(Field field, Word &word) { word.text = m_reader.text(field.name); }
    void read(Field field, QString &text) { text = QString::fromUtf8(m_reader.text(field.name)); }
    void read(Field, Value &value) { value = m_reader.value(); }
    void read(Field field, ValueMap &map) { map = m_reader.valueMap(field.name); }
    void read(Field field, std::vector<QByteArray> &texts)
    {
        quint64 left = m_reader.array(field.name);
        for (texts.reserve(m_reader.reservation(left, 4)); left > 0 && !m_reader.failed(); --left)
            texts.push_back(skipNull() ? QByteArray() : m_reader.text(field.name).toByteArray());
    }
    template<typename T>
    void read(Field field, std::vector<T> &list)
    {
        quint64 left = m_reader.array(field.name);
        for (list.reserve(m_reader.reservation(left, 8)); left > 0 && !m_reader.failed(); --left)
            read(field, list.emplace_back());
    }
    template<typename T>
    void read(Field field, std::optional<T> &content)
    {
        // Only an element of a list may be null: a field that is not there is left out.
        if constexpr (std::same_as<T, Result::Entity>) {
            if (skipNull())
                return;
        }
        content = T(); // not emplace(): clang 14 finds none for a class within a class
        read(field, *content);
    }
    void read(Field field, std::vector<Operation> &operations)
    {
        quint64 left = m_reader.array(field.name);
        if (readLeafWrites(left))
            return;
        for (operations.reserve(m_reader.reservation(left, 8)); left > 0 && !m_reader.failed();
             --left)
            read(field, operations.emplace_back());
    }
    void read(Field field, Operation &operation)
    {
        if (readSimpleSet(operation))
            return;
        CborFieldReader reader(m_reader, m_decoder, field.name);
        fields(reader, operation);
        reader.finish();
    }
    template<typename T>
    void read(Field field, T &part)
    {
        CborFieldReader reader(m_reader, m_decoder, field.name);
        fields(reader, part);
        reader.finish();
    }

    bool skipNull()
    {
        const bool isNull = m_reader.peek() == (0xe0 | CborSimple::Null);
        if (isNull)
            m_reader.skip();
        return isNull;
    }
    bool readLeafWrites(quint64 count);
    bool readSimpleSet(Operation &operation);
    template<typename Check>
    void readDefinitions(Field field, NumberedTexts &table, Check check);
    const QByteArray *lookUp(const NumberedTexts &table, quint64 number, const char *what);
    void readName(const CborHead &head, Change &change);
    void readUnset(quint64 count, Change &change);
    quint64 readEvent(quint64 items, Change &change);
    quint64 readChange(quint64 items, Change &change);
    quint64 readUpdates(quint64 items, Changes &message);
    quint64 readUpdate(quint64 items, std::vector<NumberedLeaf> &leaves);

    CborReader &m_reader;
    CborDecoder &m_decoder;
    quint64 m_left; ///< entries whose label was not read
    qint64 m_label = -1; ///< the last one read
    bool m_atValue = false; ///< its value comes next
};

bool CborFieldReader::nextLabel()
{
    if (m_left == 0 || m_reader.failed())
        return false;
    --m_left;
    const qint64 label = m_reader.integer("label");
    if (label <= m_label && !m_reader.failed())
        m_reader.failHere(
                u"the labels of a map must ascend; %1 follows %2"_s.arg(label).arg(m_label));
    m_label = label;
    m_atValue = !m_reader.failed();
    return m_atValue;
}

bool CborFieldReader::seek(Field field)
{
    while (m_atValue || nextLabel()) {
        if (m_label > field.label)
            return false;
        m_atValue = false;
        if (m_label == field.label)
            return true;
        m_reader.skip();
    }
    return false;
}

void CborFieldReader::finish()
{
    while (m_atValue || nextLabel()) {
        m_atValue = false;
        m_reader.skip();
    }
}

/// What most transactions are made of. All others are left to the general way.
bool CborFieldReader::readLeafWrites(quint64 count)
{
    if (!m_decoder.m_world || count == 0 || m_reader.failed())
        return false;
    const char *begin = m_reader.place();
    LeafWrites &writes = m_decoder.m_writes;
    if (CborLeafWrites(m_reader, *m_decoder.m_world, m_decoder.m_limits).read(count, writes))
        return true;
    writes = {};
    if (!m_reader.failed())
        m_reader.putBack(begin);
    return false;
}

/// What most operations are: `set`, of one property, of an entity that is there. All others, and
/// whatever is written in another way, are left to the general way.
bool CborFieldReader::readSimpleSet(Operation &operation)
{
    static constexpr auto text = [](size_t size) { return static_cast<char>(0x60 + size); };
    static constexpr char beginning[] = {
        static_cast<char>(0xa3), char(Fields::Op.label), text(3), 's', 'e', 't',
        char(Fields::Id.label)
    };
    static constexpr char beforeValues[] = { char(Fields::Values.label), static_cast<char>(0xa1) };
    static_assert(Fields::Values.label < 24);
    if (!m_decoder.m_world)
        return false;
    const char *begin = m_reader.place();
    if (m_reader.skip({ beginning, sizeof beginning })) {
        const QByteArrayView id = m_reader.shortText();
        const bool isNext = !id.isEmpty() && m_reader.skip({ beforeValues, sizeof beforeValues });
        const QByteArrayView name = isNext ? m_reader.shortText() : QByteArrayView();
        const QByteArray *knownName = m_decoder.m_propertyNames.find(name);
        const Entity *entity = knownName && id.size() <= m_decoder.m_limits.idSize
                                       ? m_decoder.m_world->findAny(id, operation.hint)
                                       : nullptr;
        if (entity) {
            operation.kind = Operation::Kind::Set;
            operation.id = entity->id();
            QByteArray kept = *knownName; // a map in the value may put another name into its place
            Value value = m_reader.value();
            operation.values.insert(std::move(kept), std::move(value));
            return true;
        }
    }
    m_reader.putBack(begin);
    return false;
}

template<typename Check>
void CborFieldReader::readDefinitions(Field field, NumberedTexts &table, Check check)
{
    if (!seek(field))
        return;
    quint64 number = std::numeric_limits<quint64>::max(); // none yet
    QByteArrayView before;
    QByteArrayView kept; // of it
    for (quint64 left = m_reader.array(field.name); left > 0 && !m_reader.failed(); --left) {
        const CborHead head = m_reader.head();
        if (head.major == CborMajor::Unsigned) {
            number = head.argument;
            continue;
        }
        if (head.major == CborMajor::Negative) {
            if (!isStart(before, head.argument))
                return m_reader.failHere(
                        mustBe(field.name,
                               "texts that keep whole characters, as many as there are"));
            kept = before.first(static_cast<qsizetype>(head.argument));
            continue;
        }
        QByteArray text = joined(kept, m_reader.textOf(head));
        if (m_reader.failed())
            return;
        const bool isValid = head.major == CborMajor::Text
                             && number <= std::numeric_limits<quint32>::max()
                             && !table.find(static_cast<quint32>(number));
        if (!isValid)
            return m_reader.failHere(mustBe(field.name, "new 32-bit numbers, each with its texts"));
        if (const Expected<void> checked = check(text, m_decoder.m_limits); !checked)
            return m_reader.refuse(checked.error().code.constData(), checked.error().message);
        before = table.insert(static_cast<quint32>(number++), std::move(text));
        kept = before.first(kept.size());
    }
}

const QByteArray *CborFieldReader::lookUp(const NumberedTexts &table, quint64 number,
                                          const char *what)
{
    if (table.contains(number))
        return table.find(static_cast<quint32>(number));
    m_reader.failHere(u"%1 number %2 was not defined"_s.arg(QLatin1String(what)).arg(number));
    return nullptr;
}

void CborFieldReader::readName(const CborHead &head, Change &change)
{
    const QByteArray *name = head.major == CborMajor::Unsigned
                                     ? lookUp(*m_decoder.m_names, head.argument, "name")
                                     : nullptr;
    if (name)
        change.properties.push_back({ static_cast<NameNumber>(head.argument), *name, {} });
    else if (!m_reader.failed())
        m_reader.failHere(u"a name number is expected"_s);
}

void CborFieldReader::readUnset(quint64 count, Change &change)
{
    if (change.event != Change::Event::Update)
        m_reader.failHere(u"only an update may remove properties"_s);
    for (; count > 0 && !m_reader.failed(); --count)
        readName(m_reader.head(), change);
}

/// The mark after the entity, where there is one. Gives the items left.
quint64 CborFieldReader::readEvent(quint64 items, Change &change)
{
    switch (m_reader.peek()) {
    case 0xe0 | CborSimple::True:
        change.event = Change::Event::Create;
        break;
    case 0xe0 | CborSimple::Undefined:
        change.event = Change::Event::Enter;
        break;
    case 0xe0 | CborSimple::False:
        change.event = Change::Event::Destroy;
        break;
    case 0xe0 | CborSimple::Null:
        change.event = Change::Event::Leave;
        break;
    default:
        return items;
    }
    m_reader.skip();
    return items - 1;
}

/// Gives the items left of \a items, which is not 0.
quint64 CborFieldReader::readChange(quint64 items, Change &change)
{
    const CborHead entity = m_reader.head();
    --items;
    if (entity.major != CborMajor::Negative)
        m_reader.failHere(u"a change must begin with -1 minus an entity number"_s);
    const QByteArray *id = lookUp(*m_decoder.m_ids, entity.argument, "entity");
    if (!id)
        return items;
    change.id = *id;
    change.number = static_cast<EntityNumber>(entity.argument);
    if (items > 0)
        items = readEvent(items, change);
    // Entities that are told together are mostly of one kind.
    if (change.isWhole())
        change.properties.reserve(m_decoder.m_lastCount);
    const auto isNext = [&] { return (m_reader.peek() >> 5) == int(CborMajor::Negative); };
    while (items > 0 && !isNext() && !m_reader.failed()) {
        const CborHead head = m_reader.head();
        --items;
        if (head.major == CborMajor::Array) {
            readUnset(head.argument, change);
            continue;
        }
        readName(head, change);
        if (items-- == 0 || change.isRemoval())
            m_reader.failHere(u"a property has no place or no value here"_s);
        if (m_reader.failed())
            break;
        change.properties.back().value = m_reader.value();
    }
    if (change.isWhole())
        m_decoder.m_lastCount = std::min(change.properties.size(), MostReserved);
    if (hasDuplicateNames(change.properties))
        m_reader.failHere(u"the change before names a property twice"_s);
    return items;
}

/// The updates that the changes begin with, as far as they set values only. Gives the items left: what
/// is anything else is left to the general way.
quint64 CborFieldReader::readUpdates(quint64 items, Changes &message)
{
    std::vector<NumberedLeaf> leaves;
    while (items > 0) {
        const char *begin = m_reader.place();
        const size_t before = leaves.size();
        const quint64 used = readUpdate(items, leaves);
        if (used == 0) {
            leaves.resize(before);
            if (!m_reader.failed())
                m_reader.putBack(begin);
            break;
        }
        items -= used;
        if (before == 0)
            leaves.reserve(leaves.size() + m_reader.reservation(items / 3, 3));
    }
    if (!leaves.empty())
        message.decoded = std::make_shared<const NumberedUpdates>(m_decoder.m_ids, m_decoder.m_names,
                                                                  std::move(leaves));
    return items;
}

/// Gives how many items it has, of \a items; 0: it is something else.
quint64 CborFieldReader::readUpdate(quint64 items, std::vector<NumberedLeaf> &leaves)
{
    const size_t first = leaves.size();
    const CborHead entity = m_reader.head();
    if (entity.major != CborMajor::Negative || !m_decoder.m_ids->contains(entity.argument)
        || (first > 0 && leaves.back().entity == entity.argument))
        return 0;
    quint64 used = 1;
    while (used < items && (m_reader.peek() >> 5) != int(CborMajor::Negative)) {
        const CborHead name = m_reader.head();
        used += 2;
        if (name.major != CborMajor::Unsigned || !m_decoder.m_names->contains(name.argument)
            || used > items || leaves.size() - first == MostLeaves)
            return 0;
        for (size_t place = first; place < leaves.size(); ++place) {
            if (leaves[place].leaf.name == name.argument)
                return 0;
        }
        Value value = m_reader.smallValue();
        if (value.isUndefined())
            value = m_reader.value();
        if (m_reader.failed())
            return 0;
        leaves.push_back({ { std::move(value), static_cast<NameNumber>(name.argument) },
                           static_cast<EntityNumber>(entity.argument) });
    }
    return leaves.size() > first ? used : 0;
}

void CborFieldReader::changes(Changes &message)
{
    std::vector<ChangePtr> &changes = message.changes;
    readDefinitions(Fields::DefineIds, *m_decoder.m_ids, checkId);
    readDefinitions(Fields::DefineNames, *m_decoder.m_names, checkName);
    if (!seek(Fields::Changes)) {
        m_reader.failHere(missing(Fields::Changes.name));
        return;
    }
    quint64 items = readUpdates(m_reader.array(Fields::Changes.name), message);
    changes.reserve(m_reader.reservation(items / 3, 3));
    // Many of them share pieces of memory; a piece lives as long as the last one in it.
    using Piece = std::array<Change, 32>;
    std::shared_ptr<Piece> piece;
    for (size_t at = 0; items > 0 && !m_reader.failed(); ++at) {
        if (at % std::tuple_size_v<Piece> == 0)
            piece = items / 3 >= std::tuple_size_v<Piece> ? std::make_shared<Piece>() : nullptr;
        std::shared_ptr<Change> change;
        if (piece)
            change = { piece, &(*piece)[at % std::tuple_size_v<Piece>] };
        else
            change = std::make_shared<Change>();
        items = readChange(items, *change);
        changes.push_back(std::move(change));
    }
}

void CborDecoder::takeWrites(Commit &commit, LeafWrites writes) const
{
    if (commit.transaction.expectations.empty())
        commit.writes = std::move(writes);
    else
        commit.transaction.operations = m_world->operations(writes);
}

Expected<Message> CborDecoder::decode(QByteArrayView bytes)
{
    if (const Expected<void> checked = checkMessageSize(bytes, m_limits); !checked)
        return checked.error();
    CborReader reader(bytes, m_limits, &m_propertyNames);
    CborFieldReader top(reader, *this, "message");
    qint64 type = 0;
    top.required(Fields::Type, type);
    if (reader.failed())
        return reader.error();
    const auto position = static_cast<size_t>(type);
    if (position < TypeNames.size() && !maySend(m_sender, position))
        return notSentBy(m_sender, TypeNames[position]);
    Expected<Message> message = Message();
    if (!readMessage(top, position, *message))
        return unknownType(QByteArray::number(type));
    top.finish();
    reader.expectEnd();
    LeafWrites writes = std::exchange(m_writes, {});
    if (reader.failed())
        return inMessage(typeName(*message), reader.error());
    if (!writes.isEmpty())
        takeWrites(std::get<Commit>(*message), std::move(writes));
    return checkedMessage(std::move(*message), reader.excess(), m_limits);
}

} // namespace ObjectSync::Internal
