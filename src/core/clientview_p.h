// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/message.h>
#include <objectsync/core/staging.h>
#include <objectsync/core/world.h>

#include <QtCore/qhash.h>

namespace ObjectSync::Internal {

/// A resource: what a client's user sees. The confirmed replica, with what pending transactions
/// make of some entities laid over it, entity by entity. So a change of an entity that no pending
/// transaction touches shows at once, at no cost.
class ClientView : public EntityReader
{
public:
    /// \a confirmed must outlive this. Whenever an entity of it changes over which something is
    /// laid, what is laid over it has to be made anew.
    explicit ClientView(const World &confirmed) : m_confirmed(confirmed) { }

    /// Null where nothing is laid over the entity.
    const StagedEntity *laidOver(const QByteArray &id) const;
    /// \a staged was made on top of the confirmed entity; it replaces what was laid over it.
    void lay(const StagedEntity &staged);
    /// \a staged was made on top of this view.
    void layOnTop(const StagedEntity &staged);
    void uncover(const QByteArray &id) { m_overlay.remove(id); }

    /// Of what is there and matches, in the order of ids.
    std::vector<QByteArray> ids(const Filter &filter) const;

    EntityState state(const QByteArray &id, EntityHint hint = {}) const override;
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
