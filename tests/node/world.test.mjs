// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// What a client does with a world: create, edit, watch, be refused, fetch.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from './client.mjs';
import { Server } from './server.mjs';

const server = await Server.start();
const clients = [];

async function connect() {
    const client = new Client(server.url);
    clients.push(client);
    await client.connect();
    return client;
}

test('welcome tells version, epoch, cursor and limits', async () => {
    const { welcome } = await connect();
    assert.equal(welcome.protocol, 1);
    assert.equal(typeof welcome.epoch, 'string');
    assert.equal(welcome.lastTx, 0);
    assert.equal('resumed' in welcome, false);
    assert.ok(Math.abs(welcome.serverTime - Date.now()) < 60_000);
    const names = ['messageSize', 'idSize', 'nameSize', 'properties', 'entitySize', 'nesting',
                   'elements', 'operationsPerSecond', 'operationsBurst', 'pendingTransactions',
                   'subscriptions', 'subscriptionIds'];
    for (const name of names)
        assert.ok(Number.isInteger(welcome.limits[name]), name);
});

test('what one client does, another one watches', async () => {
    const writer = await connect();
    const watcher = await connect();
    await writer.commit([{ op: 'create', id: 'watched/old', values: { on: false } }]);
    await watcher.subscribe({ prefix: 'watched/' });
    assert.deepEqual(watcher.events,
                     [{ event: 'enter', id: 'watched/old', values: { on: false }, unset: [] }]);

    await writer.commit([{ op: 'create', id: 'watched/a', values: { on: true, note: 'new' } }]);
    await writer.commit([{ op: 'set', id: 'watched/a', values: { brightness: 7 } },
                         { op: 'unset', id: 'watched/a', names: ['note', 'absent'] },
                         { op: 'increment', id: 'watched/a', name: 'uses', by: 2 }]);
    await watcher.until(() => watcher.get('watched/a')?.uses === 2, 'the second commit');
    assert.deepEqual(watcher.get('watched/a'), { on: true, brightness: 7, uses: 2 });

    await writer.commit([{ op: 'save', id: 'watched/a', values: { on: false } },
                         { op: 'save', id: 'watched/b' }]);
    await writer.commit([{ op: 'destroy', id: 'watched/old' }, { op: 'create', id: 'other' }]);
    await watcher.until(() => !watcher.get('watched/old'), 'the end of an entity');
    assert.deepEqual(watcher.get('watched/a'), { on: false, brightness: 7, uses: 2 });
    assert.deepEqual(watcher.get('watched/b'), {});
    assert.deepEqual(watcher.events.map(({ event, id }) => `${event} ${id}`), [
        'enter watched/old', 'create watched/a', 'update watched/a', 'update watched/a',
        'create watched/b', 'destroy watched/old']);
});

test('the writer is told of its own transactions before the answer', async () => {
    const client = await connect();
    await client.subscribe({ ids: ['own/a', 'own/b'] });
    assert.deepEqual(client.events, []);
    const { cursor } = await client.commit([{ op: 'create', id: 'own/a', values: { x: 0.5 } }]);
    assert.deepEqual(client.get('own/a'), { x: 0.5 });
    assert.equal(client.cursor, cursor);
});

test('what changes nothing is accepted, and told to nobody', async () => {
    const client = await connect();
    await client.subscribe({ prefix: 'same/' });
    const first = await client.commit([{ op: 'create', id: 'same/a', values: { x: 1 } }]);
    const messages = client.changesMessages;
    const second = await client.commit([{ op: 'set', id: 'same/a', values: { x: 1.0 } }]);
    assert.equal(second.cursor, first.cursor);
    assert.equal(client.changesMessages, messages);
});

test('the server chooses ids, and completes them', async () => {
    const client = await connect();
    const { ids } = await client.commit([{ op: 'create', values: { x: 1 } },
                                         { op: 'create', id: 'chosen/', values: { x: 2 } },
                                         { op: 'create', id: 'mine' }]);
    assert.equal(ids.length, 3);
    assert.ok(ids[0].length > 0);
    assert.match(ids[1], /^chosen\/./);
    assert.equal(ids[2], null);
    const entities = await client.fetch([ids[0], ids[1]]);
    assert.deepEqual(entities.map(({ values }) => values), [{ x: 1 }, { x: 2 }]);
});

test('a refused transaction has no effect and names the reason', async () => {
    const client = await connect();
    await client.subscribe({ prefix: 'refused/' });
    await client.commit([{ op: 'create', id: 'refused/a', values: { on: true } }]);
    const refusals = [
        [[{ op: 'set', id: 'refused/nope', values: { x: 1 } }], undefined, 'not-found'],
        [[{ op: 'destroy', id: 'refused/nope' }], undefined, 'not-found'],
        [[{ op: 'create', id: 'refused/a' }], undefined, 'exists'],
        [[{ op: 'increment', id: 'refused/a', name: 'on', by: 1 }], undefined, 'bad-argument'],
        [[{ op: 'frobnicate', id: 'refused/a', name: 'x' }], undefined, 'unknown-operation'],
        [[{ op: 'set', id: 'refused/a', values: { x: 1 } }],
         [{ id: 'refused/a', values: { on: false } }], 'expectation-failed'],
        [[{ op: 'set', id: 'refused/a', values: { x: 1 } }],
         [{ id: 'refused/a', exists: false }], 'expectation-failed'],
        [[{ op: 'set', id: 'refused/a', values: { x: 1 } }],
         [{ id: 'refused/a', revision: 1_000_000 }], 'expectation-failed'],
    ];
    for (const [ops, expect, code] of refusals) {
        const before = { op: 'create', id: 'refused/with-it' };
        await assert.rejects(client.commit([before, ...ops], expect),
                             (error) => error.code === code && error.id === ops[0].id
                                        && error.message.length > 0,
                             `${code} for ${JSON.stringify(ops)}`);
    }
    assert.deepEqual([...client.entities.keys()], ['refused/a']);
    assert.deepEqual(client.get('refused/a'), { on: true });
});

test('expectations that hold', async () => {
    const client = await connect();
    await client.commit([{ op: 'create', id: 'expected/a', values: { on: true } }],
                        [{ id: 'expected/a', exists: false, revision: 0 }]);
    const [{ revision }] = await client.fetch(['expected/a']);
    await client.commit([{ op: 'set', id: 'expected/a', values: { on: false } }],
                        [{ id: 'expected/a', exists: true, revision, values: { on: true } }]);
    const [{ values, revision: later }] = await client.fetch(['expected/a']);
    assert.deepEqual(values, { on: false });
    assert.ok(later > revision);
});

test('fetch answers in the order asked, with null where there is none', async () => {
    const client = await connect();
    await client.commit([{ op: 'create', id: 'fetched/a', values: { x: 1 } },
                         { op: 'create', id: 'fetched/b', values: {} }]);
    const entities = await client.fetch(['fetched/b', 'nope', 'fetched/a', 'fetched/b']);
    assert.deepEqual(entities.map((entity) => entity && [entity.id, entity.values]), [
        ['fetched/b', {}], null, ['fetched/a', { x: 1 }], ['fetched/b', {}]]);
    assert.deepEqual(await client.fetch([]), []);
});

test('every kind of value comes back as it went', async () => {
    const client = await connect();
    const values = {
        nothing: null, yes: true, text: 'Tür "7"\n\u{1f600}', integer: -7, half: 0.5,
        big: { $int: '9007199254740993' }, least: { $int: '-9223372036854775808' },
        notFinite: { $double: '-inf' }, bytes: { $bytes: '3q2+7w==' },
        date: { $date: '2026-01-02T03:04:05.678Z' }, longAgo: { $date: '-62167219200001' },
        list: [1, [2, 'three'], {}], map: { a: { $date: '1970-01-01T00:00:00.000Z' }, b: 2 },
        escaped: { $map: { $int: 'x' } }, notEscaped: { $a: 1, $b: 2 },
    };
    await client.commit([{ op: 'create', id: 'values/a', values }]);
    const [entity] = await client.fetch(['values/a']);
    assert.deepEqual(entity.values, values);
    // Properties are never read as one of these forms.
    await client.commit([{ op: 'create', id: 'values/b', values: { $int: 'x' } }]);
    assert.deepEqual((await client.fetch(['values/b']))[0].values, { $int: 'x' });
});

test('an entity that two subscriptions cover is told once', async () => {
    const client = await connect();
    await client.commit([{ op: 'create', id: 'twice/a' }]);
    await client.subscribe({ prefix: 'twice/' });
    await client.subscribe({ ids: ['twice/a', 'twice/b'] });
    await client.commit([{ op: 'create', id: 'twice/b' }]);
    assert.deepEqual(client.events.map(({ event, id }) => `${event} ${id}`),
                     ['enter twice/a', 'create twice/b']);
});

test('nothing more is told after unsubscribe', async () => {
    const client = await connect();
    await client.subscribe({ prefix: 'left/' });
    await client.subscribe({ prefix: 'kept/' });
    await client.commit([{ op: 'create', id: 'left/a' }, { op: 'create', id: 'kept/a' }]);
    client.unsubscribe({ prefix: 'left/' });
    assert.equal(client.get('left/a'), null);
    client.events = [];
    await client.commit([{ op: 'set', id: 'left/a', values: { x: 1 } },
                         { op: 'set', id: 'kept/a', values: { x: 2 } }]);
    assert.deepEqual(client.events,
                     [{ event: 'update', id: 'kept/a', values: { x: 2 }, unset: [] }]);
});

test('two clients change one number, and nothing is lost', async () => {
    const all = await Promise.all([connect(), connect()]);
    await all[0].commit([{ op: 'create', id: 'counted' }]);
    const increment = [{ op: 'increment', id: 'counted', name: 'n', by: 1 }];
    await Promise.all(all.flatMap((client) =>
        Array.from({ length: 50 }, () => client.commit(increment))));
    const [{ values }] = await all[1].fetch(['counted']);
    assert.deepEqual(values, { n: 100 });
});

test('a server that ends in good order says so', async () => {
    assert.equal(await server.stop(), 0);
    for (const client of clients) {
        assert.equal((await client.closed).code, 1001);
        assert.deepEqual([client.lastError.code, client.lastError.fatal], ['shutting-down', true]);
    }
});
