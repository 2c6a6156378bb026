// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "cborleafwrites_p.h"

#include "cborreader_p.h"
#include "fields_p.h"

namespace ObjectSync::Internal {

namespace {

constexpr quint8 Map = 0xa0; ///< of up to 23 entries; their number is added

} // namespace

bool CborLeafWrites::read(quint64 count, LeafWrites &writes)
{
    m_hasher.number(count);
    writes.leaves.reserve(m_reader.reservation(count, 8));
    for (quint64 left = count; left > 0;) {
        const size_t some = static_cast<size_t>(std::min<quint64>(left, AtOnce));
        if (!readSome(some, writes))
            return false;
        left -= some;
    }
    m_hasher.number(0); // no expectations
    writes.operations = static_cast<qint64>(count);
    writes.fingerprint = m_hasher.result();
    return true;
}

bool CborLeafWrites::readSome(size_t count, LeafWrites &writes)
{
    size_t next = writes.leaves.size();
    for (size_t i = 0; i < count; ++i) {
        const size_t before = writes.leaves.size();
        if (!readOperation(i, writes))
            return false;
        m_leaves[i] = writes.leaves.size() - before;
    }
    m_world.findAny(std::span(m_ids).first(count), std::span(m_entities).first(count));
    for (size_t i = 0; i < count; ++i) {
        const Entity *entity = m_entities[i];
        if (!entity || entity == m_last)
            return false;
        m_last = entity;
        for (size_t left = m_leaves[i]; left > 0; --left)
            writes.leaves[next++].entity = entity;
    }
    return true;
}

bool CborLeafWrites::readOperation(size_t place, LeafWrites &writes)
{
    static constexpr auto text = [](size_t size) { return static_cast<char>(0x60 + size); };
    static constexpr char beginning[] = {
        static_cast<char>(Map + 3), char(Fields::Op.label), text(3), 's', 'e', 't',
        char(Fields::Id.label)
    };
    static constexpr char beforeValues[] = { char(Fields::Values.label) };
    static_assert(Fields::Op.label < 24 && Fields::Id.label < 24 && Fields::Values.label < 24);
    if (!m_reader.skip({ beginning, sizeof beginning }))
        return false;
    const QByteArrayView id = m_reader.shortText();
    if (id.isEmpty() || id.size() > m_limits.idSize
        || !m_reader.skip({ beforeValues, sizeof beforeValues }))
        return false;
    const int map = m_reader.peek();
    const auto size = static_cast<size_t>(map - Map);
    if (map <= Map || size > MostLeaves)
        return false;
    m_reader.putBack(m_reader.place() + 1);
    m_ids[place] = id;
    m_hasher.beginSet(id, size);
    for (size_t i = 0; i < size; ++i) {
        if (!readLeaf(i, writes))
            return false;
    }
    return true;
}

std::optional<NameNumber> CborLeafWrites::numberOf(size_t place, QByteArrayView name)
{
    Name &last = m_names[place];
    if (areSameBytes(last.text, name))
        return last.number;
    const std::optional<NameNumber> number = m_world.findName(name);
    if (number)
        last = { name, *number };
    return number;
}

/// Names ascend, as in a ValueMap; so none comes twice.
bool CborLeafWrites::readLeaf(size_t place, LeafWrites &writes)
{
    const QByteArrayView name = m_reader.shortText();
    if (name.isEmpty() || name.size() > m_limits.nameSize
        || (place > 0 && !(m_names[place - 1].text < name)))
        return false;
    const std::optional<NameNumber> number = numberOf(place, name);
    if (!number)
        return false;
    Value value = m_reader.smallValue();
    if (value.isUndefined())
        return false;
    m_hasher.property(name, value);
    writes.leaves.push_back({ nullptr, { std::move(value), *number } });
    return true;
}

} // namespace ObjectSync::Internal
