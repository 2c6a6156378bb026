// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/synctransaction.h>

#include <algorithm>

namespace ObjectSync {

namespace {

std::vector<QByteArray> toUtf8(const QStringList &names)
{
    std::vector<QByteArray> result;
    for (const QString &name : names)
        result.push_back(name.toUtf8());
    return result;
}

} // namespace

std::optional<ValueMap> SyncTransaction::convert(const QString &id, const QVariantMap &values)
{
    Expected<ValueMap> result = ValueMap::fromVariantMap(values);
    if (result)
        return *std::move(result);
    if (!m_error)
        m_error = Error{ result.error().code, result.error().message, id.toUtf8() };
    return std::nullopt;
}

std::optional<Value> SyncTransaction::convert(const QString &id, const QVariant &value)
{
    Expected<Value> result = Value::fromVariant(value);
    if (result && !result->isUndefined())
        return *std::move(result);
    if (!m_error) {
        m_error = Error{ ErrorCode::BadValue,
                         result ? QStringLiteral("A value is needed, and none was given")
                                : result.error().message,
                         id.toUtf8() };
    }
    return std::nullopt;
}

/// As of a map with just this one; nothing, without an error, where it is not there.
std::optional<Value> SyncTransaction::convert(const QString &id, const QString &name,
                                              const QVariant &value)
{
    Expected<Value> result = Value::fromVariant(value);
    if (result)
        return *std::move(result);
    if (!m_error) {
        m_error = Error{ result.error().code,
                         QStringLiteral("%1: %2").arg(name, result.error().message), id.toUtf8() };
    }
    return std::nullopt;
}

SyncTransaction &SyncTransaction::create(const QString &id, const QVariantMap &values)
{
    if (auto converted = convert(id, values))
        m_transaction.operations.push_back(Operation::create(id.toUtf8(), *std::move(converted)));
    return *this;
}

SyncTransaction &SyncTransaction::save(const QString &id, const QVariantMap &values)
{
    if (auto converted = convert(id, values))
        m_transaction.operations.push_back(Operation::save(id.toUtf8(), *std::move(converted)));
    return *this;
}

SyncTransaction &SyncTransaction::set(const QString &id, const QVariantMap &values)
{
    QStringList removed;
    for (auto item = values.begin(); item != values.end(); ++item) {
        if (!item.value().isValid())
            removed.append(item.key());
    }
    auto converted = convert(id, values);
    if (converted && (!converted->isEmpty() || removed.isEmpty()))
        m_transaction.operations.push_back(Operation::set(id.toUtf8(), *std::move(converted)));
    return removed.isEmpty() ? *this : unset(id, removed);
}

SyncTransaction &SyncTransaction::set(const QString &id, const QString &name, const QVariant &value)
{
    if (!value.isValid())
        return unset(id, { name });
    if (auto converted = convert(id, name, value)) {
        ValueMap values;
        if (!converted->isUndefined())
            values.insert(utf8Name(name), *std::move(converted));
        m_transaction.operations.push_back(Operation::set(id.toUtf8(), std::move(values)));
    }
    return *this;
}

SyncTransaction &SyncTransaction::unset(const QString &id, const QStringList &names)
{
    m_transaction.operations.push_back(Operation::unset(id.toUtf8(), toUtf8(names)));
    return *this;
}

SyncTransaction &SyncTransaction::destroy(const QString &id)
{
    m_transaction.operations.push_back(Operation::destroy(id.toUtf8()));
    return *this;
}

SyncTransaction &SyncTransaction::increment(const QString &id, const QString &name,
                                            const QVariant &by)
{
    return apply(QStringLiteral("increment"), id, name, by);
}

SyncTransaction &SyncTransaction::apply(const QString &type, const QString &id, const QString &name,
                                        const QVariant &argument)
{
    if (auto converted = convert(id, argument))
        m_transaction.operations.push_back(
                Operation::apply(type.toUtf8(), id.toUtf8(), name.toUtf8(), *std::move(converted)));
    return *this;
}

const QByteArray &SyncTransaction::utf8Name(const QString &name)
{
    if (m_utf8Name.isNull() || m_name != name) {
        m_name = name;
        m_utf8Name = name.toUtf8();
    }
    return m_utf8Name;
}

Expectation &SyncTransaction::expect(const QString &id)
{
    const QByteArray utf8 = id.toUtf8();
    auto &all = m_transaction.expectations;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&utf8](const Expectation &it) { return it.id == utf8; });
    if (found != all.end())
        return *found;
    all.push_back({ .id = utf8 });
    return all.back();
}

SyncTransaction &SyncTransaction::expectExists(const QString &id, bool exists)
{
    expect(id).exists = exists;
    return *this;
}

SyncTransaction &SyncTransaction::expectValue(const QString &id, const QString &name,
                                              const QVariant &value)
{
    if (auto converted = convert(id, value))
        expect(id).values.insert(name.toUtf8(), *std::move(converted));
    return *this;
}

SyncTransaction &SyncTransaction::expectRevision(const QString &id, qint64 revision)
{
    expect(id).revision = revision;
    return *this;
}

} // namespace ObjectSync
