// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "objectprivate_p.h"

#include "logging_p.h"
#include "sessionprivate_p.h"

#include <algorithm>
#include <utility>

namespace ObjectSync::Internal {

using Status = SyncedObject::Status;

ObjectPrivate::ObjectPrivate(SyncedObject *object, const QMetaObject &base, bool dynamic)
    : q(object), isDynamic(dynamic), firstDeclared(base.propertyCount())
{
}

// The object's place

void ObjectPrivate::captureDeclared()
{
    if (declared)
        return;
    declared = DeclaredProperties::of(q->metaObject(), firstDeclared);
    static const int slot = SyncedObject::staticMetaObject.indexOfSlot(
            "declaredPropertyNotified()");
    std::vector<int> connected;
    for (size_t index = 0; index < declared->size(); ++index) {
        const Expected<Value> value = readDeclared(index);
        m_defaults.push_back(value ? *value : Value());
        const int signal = (*declared)[index].notifySignal;
        if (signal < 0 || std::find(connected.begin(), connected.end(), signal) != connected.end())
            continue;
        QMetaObject::connect(q, signal, q, slot, Qt::DirectConnection);
        connected.push_back(signal);
    }
    m_stored = m_defaults;
}

void ObjectPrivate::start()
{
    if (isStarted || held || !session || id.isEmpty())
        return;
    captureDeclared();
    isStarted = true;
    session->index.add(this);
    const auto self = shared_from_this();
    for (const ValueMap::Item &item : ValueMap(m_unsent)) {
        if (q && isStarted)
            show(item.name, item.value);
    }
    if (q && isStarted)
        updatePending();
    coverageChanged();
}

void ObjectPrivate::stop()
{
    if (!isStarted)
        return;
    const auto self = shared_from_this();
    flush();
    if (!q || !isStarted)
        return;
    session->index.remove(this);
    isStarted = false;
    forgetUnsent();
    tellNothing();
}

/// There is nothing to be shown any more, unless a slot finds something.
void ObjectPrivate::tellNothing()
{
    restore();
    if (q && !isStarted)
        setExists(false);
    updatePending();
    updateStale();
    if (q && !isStarted)
        setStatus(Status::Null);
}

void ObjectPrivate::retire()
{
    const auto self = shared_from_this();
    flush();
    if (isStarted)
        session->index.remove(this);
    isStarted = false;
}

void ObjectPrivate::sessionGone()
{
    const auto self = shared_from_this();
    isStarted = false;
    forgetUnsent();
    session.reset();
    if (!q || owned)
        return;
    tellNothing();
    if (q)
        Q_EMIT q->sessionChanged();
}

void ObjectPrivate::setExists(bool on)
{
    if (std::exchange(exists, on) != on)
        Q_EMIT q->existsChanged(on);
}

void ObjectPrivate::setStatus(Status to)
{
    if (std::exchange(status, to) != to)
        Q_EMIT q->statusChanged(to);
}

// What the session says

void ObjectPrivate::coverageChanged()
{
    if (!q || !isStarted)
        return;
    const auto self = shared_from_this();
    const bool isThere = session->engine().view().exists(id);
    if (isThere && !exists) {
        loadValues(true);
        if (q && isStarted)
            setExists(true);
    }
    if (!q || !isStarted)
        return;
    if (session->engine().isCovered(id))
        becomeKnown();
    else if (status == Status::Null)
        setStatus(Status::Loading);
    updateStale();
}

void ObjectPrivate::becomeKnown()
{
    const bool isFirst = status != Status::Ready && status != Status::Missing;
    setStatus(exists ? Status::Ready : Status::Missing);
    if (!isFirst || !q || !isStarted)
        return;
    if (status == Status::Missing && createIfMissing)
        createMissing();
    else
        flush();
}

void ObjectPrivate::createMissing()
{
    Transaction transaction{ { Operation::create(id, valuesToCreate()) } };
    m_unsent.clear();
    const auto self = shared_from_this();
    const auto result = session->commit(std::move(transaction), { .existsIsFine = true });
    if (q && !result)
        Q_EMIT q->rejected(result.error());
    flushIncrements();
}

void ObjectPrivate::viewChanged(const ViewChange &change, quint64 step)
{
    using Event = ViewChange::Event;
    if (!q || !isStarted || change.id != id)
        return;
    const bool isRemoval = change.event == Event::Destroyed || change.event == Event::Left;
    if (isRemoval)
        forgetUnsent();
    for (const ValueMap::Item &item : change.properties) {
        // The view may be further than this change: the object never goes back in time.
        if (session->engine().viewSteps() == step)
            applyValue(item.name, item.value);
        else
            applyValue(item.name, session->engine().view().value(id, item.name));
        if (q && isStarted)
            tellValue(item.name, item.value);
        if (!q || !isStarted || change.id != id)
            return;
    }
    if (stale)
        updateStale();
    if (change.event == Event::Updated)
        return;
    if (q && isRemoval)
        restore();
    if (q && isStarted)
        setExists(session->engine().view().exists(id));
    if (q && isStarted) {
        if (session->engine().isCovered(id))
            becomeKnown();
        else
            setStatus(Status::Loading);
    }
    if (q && change.event == Event::Created)
        Q_EMIT q->created();
    else if (q && change.event == Event::Destroyed)
        Q_EMIT q->destroyed();
}

void ObjectPrivate::refused(const Error &error)
{
    if (!q || !isStarted)
        return;
    const auto self = shared_from_this();
    setStatus(Status::Error);
    if (q)
        Q_EMIT q->rejected(error);
    if (q)
        flush();
}

void ObjectPrivate::answered(const std::optional<Error> &error, bool quiet)
{
    if (!q || !isStarted)
        return;
    const auto self = shared_from_this();
    updatePending();
    // The view does not change where it never showed the refused transaction; the object did.
    if (q && (error || !exists))
        restore();
    if (q && error && !quiet)
        Q_EMIT q->rejected(*error);
}

void ObjectPrivate::updatePending()
{
    const bool now = isStarted
                     && (!m_unsent.isEmpty() || !m_increments.empty()
                         || session->engine().hasPending(id));
    if (q && std::exchange(pending, now) != now)
        Q_EMIT q->pendingChanged(now);
}

void ObjectPrivate::updateStale()
{
    const bool now = isStarted && session->engine().isStale(id);
    if (q && std::exchange(stale, now) != now)
        Q_EMIT q->staleChanged(now);
}

// From the entity to the object

void ObjectPrivate::loadValues(bool tell)
{
    const ValueMap all = session->engine().view().values(id);
    for (const ValueMap::Item &item : all) {
        applyValue(item.name, item.value);
        if (q && tell)
            tellValue(item.name, item.value);
        if (!q || !isStarted)
            return;
    }
}

void ObjectPrivate::restore()
{
    const auto shown = [this](const QByteArray &name) {
        return isStarted ? session->engine().view().value(id, name) : Value();
    };
    for (size_t index = 0; q && declared && index < declared->size(); ++index) {
        const QByteArray &name = (*declared)[index].name;
        if (!isUnsent(name))
            applyDeclared(index, shown(name));
    }
    if (!q || !isDynamic)
        return;
    const QList<QByteArray> names = q->dynamicPropertyNames();
    for (const QByteArray &name : names) {
        if (q && isMirrored(name) && !isUnsent(name))
            applyDynamic(name, shown(name));
    }
    if (q && isStarted)
        loadValues(false);
}

void ObjectPrivate::applyValue(const QByteArray &name, const Value &value)
{
    // A local change that has not been committed yet comes after what the server says.
    if (!isUnsent(name))
        show(name, value);
}

void ObjectPrivate::show(const QByteArray &name, const Value &value)
{
    const int index = declared->indexOf(name);
    if (index >= 0)
        applyDeclared(static_cast<size_t>(index), value);
    else if (isMirrored(name))
        applyDynamic(name, value);
}

void ObjectPrivate::applyDeclared(size_t index, const Value &value)
{
    const DeclaredProperty &property = (*declared)[index];
    const bool isAbsent = value.isUndefined() || (value.isNull() && !property.isVariant);
    const Value &wanted = isAbsent ? m_defaults[index] : value;
    const Expected<QVariant> content = property.fromValue(wanted);
    if (!content) {
        qCWarning(logObject).noquote() << id << "is left as it is here:" << content.error().message;
        return;
    }
    const Expected<Value> converted = property.holds(wanted) ? wanted : property.toValue(*content);
    if (!converted)
        return;
    // What is stored now is not sent back; what the setter makes of it, or another property that
    // follows from it, is.
    const Value stored = std::exchange(m_stored[index], *converted);
    // A property that tells of its changes is as it was when it told last.
    if (property.notifySignal < 0 || stored == *converted) {
        const Expected<Value> current = readDeclared(index);
        if (current && *current == *converted)
            return;
    }
    property.property.write(q, *content);
}

void ObjectPrivate::applyDynamic(const QByteArray &name, const Value &value)
{
    const Expected<Value> current = Value::fromVariant(q->property(name.constData()));
    if (current && *current == value)
        return;
    const QByteArray *const outer = std::exchange(applying, &name);
    q->setProperty(name.constData(), value.toVariant());
    applying = outer;
}

void ObjectPrivate::tellValue(const QByteArray &name, const Value &value)
{
    static const QMetaMethod signal = QMetaMethod::fromSignal(&SyncedObject::valueChanged);
    if (!isUnsent(name) && q->isSignalConnected(signal))
        Q_EMIT q->valueChanged(QString::fromUtf8(name), value.toVariant());
}

} // namespace ObjectSync::Internal
