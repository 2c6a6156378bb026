// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/world.h>

#include "cborcodec_p.h"
#include "fields_p.h"

#include <algorithm>

namespace ObjectSync::Internal {

namespace {

/// A number that the peer has to be told the meaning of.
struct Definition
{
    quint32 number;
    const QByteArray *text;
    qsizetype kept = 0; ///< how many bytes of the text before it begins with, and are left out
};

/// The number of CBOR items in a change's fragment (see writeFragment()).
size_t itemCount(const Change &change)
{
    qsizetype set = 0;
    for (const Change::Property &property : change.properties)
        set += property.value.isUndefined() ? 0 : 1;
    const bool unset = set < change.properties.size();
    return static_cast<size_t>(1 + (change.event == Change::Event::Update ? 0 : 1) + 2 * set
                               + (unset ? 1 : 0));
}

quint8 eventMark(Change::Event event)
{
    switch (event) {
    case Change::Event::Create:
        return CborSimple::True;
    case Change::Event::Enter:
        return CborSimple::Undefined;
    case Change::Event::Destroy:
        return CborSimple::False;
    case Change::Event::Leave:
    case Change::Event::Update: // has none
        break;
    }
    return CborSimple::Null;
}

void writeUnset(CborWriter &writer, const Change &change, size_t count)
{
    writer.head(CborMajor::Array, count);
    for (const Change::Property &property : change.properties) {
        if (property.value.isUndefined())
            writer.head(CborMajor::Unsigned, property.nameNumber);
    }
}

void writeFragment(CborWriter &writer, const Change &change)
{
    writer.head(CborMajor::Negative, change.number);
    if (change.event != Change::Event::Update)
        writer.simple(eventMark(change.event));
    size_t unset = 0;
    for (const Change::Property &property : change.properties) {
        if (property.value.isUndefined()) {
            ++unset;
            continue;
        }
        writer.head(CborMajor::Unsigned, property.nameNumber);
        writer.value(property.value);
    }
    if (unset > 0)
        writeUnset(writer, change, unset);
}

/// A change's bytes, made for the first reader and kept for all others.
const QByteArray &fragment(const Change &change, CborWriter &scratch)
{
    QByteArray &kept = change.encoded[static_cast<size_t>(Encoding::Cbor)];
    if (kept.isEmpty()) {
        scratch.clear();
        writeFragment(scratch, change);
        kept = scratch.bytes().toByteArray();
    }
    return kept;
}

/// How many bytes both begin with; whole characters.
qsizetype commonStart(QByteArrayView before, QByteArrayView text)
{
    const auto end = std::mismatch(before.begin(), before.end(), text.begin(), text.end()).second;
    qsizetype size = end - text.begin();
    while (size > 0 && size < text.size() && (static_cast<quint8>(text[size]) & 0xc0) == 0x80)
        --size;
    return size;
}

/// What is kept of the text before is told again only where it has to be, or where that costs no
/// more than it saves at once.
void chooseKept(std::vector<Definition> &definitions)
{
    const auto cost = [](qsizetype kept) { return kept < 24 ? 1 : kept < 256 ? 2 : 3; };
    qsizetype kept = 0;
    for (size_t i = 1; i < definitions.size(); ++i) {
        const qsizetype common = commonStart(*definitions[i - 1].text, *definitions[i].text);
        if (common < kept || common - kept >= cost(common))
            kept = common;
        definitions[i].kept = kept;
    }
}

/// Runs: an integer is the number of the text after it, and each further text has the next number.
/// A negative one says how much of the text before each text from here on begins with.
void writeDefinitions(CborWriter &writer, std::vector<Definition> &definitions)
{
    std::sort(definitions.begin(), definitions.end(),
              [](const Definition &a, const Definition &b) { return a.number < b.number; });
    const auto beginsRun = [&](size_t i) {
        return i == 0 || definitions[i].number != definitions[i - 1].number + 1;
    };
    chooseKept(definitions);
    const auto keepsOther = [&](size_t i) {
        return i > 0 && definitions[i].kept != definitions[i - 1].kept;
    };
    size_t items = definitions.size();
    for (size_t i = 0; i < definitions.size(); ++i)
        items += (beginsRun(i) ? 1 : 0) + (keepsOther(i) ? 1 : 0);
    writer.head(CborMajor::Array, items);
    for (size_t i = 0; i < definitions.size(); ++i) {
        if (beginsRun(i))
            writer.head(CborMajor::Unsigned, definitions[i].number);
        const qsizetype kept = definitions[i].kept;
        if (keepsOther(i))
            writer.head(CborMajor::Negative, static_cast<quint64>(kept));
        writer.text(QByteArrayView(*definitions[i].text).sliced(kept));
    }
}

const ChangeNumbers &numbersOf(const Changes &changes)
{
    if (!changes.numbers || changes.numbers->count != changes.count()) {
        ChangeNumbers numbers{ .count = changes.count() };
        for (const ChangePtr &change : changes.changes) {
            numbers.ids.add(change->number);
            for (const Change::Property &property : change->properties)
                numbers.names.add(property.nameNumber);
        }
        if (changes.updates) {
            for (const auto &[entity, leaf] : changes.updates->leaves()) {
                numbers.ids.add(entity->number());
                numbers.names.add(leaf.name);
            }
        }
        changes.numbers = std::make_shared<const ChangeNumbers>(std::move(numbers));
    }
    return *changes.numbers;
}

/// The number of CBOR items in the fragments of updates: as many as they have as changes.
size_t itemCount(const LeafUpdates &updates)
{
    return updates.entities() + 2 * updates.leaves().size();
}

/// The number of CBOR items in the fragments of whole entities.
size_t itemCount(const WholeEntities &wholes)
{
    size_t items = 2 * wholes.size();
    for (const Entity *entity : wholes.entities()) {
        for (const Leaf &leaf : entity->leaves())
            items += leaf.value.isUndefined() ? 0 : 2;
    }
    return items;
}

/// The same bytes as of changes.
void writeWholes(CborWriter &writer, const WholeEntities &wholes)
{
    for (const Entity *entity : wholes.entities()) {
        writer.head(CborMajor::Negative, entity->number());
        writer.simple(eventMark(Change::Event::Enter));
        for (const Leaf &leaf : entity->leaves()) {
            if (leaf.value.isUndefined())
                continue;
            writer.head(CborMajor::Unsigned, leaf.name);
            writer.value(leaf.value);
        }
    }
}

/// The same bytes as of changes.
void writeUpdates(CborWriter &writer, const LeafUpdates &updates)
{
    const Entity *last = nullptr;
    for (const auto &[entity, leaf] : updates.leaves()) {
        char *out = writer.room(3 * CborWriter::LongestHead);
        if (std::exchange(last, entity) != entity)
            out = CborWriter::putHead(out, CborMajor::Negative, entity->number());
        out = CborWriter::putHead(out, CborMajor::Unsigned, leaf.name);
        if (leaf.value.type() == Value::Type::Double) {
            writer.setEnd(CborWriter::putNumber(out, leaf.value.toDouble()));
        } else {
            writer.setEnd(out);
            writer.value(leaf.value);
        }
    }
}

} // namespace

/// Writes the fields of one message, or of a part of one, as a map.
class CborFieldWriter
{
public:
    CborFieldWriter(CborWriter &writer, CborEncoder &encoder)
        : m_writer(writer), m_encoder(encoder), m_map(writer.openMap())
    {
    }
    ~CborFieldWriter() { m_writer.closeMap(m_map, m_entries); }
    CborFieldWriter(const CborFieldWriter &) = delete;
    CborFieldWriter &operator=(const CborFieldWriter &) = delete;

    template<typename T>
    void required(Field field, const T &content)
    {
        label(field);
        write(content);
    }
    template<typename T>
    void optional(Field field, const T &content)
    {
        if (!(content == T{}))
            required(field, content);
    }
    template<typename T>
    void optional(Field field, const std::optional<T> &content)
    {
        if (content)
            required(field, *content);
    }
    void optional(Field field, const Value &content)
    {
        if (!content.isUndefined())
            required(field, content);
    }
    void changes(const Changes &message);

private:
    void label(Field field)
    {
        m_writer.head(CborMajor::Unsigned, field.label);
        ++m_entries;
    }
    void write(qint64 number) { m_writer.integer(number); }
    void write(bool value) { m_writer.boolean(value); }
    void write(const QByteArray &utf8) { m_writer.text(utf8); }
    void write(const Word &word) { m_writer.text(word.text); }
    void write(const QString &text) { m_writer.text(text.toUtf8()); }
    void write(const Value &value) { m_writer.value(value); }
    void write(const ValueMap &map) { m_writer.map(map); }
    /// In lists of ids, null stands for none.
    void write(const std::vector<QByteArray> &texts)
    {
        m_writer.head(CborMajor::Array, texts.size());
        for (const QByteArray &text : texts)
            text.isEmpty() ? m_writer.simple(CborSimple::Null) : write(text);
    }
    template<typename T>
    void write(const std::vector<T> &list)
    {
        m_writer.head(CborMajor::Array, list.size());
        for (const T &element : list)
            write(element);
    }
    template<typename T>
    void write(const std::optional<T> &content)
    {
        content ? write(*content) : m_writer.simple(CborSimple::Null);
    }
    void write(const Operation &operation)
    {
        if (operation.kind == Operation::Kind::Set && operation.values.size() == 1)
            return writeSimpleSet(operation);
        CborFieldWriter writer(m_writer, m_encoder);
        fields(writer, operation);
    }
    template<typename T>
    void write(const T &part)
    {
        CborFieldWriter writer(m_writer, m_encoder);
        fields(writer, part);
    }
    void writeSimpleSet(const Operation &operation);
    void wholes(const WholeEntities &wholes);
    bool define(const std::vector<ChangePtr> &changes);
    bool define(std::vector<Definition> &ids, std::vector<Definition> &names);

    CborWriter &m_writer;
    CborEncoder &m_encoder;
    qsizetype m_map;
    int m_entries = 0;
};

/// What most operations are, and what their fields would give.
void CborFieldWriter::writeSimpleSet(const Operation &operation)
{
    static constexpr auto text = [](size_t size) { return static_cast<char>(0x60 + size); };
    static constexpr char beginning[] = {
        static_cast<char>(0xa3), char(Fields::Op.label), text(3), 's', 'e', 't',
        char(Fields::Id.label)
    };
    m_writer.raw({ beginning, sizeof beginning });
    m_writer.text(operation.id);
    m_writer.head(CborMajor::Unsigned, Fields::Values.label);
    m_writer.map(operation.values);
}

/// Whether there was anything to define.
bool CborFieldWriter::define(const std::vector<ChangePtr> &changes)
{
    std::vector<Definition> ids;
    std::vector<Definition> names;
    for (const ChangePtr &change : changes) {
        if (m_encoder.m_ids.insert(change->number))
            ids.push_back({ change->number, &change->id });
        for (const Change::Property &property : change->properties) {
            if (m_encoder.m_names.insert(property.nameNumber))
                names.push_back({ property.nameNumber, &property.name });
        }
    }
    return define(ids, names);
}

bool CborFieldWriter::define(std::vector<Definition> &ids, std::vector<Definition> &names)
{
    if (!ids.empty()) {
        label(Fields::DefineIds);
        writeDefinitions(m_writer, ids);
    }
    if (!names.empty()) {
        label(Fields::DefineNames);
        writeDefinitions(m_writer, names);
    }
    return !ids.empty() || !names.empty();
}

/// Whole entities are told to one reader, who mostly knows none of them.
void CborFieldWriter::wholes(const WholeEntities &wholes)
{
    std::vector<Definition> ids;
    std::vector<Definition> names;
    ids.reserve(wholes.size());
    for (const Entity *entity : wholes.entities()) {
        if (m_encoder.m_ids.insert(entity->number()))
            ids.push_back({ entity->number(), &entity->id() });
        for (const Leaf &leaf : entity->leaves()) {
            if (!leaf.value.isUndefined() && m_encoder.m_names.insert(leaf.name))
                names.push_back({ leaf.name, &wholes.world().name(leaf.name) });
        }
    }
    define(ids, names);
    label(Fields::Changes);
    m_writer.head(CborMajor::Array, itemCount(wholes));
    writeWholes(m_writer, wholes);
}

void CborFieldWriter::changes(const Changes &message)
{
    if (message.wholes)
        return wholes(*message.wholes);
    // Where nothing is defined, all readers of this message share these bytes. Else each has an
    // encoding of its own; and a change may be in other messages, too.
    bool isOnce = m_encoder.knowsAll(message);
    const bool hasUpdates = isOnce && message.updates;
    const bool isWithout = isOnce || !message.updates;
    const std::vector<ChangePtr> all = isWithout ? std::vector<ChangePtr>() : message.all();
    const std::vector<ChangePtr> &changes = isWithout ? message.changes : all;
    isOnce = isOnce || !define(changes);
    size_t items = hasUpdates ? itemCount(*message.updates) : 0;
    for (const ChangePtr &change : changes)
        items += itemCount(*change);
    label(Fields::Changes);
    m_writer.head(CborMajor::Array, items);
    if (hasUpdates)
        writeUpdates(m_writer, *message.updates);
    CborWriter scratch;
    for (const ChangePtr &change : changes) {
        if (isOnce && !change->isShared)
            writeFragment(m_writer, *change);
        else
            m_writer.raw(fragment(*change, scratch));
    }
}

QByteArray CborEncoder::encode(const Message &message)
{
    // What was received is seldom sent on, and whole entities come without other changes.
    const auto *changes = std::get_if<Changes>(&message);
    if (changes
        && (changes->decoded || (changes->wholes && changes->count() != changes->wholes->size())))
        return encode(changes->inGeneralForm());
    CborWriter writer;
    writer.reserve(128);
    {
        CborFieldWriter top(writer, *this);
        top.required(Fields::Type, static_cast<qint64>(message.index()));
        std::visit([&](const auto &content) { fields(top, content); }, message);
    }
    return writer.takeResult();
}

bool CborEncoder::isShareable(const Message &message) const
{
    const auto *changes = std::get_if<Changes>(&message);
    return !changes || (!changes->decoded && knowsAll(*changes));
}

/// Whether the peer has been told what all numbers mean.
bool CborEncoder::knowsAll(const Changes &changes) const
{
    if (changes.wholes)
        return false; // they go to one reader, who mostly knows none of them
    const LeafUpdates *updates = changes.updates.get();
    if (updates && changes.changes.empty() && m_ids.containsUpTo(updates->highestNumber())
        && m_names.containsUpTo(updates->highestName()))
        return true;
    const ChangeNumbers &numbers = numbersOf(changes);
    return m_ids.containsAll(numbers.ids) && m_names.containsAll(numbers.names);
}

} // namespace ObjectSync::Internal
