// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "user.h"

#include "ledger.h"

using namespace ObjectSync;

namespace Simulation {

namespace {

const std::vector<QByteArray> Prefixes = { "", "a/", "b/", "a/1", "c" };
const std::vector<QByteArray> Names = { "x", "y", "z" };

} // namespace

QByteArray User::id()
{
    return QByteArray(m_random.oneIn(2) ? "a/" : "b/")
           + QByteArray::number(m_random.below(m_isCrowded ? 2 : 14));
}

Filter User::filter()
{
    if (!m_random.oneIn(3))
        return Filter::byPrefix(m_random.pick(Prefixes));
    return Filter::byIds({ id(), m_random.oneIn(3) ? QByteArray(CounterId) : id() });
}

Transaction User::count()
{
    return { {
            Operation::save(CounterId, {}),
            Operation::apply("increment", CounterId, CounterName, m_random.between(1, 3)),
    } };
}

Transaction User::transaction()
{
    Transaction transaction;
    const qint64 operations = m_random.oneIn(3) ? m_random.between(2, 4) : 1;
    for (qint64 i = 0; i < operations; ++i)
        transaction.operations.push_back(operation());
    if (m_random.oneIn(6))
        transaction.expectations.push_back(expectation());
    return transaction;
}

Transaction User::move()
{
    Transaction transaction;
    for (qint64 left = m_random.between(1, 4); left > 0; --left) {
        const Value place(m_random.below(3));
        transaction.operations.push_back(Operation::set(id(), { { m_random.pick(Names), place } }));
    }
    return transaction;
}

Expectation User::expectation()
{
    Expectation expectation{ id() };
    if (!m_stamps.empty() && m_random.oneIn(3)) {
        auto known = m_stamps.begin();
        std::advance(known, m_random.below(static_cast<qint64>(m_stamps.size())));
        expectation.id = known->first;
        expectation.revision = known->second;
    } else if (m_random.oneIn(2)) {
        expectation.exists = m_random.oneIn(2);
    } else {
        expectation.values.insert(m_random.pick(Names), value());
    }
    return expectation;
}

Operation User::operation()
{
    const QByteArray id = this->id();
    const QByteArray name = m_random.pick(Names);
    switch (m_random.below(m_isCrowded ? 20 : 9)) {
    case 0:
        return Operation::create(m_random.oneIn(5) ? QByteArray("a/") : id, { { name, value() } });
    case 1:
    case 2:
        return Operation::save(id, { { name, value() } });
    case 3:
        return Operation::unset(id, { name });
    case 4:
        return Operation::destroy(id);
    case 5:
        return Operation::apply("increment", id, name, 1);
    default:
        return Operation::set(id, { { name, value() } });
    }
}

Value User::value()
{
    switch (m_random.below(m_isCrowded ? 30 : 6)) {
    case 0:
        return QStringLiteral("text");
    case 1:
        return m_random.fraction();
    case 2:
        return Value(Value::List{ 1, nullptr });
    default:
        return Value(m_random.below(3));
    }
}

} // namespace Simulation
