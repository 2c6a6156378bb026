// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "syncsessionelement_p.h"

#include "scripting_p.h"

#include <objectsync/sqlite/sqliteclientstorage.h>

#include <QtCore/qurl.h>
#include <QtQml/qqmlengine.h>

#include <cmath>

namespace ObjectSync::Internal {

namespace {

/// JavaScript has one kind of number; a counter of whole numbers is to stay one.
QVariant plainNumber(double number)
{
    constexpr double exact = 9007199254740992.0; // 2^53
    if (std::trunc(number) == number && std::abs(number) <= exact)
        return static_cast<qint64>(number);
    return number;
}

} // namespace

void TransactionBuilder::create(const QString &id, const QJSValue &values)
{
    m_transaction.create(id, plainMap(values));
}

void TransactionBuilder::save(const QString &id, const QJSValue &values)
{
    m_transaction.save(id, plainMap(values));
}

void TransactionBuilder::set(const QString &id, const QString &name, const QJSValue &value)
{
    m_transaction.set(id, name, value.toVariant());
}

void TransactionBuilder::set(const QString &id, const QJSValue &values)
{
    m_transaction.set(id, plainMap(values));
}

void TransactionBuilder::unset(const QString &id, const QString &name)
{
    m_transaction.unset(id, { name });
}

void TransactionBuilder::destroyEntity(const QString &id)
{
    m_transaction.destroy(id);
}

void TransactionBuilder::increment(const QString &id, const QString &name, double by)
{
    m_transaction.increment(id, name, plainNumber(by));
}

void TransactionBuilder::apply(const QString &type, const QString &id, const QString &name,
                               const QJSValue &argument)
{
    m_transaction.apply(type, id, name, argument.toVariant());
}

void TransactionBuilder::expectExists(const QString &id, bool exists)
{
    m_transaction.expectExists(id, exists);
}

void TransactionBuilder::expectValue(const QString &id, const QString &name, const QJSValue &value)
{
    m_transaction.expectValue(id, name, value.toVariant());
}

SyncSessionElement::SyncSessionElement(QObject *parent) : SyncSession(parent)
{
    connect(this, &SyncSession::urlChanged, this, &SyncSessionElement::openFirst);
}

SyncedObjectElement *SyncSessionElement::object(const QString &id)
{
    auto *const object = SyncSession::object<SyncedObjectElement>(id);
    protectFromScripts(object, this);
    return object;
}

void SyncSessionElement::save(const QJSValue &values, const QJSValue &callback)
{
    callWhenFinished(SyncSession::save(plainMap(values)), this, callback);
}

void SyncSessionElement::destroyEntity(const QString &id, const QJSValue &callback)
{
    callWhenFinished(SyncSession::destroy(id), this, callback);
}

void SyncSessionElement::fetch(const QStringList &ids, const QJSValue &callback)
{
    callWhenFinished(SyncSession::fetch(ids), this, callback);
}

void SyncSessionElement::increment(const QString &id, const QString &name, double by,
                                   const QJSValue &callback)
{
    callWhenFinished(SyncSession::increment(id, name, plainNumber(by)), this, callback);
}

void SyncSessionElement::transaction(const QJSValue &fill, const QJSValue &callback)
{
    QQmlEngine *const engine = qmlEngine(this);
    if (!engine || !fill.isCallable()) {
        if (engine)
            engine->throwError(QJSValue::TypeError,
                               QStringLiteral("transaction() takes a function that fills it"));
        return;
    }
    TransactionBuilder builder;
    QQmlEngine::setObjectOwnership(&builder, QQmlEngine::CppOwnership);
    const QJSValue result = fill.call({ engine->newQObject(&builder) });
    if (result.isError()) {
        engine->throwError(result);
        return;
    }
    callWhenFinished(SyncSession::transaction(builder.transaction()), this, callback);
}

void SyncSessionElement::retry(const SyncConflict &conflict, const QJSValue &callback)
{
    callWhenFinished(SyncSession::retry(conflict), this, callback);
}

void SyncSessionElement::setStoragePath(const QString &path)
{
    if (path == m_storagePath)
        return;
    m_storagePath = path;
    const bool isUrl = path.startsWith(QLatin1String("file://"));
    const QString file = isUrl ? QUrl(path).toLocalFile() : path;
    setStorage(file.isEmpty() ? nullptr : std::make_unique<SqliteClientStorage>(file));
    Q_EMIT storagePathChanged();
}

void SyncSessionElement::componentComplete()
{
    m_isComplete = true;
    openFirst();
}

void SyncSessionElement::openFirst()
{
    // Later, a session that is open follows its URL by itself, and a closed one stays closed.
    if (!m_isComplete || m_wasOpened || url().isEmpty())
        return;
    m_wasOpened = true;
    open();
}

} // namespace ObjectSync::Internal
