// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/core/value.h>

#include <QtCore/qmetaobject.h>

#include <memory>
#include <vector>

namespace ObjectSync::Internal {

/// A value: a property of a meta-object that takes part in syncing.
struct DeclaredProperty
{
    QByteArray name;
    QMetaProperty property;
    int notifySignal = -1; ///< as QObject::senderSignalIndex() counts; -1: none
    bool isVariant = false; ///< holds anything (a QVariant; `var` in QML)
    /// One of bool, int, qlonglong, double and QString, which need no conversion; else UnknownType.
    int plainType = QMetaType::UnknownType;
    bool viaString = false; ///< of a type that converts to a string and back (a QColor)

    /// What the property holds, as a value. Undefined where it cannot be kept.
    Expected<Value> toValue(const QVariant &content) const;
    /// True where the property's type has just such values.
    bool holds(const Value &value) const;
    /// \a value in the property's own type. Error: `bad-value`.
    Expected<QVariant> fromValue(const Value &value) const;
};

/// A value: what all objects of one class have in common. Made once per meta-object.
class DeclaredProperties
{
public:
    /// Of \a type, from the property \a first on. Shared with all objects of the same meta-object
    /// that exist now: those of QML come and go with their engine, so nothing is kept beyond them.
    static std::shared_ptr<const DeclaredProperties> of(const QMetaObject *type, int first);

    bool isEmpty() const { return m_properties.empty(); }
    size_t size() const { return m_properties.size(); }
    const DeclaredProperty &operator[](size_t index) const { return m_properties[index]; }
    /// -1 where there is none.
    int indexOf(const QByteArray &name) const;
    /// True for a property of the object that is not synced: its name is not free.
    bool isReserved(const QByteArray &name) const;

private:
    DeclaredProperties(const QMetaObject *type, int first);
    void add(const QMetaProperty &property);

    std::vector<DeclaredProperty> m_properties;
    std::vector<QByteArray> m_reserved; ///< sorted
};

} // namespace ObjectSync::Internal
