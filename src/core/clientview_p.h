// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/message.h>
#include <objectsync/core/staging.h>
#include <objectsync/core/world.h>

#include <QtCore/qhash.h>

namespace ObjectSync::Internal {

/// True where nothing but properties is laid over an entity that is there.
inline bool isPlain(const StagedEntity &staged)
{
    return staged.existed && staged.exists && !staged.replaced;
}

/// A resource: what a client's user sees. The confirmed replica, with what pending transactions
/// make of some entities laid over it, entity by entity. So a change of an entity that no pending
/// transaction touches shows at once, at no cost.
class ClientView : public EntityReader
{
public:
    /// \a confirmed must outlive this. Whenever an entity of it changes over which something is
    /// laid, what is laid over it has to be made anew.
    explicit ClientView(const World &confirmed) : m_confirmed(confirmed) { }

    /// True where something is laid over some entity.
    bool isCovered() const { return !m_overlay.isEmpty(); }
    /// Null where nothing is laid over the entity.
    const StagedEntity *laidOver(const QByteArray &id) const;
    StagedEntity *laidOver(const QByteArray &id)
    {
        return const_cast<StagedEntity *>(std::as_const(*this).laidOver(id));
    }
    /// So many more may have something laid over them.
    void reserve(qsizetype entities) { m_overlay.reserve(m_overlay.size() + entities); }
    /// \a staged was made on top of the confirmed entity; it replaces \a was, which is what was laid
    /// over it, or null.
    void lay(StagedEntity *was, const StagedEntity &staged);
    /// \a staged was made on top of this view.
    void layOnTop(const StagedEntity &staged);
    void uncover(const QByteArray &id) { m_overlay.remove(id); }
    void uncoverAll() { m_overlay.clear(); }

    /// Of what is there and matches, in the order of ids.
    std::vector<QByteArray> ids(const Filter &filter) const;

    EntityState state(const QByteArray &id, EntityHint hint = {}) const override;
    /// Of a confirmed entity over which \a over is laid, which is plain, or null: nothing.
    Value value(const Entity &entity, const StagedEntity *over, const QByteArray &name) const;
    /// Of a confirmed entity over which nothing is laid.
    EntityState confirmedState(const Entity &entity) const { return m_confirmed.state(entity); }
    bool exists(const QByteArray &id) const override;
    Value value(const QByteArray &id, const QByteArray &name) const override;
    ValueMap values(const QByteArray &id) const override;
    Revision stamp(const QByteArray &id) const override;
    EntityExtent extent(const QByteArray &id) const override;

private:
    std::vector<QByteArray> idsByPrefix(const QByteArray &prefix) const;

    const World &m_confirmed;
    QHash<QByteArray, StagedEntity> m_overlay; ///< only for finding: its order differs between runs
};

} // namespace ObjectSync::Internal
