// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/transaction.h>

#include <QtCore/qvarlengtharray.h>

#include <array>
#include <memory>

namespace ObjectSync {

/// Short names that a world gives to its entities and to property names, in the order in which they
/// first appear: 0, 1, 2, … They mean nothing outside of one process; connections are told what a
/// number means before it is first used.
using EntityNumber = quint32;
using NameNumber = quint32;

/// A value: what happened to one entity, as a reader is told.
struct OBJECTSYNC_CORE_EXPORT Change
{
    enum class Event : quint8 {
        Update, ///< some properties changed; the entity was known before
        Create, ///< a new entity; `properties` is all of it
        Enter, ///< an entity that was there before, now shown to this reader; all of it
        Destroy, ///< it is gone from the world
        Leave, ///< it is no longer shown to this reader
    };

    struct Property
    {
        NameNumber nameNumber = 0;
        QByteArray name = {};
        Value value = {}; ///< Undefined: the property was removed (in an Update)
        friend bool operator==(const Property &a, const Property &b)
        {
            return a.name == b.name && a.value == b.value;
        }
    };

    EntityNumber number = 0;
    QByteArray id = {};
    Event event = Event::Update;
    using Properties = QVarLengthArray<Property, 1>; // most changes are of one
    Properties properties = {};

    /// True where several messages have it. Then the encoder keeps the bytes that it has in a codec's
    /// batch (index: the Encoding), so that all readers share one encoding. Not part of the value.
    bool isShared = false;
    mutable std::array<QByteArray, 2> encoded = {};

    /// True for Create and Enter: what the reader held of the entity before is replaced.
    static bool isWhole(Event event) { return event == Event::Create || event == Event::Enter; }
    bool isWhole() const { return isWhole(event); }
    /// True for Destroy and Leave.
    static bool isRemoval(Event event) { return event == Event::Destroy || event == Event::Leave; }
    bool isRemoval() const { return isRemoval(event); }

    /// Numbers are not compared: they have no meaning of their own.
    friend bool operator==(const Change &a, const Change &b)
    {
        return a.id == b.id && a.event == b.event && a.properties == b.properties;
    }
};

/// Changes are made once and read by many: all who are sent the same change share it.
using ChangePtr = std::shared_ptr<const Change>;

} // namespace ObjectSync
