// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/world.h>

#include "cborcodec_p.h"
#include "cborleafwrites_p.h"
#include "cborreader_p.h"
#include "fields_p.h"
#include "mapitems_p.h"
#include "messagecheck_p.h"

#include <limits>
#include <optional>

using namespace Qt::StringLiterals;

namespace ObjectSync::Internal {

namespace {

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
    bool isDefined(const NumberedTexts &table, quint64 number, const char *what);
    NameNumber readName(const CborHead &head);
    void readUnset(quint64 count, NumberedChanges &changes);
    std::optional<Change::Event> readEvent();
    bool namesTwice(const NumberedChanges &changes) const;
    quint64 readChange(quint64 items, NumberedChanges &changes);

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

bool CborFieldReader::isDefined(const NumberedTexts &table, quint64 number, const char *what)
{
    if (table.contains(number))
        return true;
    m_reader.failHere(u"%1 number %2 was not defined"_s.arg(QLatin1String(what)).arg(number));
    return false;
}

/// 0 after a problem.
NameNumber CborFieldReader::readName(const CborHead &head)
{
    if (head.major != CborMajor::Unsigned)
        m_reader.failHere(u"a name number is expected"_s);
    else if (isDefined(*m_decoder.m_names, head.argument, "name"))
        return static_cast<NameNumber>(head.argument);
    return 0;
}

void CborFieldReader::readUnset(quint64 count, NumberedChanges &changes)
{
    if (changes.at(changes.size() - 1).event != Change::Event::Update)
        m_reader.failHere(u"only an update may remove properties"_s);
    for (; count > 0 && !m_reader.failed(); --count)
        changes.add(readName(m_reader.head()), Value());
}

/// The mark after the entity; an update has none.
std::optional<Change::Event> CborFieldReader::readEvent()
{
    std::optional<Change::Event> event;
    switch (m_reader.peek()) {
    case 0xe0 | CborSimple::True:
        event = Change::Event::Create;
        break;
    case 0xe0 | CborSimple::Undefined:
        event = Change::Event::Enter;
        break;
    case 0xe0 | CborSimple::False:
        event = Change::Event::Destroy;
        break;
    case 0xe0 | CborSimple::Null:
        event = Change::Event::Leave;
        break;
    default:
        return event;
    }
    m_reader.skip();
    return event;
}

/// Whether the last change has a property twice.
bool CborFieldReader::namesTwice(const NumberedChanges &changes) const
{
    const auto leaves = changes.leaves(changes.size() - 1);
    if (hasDuplicateNames(leaves))
        return true;
    // A server forgets names that nothing has any more, and gives them new numbers later.
    if (!m_decoder.m_isNameAgain || leaves.size() < 2)
        return false;
    std::vector<QByteArrayView> texts;
    texts.reserve(leaves.size());
    for (const Leaf &leaf : leaves)
        texts.emplace_back(changes.name(leaf.name));
    std::sort(texts.begin(), texts.end());
    return std::adjacent_find(texts.begin(), texts.end()) != texts.end();
}

/// Gives the items left of \a items, which is not 0.
quint64 CborFieldReader::readChange(quint64 items, NumberedChanges &changes)
{
    const CborHead entity = m_reader.head();
    --items;
    if (entity.major != CborMajor::Negative)
        m_reader.failHere(u"a change must begin with -1 minus an entity number"_s);
    if (!isDefined(*m_decoder.m_ids, entity.argument, "entity"))
        return items;
    const std::optional<Change::Event> event = items > 0 ? readEvent() : std::nullopt;
    items -= event ? 1 : 0;
    changes.add(static_cast<EntityNumber>(entity.argument), event.value_or(Change::Event::Update));
    const auto isNext = [&] { return (m_reader.peek() >> 5) == int(CborMajor::Negative); };
    while (items > 0 && !isNext() && !m_reader.failed()) {
        const CborHead head = m_reader.head();
        --items;
        if (head.major == CborMajor::Array) {
            readUnset(head.argument, changes);
            continue;
        }
        const NameNumber name = readName(head);
        if (items-- == 0 || (event && Change::isRemoval(*event)))
            m_reader.failHere(u"a property has no place or no value here"_s);
        if (m_reader.failed())
            break;
        Value value = m_reader.smallValue();
        if (value.isUndefined())
            value = m_reader.value();
        changes.add(name, std::move(value));
    }
    if (namesTwice(changes))
        m_reader.failHere(u"the change before names a property twice"_s);
    return items;
}

void CborFieldReader::changes(Changes &message)
{
    if (!m_decoder.m_ids) {
        m_decoder.m_ids = std::make_shared<NumberedTexts>();
        m_decoder.m_names = std::make_shared<NumberedTexts>();
    }
    readDefinitions(Fields::DefineIds, *m_decoder.m_ids, checkId);
    readDefinitions(Fields::DefineNames, *m_decoder.m_names,
                    [this](const QByteArray &name, const Limits &limits) {
                        const auto known = m_decoder.m_knownNames.size();
                        m_decoder.m_knownNames.insert(name);
                        if (m_decoder.m_knownNames.size() == known)
                            m_decoder.m_isNameAgain = true;
                        return checkName(name, limits);
                    });
    if (!seek(Fields::Changes)) {
        m_reader.failHere(missing(Fields::Changes.name));
        return;
    }
    quint64 items = m_reader.array(Fields::Changes.name);
    if (items == 0)
        return;
    auto changes = std::make_shared<NumberedChanges>(m_decoder.m_ids, m_decoder.m_names);
    changes->reserve(m_reader.reservation(items / 3, 3), m_reader.reservation(items / 2, 2));
    while (items > 0 && !m_reader.failed())
        items = readChange(items, *changes);
    message.decoded = std::move(changes);
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
