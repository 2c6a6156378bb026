// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// What the user does with an object: from the object to the entity.

#include "objectprivate_p.h"

#include "logging_p.h"
#include "sessionprivate_p.h"

#include <utility>

namespace ObjectSync::Internal {

using Status = SyncedObject::Status;

Expected<Value> ObjectPrivate::readDeclared(size_t index) const
{
    const DeclaredProperty &property = (*declared)[index];
    if (property.plainType != QMetaType::UnknownType)
        return Value::fromVariant(property.property.read(q));
    return property.toValue(q->toPlainVariant(property.property.read(q)));
}

void ObjectPrivate::reportBadValue(const QByteArray &name, const Error &error)
{
    const auto self = shared_from_this();
    Q_EMIT q->rejected({ error.code,
                         QStringLiteral("%1: %2").arg(QString::fromUtf8(name), error.message), id });
    if (q)
        restore();
}

void ObjectPrivate::declaredNotified(int signal)
{
    const auto self = shared_from_this();
    for (size_t index = 0; q && declared && index < declared->size(); ++index) {
        const DeclaredProperty &property = (*declared)[index];
        if (property.notifySignal != signal)
            continue;
        const Expected<Value> value = readDeclared(index);
        if (!value) {
            reportBadValue(property.name, value.error());
            continue;
        }
        if (*value == m_stored[index])
            continue;
        m_stored[index] = *value;
        noteUnsent(property.name, *value);
        if (isStarted)
            session->index.markDirty(this);
        if (isStarted && !pending)
            updatePending();
    }
}

bool ObjectPrivate::dynamicPropertyChanged(const QByteArray &name)
{
    if (!isMirrored(name) || (applying && *applying == name))
        return false;
    const Expected<Value> value = Value::fromVariant(
            q->toPlainVariant(q->property(name.constData())));
    if (value)
        writeLocal(name, *value);
    else
        reportBadValue(name, value.error());
    return true;
}

void ObjectPrivate::setValue(const QByteArray &name, const QVariant &content)
{
    const auto self = shared_from_this();
    const Expected<Value> value = Value::fromVariant(content);
    if (!value) {
        reportBadValue(name, value.error());
        return;
    }
    writeLocal(name, *value);
    if (q && declared && isUnsent(name))
        show(name, *value);
}

SyncReply *ObjectPrivate::save()
{
    const auto values = valuesToCreate();
    m_unsent.clear();
    auto data = std::make_unique<ReplyPrivate>();
    data->kind = ReplyPrivate::Kind::Save;
    data->sent = values;
    return session->request(std::move(data), { { Operation::save(id, values) } });
}

void ObjectPrivate::createNow()
{
    if (isStarted && status == Status::Missing)
        createMissing();
}

void ObjectPrivate::increment(const QString &name, const QVariant &by)
{
    const auto self = shared_from_this();
    m_increments.push_back({ name, by });
    flush();
    if (q && isStarted && !pending)
        updatePending();
}

void ObjectPrivate::writeLocal(const QByteArray &name, const Value &value)
{
    const auto self = shared_from_this();
    noteUnsent(name, value);
    flush();
    if (q && isStarted && !pending)
        updatePending();
}

/// From here on the property is to be this, whatever was to be added to it before.
void ObjectPrivate::noteUnsent(const QByteArray &name, const Value &value)
{
    m_unsent.insert(name, value);
    std::erase_if(m_increments,
                  [&](const Increment &increment) { return increment.name.toUtf8() == name; });
}

void ObjectPrivate::forgetUnsent()
{
    m_unsent.clear();
    m_increments.clear();
}

/// Whether the session knows what there is of the entity.
bool ObjectPrivate::isKnown() const
{
    return isStarted && status != Status::Null && status != Status::Loading;
}

void ObjectPrivate::flush()
{
    if (!isKnown() || (m_unsent.isEmpty() && m_increments.empty()))
        return;
    const auto self = shared_from_this();
    if (!m_unsent.isEmpty())
        flushValues();
    flushIncrements();
}

/// The caller keeps this alive. A slot may give the object another entity meanwhile, which is to be
/// known first.
void ObjectPrivate::flushIncrements()
{
    while (q && isKnown() && session->q && !m_increments.empty()) {
        const Increment next = m_increments.front();
        m_increments.erase(m_increments.begin());
        session->q->increment(QString::fromUtf8(id), next.name, next.by);
    }
}

/// The caller keeps this alive.
void ObjectPrivate::flushValues()
{
    const EntityReader &view = session->engine().view();
    ValueMap values;
    std::vector<QByteArray> names;
    for (const ValueMap::Item &item : std::exchange(m_unsent, {})) {
        if (exists && view.value(id, item.name) == item.value)
            continue;
        if (item.value.isUndefined())
            names.push_back(item.name);
        else
            values.insert(item.name, item.value);
    }
    Transaction transaction;
    if (!values.isEmpty())
        transaction.operations.push_back(Operation::set(id, std::move(values)));
    if (!names.empty())
        transaction.operations.push_back(Operation::unset(id, std::move(names)));
    if (transaction.operations.empty()) {
        updatePending();
        return;
    }
    const auto result = session->commitNow(std::move(transaction), {});
    if (result || !q)
        return;
    qCWarning(logObject).noquote() << id << "is not changed:" << result.error().message;
    restore();
    if (q)
        updatePending();
    if (q)
        Q_EMIT q->rejected(result.error());
}

QVariant ObjectPrivate::value(const QByteArray &name) const
{
    if (const Value *unsent = m_unsent.find(name))
        return unsent->toVariant();
    if (isStarted)
        return session->engine().view().value(id, name).toVariant();
    return {};
}

ValueMap ObjectPrivate::values() const
{
    ValueMap result = isStarted ? session->engine().view().values(id) : ValueMap();
    for (const ValueMap::Item &item : m_unsent) {
        if (item.value.isUndefined())
            result.remove(item.name);
        else
            result.insert(item.name, item.value);
    }
    return result;
}

ValueMap ObjectPrivate::valuesToCreate() const
{
    ValueMap result;
    for (size_t index = 0; index < declared->size(); ++index) {
        const Expected<Value> value = readDeclared(index);
        if (value && !value->isUndefined())
            result.insert((*declared)[index].name, *value);
    }
    for (const ValueMap::Item &item : m_unsent) {
        if (!item.value.isUndefined())
            result.insert(item.name, item.value);
    }
    return result;
}

bool ObjectPrivate::isMirrored(const QByteArray &name) const
{
    if (!isDynamic)
        return false;
    // Before the first start() the class has not been looked at; setProperty() tells apart itself.
    return declared ? !declared->isReserved(name) : !name.startsWith("_q_");
}

} // namespace ObjectSync::Internal
