// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/change.h>
#include <objectsync/core/entityleaf.h>
#include <objectsync/core/leaflist.h>
#include <objectsync/core/staging.h>
#include <objectsync/core/storage.h>

#include <QtCore/qhash.h>

#include <array>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace ObjectSync {

namespace Internal {
class EntityIndex;

/// A place in the order of stamps: an entity, or where a walk stands.
struct StampLink
{
    StampLink *older = nullptr;
    StampLink *newer = nullptr;
    bool isEntity = false;
};
} // namespace Internal

/// An entity of a World, which owns it and alone changes it.
class OBJECTSYNC_CORE_EXPORT Entity : public Internal::StampLink
{
public:
    const QByteArray &id() const { return m_id; }
    EntityNumber number() const { return m_number; }
    /// The revision of its last change.
    Revision stamp() const { return m_stamp; }
    /// The revision at which it was created (last).
    Revision created() const { return m_leaves.created(); }
    /// False for a tombstone.
    bool isAlive() const { return m_alive; }
    /// In no particular order, removed ones included.
    const LeafList &leaves() const { return m_leaves; }
    /// The revision of the last change of a leaf of this entity.
    Revision stamp(const Leaf &leaf) const
    {
        return m_leaves.hasStamps() ? m_leaves.stamps()[&leaf - m_leaves.begin()] : created();
    }
    /// Null where it never was; its value may be Undefined.
    const Leaf *leaf(NameNumber name) const;

private:
    friend class World;
    friend class Internal::EntityIndex;
    bool m_alive = false; // these three lie in the padding of the base
    quint16 m_mark = 0; ///< of the transaction that met it last; some other one may have the same
    EntityNumber m_number = 0;
    QByteArray m_id;
    LeafList m_leaves;
    Revision m_stamp = 0;
    // 64 bytes, one line of a cache: worlds have many, and what comes from memory costs most.

    EntityExtent extent() const
    {
        const Internal::PackedExtent extent = m_leaves.extent();
        return { static_cast<qint64>(extent.properties), static_cast<qint64>(extent.bytes) };
    }
    void setExtent(const EntityExtent &extent)
    {
        m_leaves.setExtent({ static_cast<quint64>(extent.properties) & 0xffffffU,
                             static_cast<quint64>(extent.bytes) & 0xffffffffffU });
    }
};

/// A resource: the entities of a world, or a client's replica of a part of them, found by id, by
/// prefix, and in the order of their stamps. Holds no rules: those are in Staging.
///
/// Not thread-safe. Entities stay where they are until they are forgotten.
class OBJECTSYNC_CORE_EXPORT World : public EntityReader
{
public:
    enum class PropertyStamps : quint8 {
        Kept,
        NotKept, ///< for replicas that nobody resumes: properties count as old as their entity
    };
    explicit World(PropertyStamps stamps = PropertyStamps::Kept);
    ~World() override;
    /// False where nobody will ask for what has changed since some time, nor walk: then a change costs
    /// less. To be called while the world is empty.
    void setOrdered(bool on) { m_isOrdered = on; }
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    /// The newest revision that was applied.
    Revision revision() const { return m_revision; }
    /// Entities that are alive.
    qsizetype size() const { return m_size; }

    /// Alive or null. Tombstones are found by findAny().
    const Entity *find(const QByteArray &id) const;
    const Entity *findAny(QByteArrayView id) const;
    /// The same, for who will ask for it again.
    const Entity *findAny(QByteArrayView id, EntityHint &hint) const;
    /// The same for each of some \a ids, in less time than one after the other.
    void findAny(std::span<const QByteArrayView> ids, std::span<const Entity *> found) const;
    /// Calls \a visitor for the living entities whose ids begin with \a prefix and are greater than
    /// \a after (empty: from the beginning), in the order of ids, until it returns false.
    void visit(const QByteArray &prefix, const QByteArray &after,
               const std::function<bool(const Entity &)> &visitor) const;
    /// Makes the order of ids now, instead of when somebody asks for it next.
    void completeOrder();
    /// Entities, tombstones included, with a stamp above \a after, oldest stamp first. Not where
    /// setOrdered(false) was called.
    std::vector<const Entity *> changedSince(Revision after) const;

    /// Of a leaf's name.
    const QByteArray &name(NameNumber number) const
    {
        return (*m_names[number / NamePageSize])[number % NamePageSize];
    }
    /// Makes one where there is none. It stays as long as leaves have it: others are forgotten now
    /// and then, when much has changed, and their numbers are not used again.
    NameNumber nameNumber(const QByteArray &name);
    /// The number of a name that leaves have, or had a while ago.
    std::optional<NameNumber> findName(QByteArrayView name) const;
    /// The same name, with the bytes that this world has of it, where it has it.
    QByteArray sharedName(const QByteArray &name) const;

    /// Keeps what a staging made of this world, as one revision. \a revision is above revision().
    /// Staged entities that are as they were are passed over. \a now (any clock, milliseconds) is
    /// the time of death of tombstones. Returns false, and does nothing, where nothing differs.
    bool apply(const Staging &staging, Revision revision, qint64 now);
    /// What apply() of LeafWrites did.
    struct Applied
    {
        bool isChange = false; ///< something differs
        bool areFresh = true; ///< no entity has changed since the revision that was named
    };
    /// The same for \a writes, without staging them: none of them can fail. Takes out those that change
    /// nothing. Returns nothing, and does nothing, where they have to be staged after all: one of the
    /// entities or properties is not there any more, or comes twice.
    std::optional<Applied> apply(LeafWrites &writes, Revision revision, Revision since);
    /// In the general form.
    std::vector<Operation> operations(const LeafWrites &writes) const;

    // For replicas, which are told every step: single ones, each with a stamp that never falls.
    Entity &create(const QByteArray &id, Revision stamp); ///< alive and empty, whatever was there
    /// Undefined removes the property without a trace.
    void set(Entity &entity, const QByteArray &name, Value value, Revision stamp);
    /// The same; gives what the property was.
    Value exchange(Entity &entity, const QByteArray &name, const Value &value, Revision stamp);
    /// The same for a property that is there, and stays.
    Value exchange(Entity &entity, const Leaf &leaf, const Value &value, Revision stamp);
    /// The entity, and whether it was made for this: alive and empty, as of no time.
    std::pair<Entity &, bool> findOrCreate(const QByteArray &id, EntityHint &hint);
    /// All that it has, from now on. Each property comes once.
    void replace(Entity &entity, const Change::Properties &properties, Revision stamp);
    /// The same of \a leaves whose names have other numbers; \a names are those in this world.
    void replace(Entity &entity, std::span<const Leaf> leaves, std::span<const NameNumber> names,
                 Revision stamp);
    /// Numbers are for those who tell others of a world: in a replica, its owner may use them.
    static void setNumber(Entity &entity, EntityNumber number) { entity.m_number = number; }
    /// \a id is equal to the entity's: from here on they have the same bytes.
    static void shareId(Entity &entity, const QByteArray &id) { entity.m_id = id; }
    /// Whether they have the same bytes already.
    static bool sharesId(const Entity &entity, const QByteArray &id)
    {
        return entity.m_id.constData() == id.constData() && entity.m_id.size() == id.size();
    }
    void forget(const QByteArray &id); ///< leaves nothing; pointers to the entity are dead
    void clear();
    Entity *findForWriting(const QByteArray &id) { return const_cast<Entity *>(find(id)); }
    /// The same, looked for where the hint says first; corrects it.
    Entity *findForWriting(const QByteArray &id, EntityHint &hint);
    /// Where the hint says: the entity, or what is left of one, whatever its id is. Null where it says
    /// nothing.
    Entity *guess(EntityHint hint);
    // Whoever changes many entities names each some time before: what has to come from memory then
    // comes while others are changed.
    void prefetchContent(const Entity &entity) const; ///< to change it; its id and properties
    void prefetchLookUp(QByteArrayView id) const; ///< to find it

    // For stores
    StoredEntity stored(const Entity &entity) const;
    /// Makes an entity or a tombstone as it was stored; in the order of stamps. \a now is the time
    /// of death of what is dead.
    void restore(const StoredEntity &stored, qint64 now);
    void setRevision(Revision revision) { m_revision = revision; }

    /// What a reader who knows everything up to \a after has to be told of \a entity. Where it was
    /// created later, all of it (Create); where it is dead, Destroy.
    ChangePtr changeSince(const Entity &entity, Revision after) const;
    void changeSince(const Entity &entity, Revision after, Change &change) const; ///< an empty one
    /// Which leaves of \a entity are newer than \a after, a bit for each place in leaves(), where that
    /// is all that such a reader has to be told, and all of them are small. Else 0.
    static quint64 smallChangesSince(const Entity &entity, Revision after);
    /// All of a living entity, as Enter.
    ChangePtr whole(const Entity &entity) const;

    /// Drops tombstones of entities and properties that died before \a diedBefore, and the oldest
    /// beyond \a most; none with a stamp above \a told, of which readers have not been told yet.
    /// Returns the ids of entities that are gone for good.
    std::vector<QByteArray> dropTombstones(qint64 diedBefore, qsizetype most,
                                           Revision told = std::numeric_limits<Revision>::max());
    /// A cursor below this one cannot be resumed: tombstones above it are gone.
    Revision tombstoneFloor() const { return m_tombstoneFloor; }
    void setTombstoneFloor(Revision floor) { m_tombstoneFloor = floor; }
    qsizetype tombstones() const { return static_cast<qsizetype>(m_tombstones.size()); }
    EntityState state(const QByteArray &id, EntityHint hint = {}) const override;
    /// Of an entity of this world.
    EntityState state(const Entity &entity) const
    {
        return { entity.isAlive(), entity.isAlive() ? entity.extent() : EntityExtent(), this,
                 &entity };
    }
    bool exists(const QByteArray &id) const override { return find(id) != nullptr; }
    Value value(const QByteArray &id, const QByteArray &name) const override;
    /// Of an entity of this world.
    Value value(const Entity &entity, const QByteArray &name) const;
    /// Null where there is none. Valid until the entity changes.
    const Leaf *leaf(const Entity &entity, const QByteArray &name) const;
    ValueMap values(const QByteArray &id) const override;
    ValueMap values(const Entity &entity) const;
    Revision stamp(const QByteArray &id) const override;
    EntityExtent extent(const QByteArray &id) const override;

    /// A resource: walks the entities in the order of stamps, oldest first, while the world moves
    /// on: whatever changes during the walk is met (again) at its end. Must not outlive the world.
    class OBJECTSYNC_CORE_EXPORT Walk
    {
    public:
        /// Stands before the first entity with a stamp above \a after; finding it costs as many
        /// steps as there are such entities.
        Walk(World &world, Revision after);
        ~Walk();
        Walk(const Walk &) = delete;
        Walk &operator=(const Walk &) = delete;
        /// The next entity, tombstones included; null where the newest was passed.
        const Entity *next();
        bool atEnd() const;

    private:
        World &m_world;
        Internal::StampLink m_link;
    };

private:
    struct Tombstone
    {
        qint64 died = 0;
        Revision stamp = 0;
        QByteArray id;
        std::optional<NameNumber> name; ///< a removed property; else the whole entity
    };

    Entity &findOrMake(const QByteArray &id, EntityHint &hint);
    void touch(Entity &entity, Revision stamp);
    void clearLeaves(Entity &entity);
    void beginAnew(Entity &entity, size_t leaves, Revision stamp);
    void setStamp(Entity &entity, const Leaf &leaf, Revision stamp);
    void writeLeaf(Entity &entity, NameNumber name, Value value, Revision stamp);
    void bury(const Entity &entity, std::optional<NameNumber> name, qint64 now);
    void destroy(Entity &entity, Revision revision, qint64 now);
    bool applyStaged(const Staging &staging, size_t place, Revision revision, qint64 now);
    bool applyProperties(Entity &entity, const StagedEntity &staged, Revision revision, qint64 now,
                         const Leaf *known);
    void tellAll(const Entity &entity, Change &change) const;
    void dropTombstone(const Tombstone &tombstone, std::vector<QByteArray> &gone);
    void remove(Entity *entity);
    void dropUnusedNames();
    NameNumber recentNameNumber(const QByteArray &name);
    NameNumber &recentName(QByteArrayView name) const;
    bool isNameOf(NameNumber number, QByteArrayView name) const;
    bool findPlaces(const LeafWrites &writes);

    static constexpr size_t NamePageSize = 256;
    using NamePage = std::array<QByteArray, NamePageSize>;

    std::unique_ptr<Internal::EntityIndex> m_entities;
    std::vector<std::unique_ptr<NamePage>> m_names; ///< by number; null where none is in use
    QHash<QByteArray, NameNumber> m_nameNumbers;
    /// By a hash; what they say has to be checked.
    mutable std::array<NameNumber, 64> m_recentNames = {};
    NameNumber m_nextName = 0;
    NameNumber m_namesKeptUpTo = 0; ///< the next name when unused ones were dropped last
    std::deque<Tombstone> m_tombstones; ///< oldest first
    Internal::StampLink
            m_ends; ///< closes the ring: its `newer` is the oldest entity, its `older` the newest
    EntityNumber m_nextNumber = 0;
    Revision m_revision = 0;
    Revision m_tombstoneFloor = 0;
    qsizetype m_size = 0;
    quint16 m_mark = 0; ///< of the last transaction that looked whether it meets an entity twice
    std::vector<size_t> m_places; ///< of the leaves of the transaction in progress
    PropertyStamps m_propertyStamps;
    bool m_isOrdered = true;
};

} // namespace ObjectSync
