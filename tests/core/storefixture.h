// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "clientdriver.h"
#include "printing.h"

namespace StoreTest {

using namespace ObjectSync;
using Changed = ViewChange::Event;
using Told = Change::Event;
using Numbers = std::vector<TransactionNumber>;

inline const QByteArray Lamp = "lamps/kitchen";
inline const QByteArray Hall = "lamps/hall";

inline ChangePtr enter(const QByteArray &id, const ValueMap &values)
{
    return ClientDriver::change(id, Told::Enter, values);
}

inline ChangePtr update(const QByteArray &id, const ValueMap &values)
{
    return ClientDriver::change(id, Told::Update, values);
}

inline Operation setLevel(int level)
{
    return Operation::set(Lamp, { { "level", level } });
}

inline Operation increment(const QByteArray &id = Lamp)
{
    return Operation::apply("increment", id, "level", 1);
}

template<typename List>
Numbers numbersOf(const List &list)
{
    Numbers result;
    for (const auto &each : list) {
        if constexpr (requires { each.tx; })
            result.push_back(each.tx);
        else
            result.push_back(each.number);
    }
    return result;
}

/// A client with a store, which the test confirms by hand, and the processes after it.
class StoreFixture : public QObject
{
    Q_OBJECT

protected:
    static ClientOptions withStorage()
    {
        ClientOptions options;
        options.storage = true;
        return options;
    }
    /// A new process with what the store has.
    void begin(const ClientState &state)
    {
        d = std::make_unique<ClientDriver>(withStorage());
        d->clients = ++m_processes * 10;
        d->restore(state);
    }
    void online(Limits limits = ClientDriver::unlimited())
    {
        d->online(limits);
        settleStore();
    }
    /// Nothing is left to be stored.
    void settleStore()
    {
        for (int round = 0; round < 2; ++round) {
            d->advance(1000);
            while (d->writing)
                d->finishWriting();
        }
    }
    void crash()
    {
        const ClientState state = d->kept;
        const Cursor cursor = d->cursor;
        const qint64 now = d->now;
        d = std::make_unique<ClientDriver>(withStorage());
        d->clients = ++m_processes * 10;
        d->cursor = cursor;
        d->now = now;
        d->restore(state);
        d->forget();
    }
    SubscriptionNumber subscribeLamps()
    {
        const auto sub = d->subscribe(Filter::byPrefix("lamps/"),
                                      { enter(Lamp, { { "level", 1 } }) });
        settleStore();
        d->forget();
        return sub;
    }

    std::unique_ptr<ClientDriver> d;
    int m_processes = 0;
};

} // namespace StoreTest
