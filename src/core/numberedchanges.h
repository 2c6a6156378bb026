// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/leaflist.h>

#include <memory>
#include <span>
#include <vector>

namespace ObjectSync {

namespace Internal {
class NumberedTexts;
}

/// A value: a change as a connection tells it, by the number that it gives to the entity.
struct NumberedChange
{
    EntityNumber entity = 0;
    quint32 end = 0; ///< of its leaves among all; they begin where those of the change before end
    Change::Event event = Change::Event::Update;

    bool isWhole() const { return Change::isWhole(event); }
    bool isRemoval() const { return Change::isRemoval(event); }
};

/// A value: changes as a connection tells them: nothing is copied or allocated for each of them. A
/// decoder makes them, for a reader who keeps the entities. They stay valid; but whoever takes them to
/// another thread than the decoder's takes toChanges() instead.
class OBJECTSYNC_CORE_EXPORT NumberedChanges
{
public:
    using Texts = std::shared_ptr<const Internal::NumberedTexts>;

    /// All numbers will be among these.
    NumberedChanges(Texts ids, Texts names);
    void reserve(size_t changes, size_t leaves);
    /// One without leaves.
    void add(EntityNumber entity, Change::Event event)
    {
        m_changes.push_back({ entity, static_cast<quint32>(m_leaves.size()), event });
    }
    /// To the last change; Undefined: the property was removed (in an Update).
    void add(NameNumber name, Value value)
    {
        m_leaves.push_back({ std::move(value), name });
        ++m_changes.back().end;
    }

    size_t size() const { return m_changes.size(); }
    const NumberedChange &at(size_t place) const { return m_changes[place]; }
    /// Their names are the connection's.
    std::span<const Leaf> leaves(size_t place) const
    {
        const size_t begin = place == 0 ? 0 : m_changes[place - 1].end;
        return std::span(m_leaves).subspan(begin, m_changes[place].end - begin);
    }
    const QByteArray &id(size_t place) const;
    const QByteArray &name(NameNumber number) const;
    /// The same in the general form.
    std::vector<ChangePtr> toChanges() const;

private:
    Texts m_ids;
    Texts m_names;
    std::vector<NumberedChange> m_changes;
    std::vector<Leaf> m_leaves;
};

} // namespace ObjectSync
