// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/leaflist.h>

#include <memory>
#include <vector>

namespace ObjectSync {

namespace Internal {
class NumberedTexts;
}

/// A value: a property of an entity, both by the numbers that a connection gives them, as it has
/// become.
struct NumberedLeaf
{
    Leaf leaf = {};
    EntityNumber entity = 0;
};

/// A value: updates as a connection tells them, by its numbers: nothing is copied or allocated for each
/// of them. A decoder makes them, for a reader who knows the entities. They stay valid; but whoever
/// takes them to another thread than the decoder's takes toChanges() instead.
class OBJECTSYNC_CORE_EXPORT NumberedUpdates
{
public:
    using Texts = std::shared_ptr<const Internal::NumberedTexts>;

    /// \a leaves: those of one entity stand together. All their numbers are among \a ids and \a names.
    NumberedUpdates(Texts ids, Texts names, std::vector<NumberedLeaf> leaves);

    const std::vector<NumberedLeaf> &leaves() const { return m_leaves; }
    size_t entities() const { return m_entities; } ///< how many there are
    const QByteArray &id(EntityNumber number) const;
    const QByteArray &name(NameNumber number) const;
    /// The same as changes, one for each entity.
    std::vector<ChangePtr> toChanges() const;

private:
    Texts m_ids;
    Texts m_names;
    std::vector<NumberedLeaf> m_leaves;
    size_t m_entities = 0;
};

} // namespace ObjectSync
