// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// What survives the end of a connection, or of the server.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client } from './client.mjs';
import { Connection } from './connection.mjs';
import { Server } from './server.mjs';

const folder = await mkdtemp(join(tmpdir(), 'objectsync-'));
let server = await Server.start(['--database', join(folder, 'world.db')]);

async function connect() {
    const client = new Client(server.url);
    await client.connect();
    return client;
}

test('after a cut a client gets what has changed, and nothing else', async () => {
    const other = await connect();
    const ids = Array.from({ length: 100 }, (_, i) => `cut/${i}`);
    await other.commit(ids.map((id) => ({ op: 'create', id, values: { n: 0, note: 'x' } })));
    const client = await connect();
    await client.subscribe({ prefix: 'cut/' });
    await client.cut();

    await other.commit([{ op: 'set', id: 'cut/7', values: { n: 1 } },
                        { op: 'unset', id: 'cut/8', names: ['note'] },
                        { op: 'destroy', id: 'cut/9' },
                        { op: 'create', id: 'cut/new', values: { n: 2 } },
                        { op: 'create', id: 'elsewhere' }]);
    const { cursor } = await other.commit([{ op: 'set', id: 'cut/7', values: { n: 3 } }]);
    client.events = [];
    await client.connect();
    assert.equal(client.welcome.resumed, true);
    await client.until(() => client.cursor === cursor, 'the cursor of the last change');
    const told = new Map(client.events.map((event) => [event.id, event]));
    assert.deepEqual([...told.keys()].sort(), ['cut/7', 'cut/8', 'cut/9', 'cut/new']);
    assert.equal(client.events.length, 4);
    assert.deepEqual(told.get('cut/7'),
                     { event: 'update', id: 'cut/7', values: { n: 3 }, unset: [] });
    assert.deepEqual(told.get('cut/8'),
                     { event: 'update', id: 'cut/8', values: {}, unset: ['note'] });
    assert.deepEqual(told.get('cut/9'), { event: 'destroy', id: 'cut/9' });
    assert.equal(told.get('cut/new').event, 'create');
    assert.equal(client.entities.size, 100);

    // The subscription goes on.
    await other.commit([{ op: 'set', id: 'cut/1', values: { n: 9 } }]);
    await client.until(() => client.get('cut/1').n === 9, 'a change after the resume');
});

test('where nothing has changed, nothing is told', async () => {
    const client = await connect();
    await client.commit([{ op: 'create', id: 'quiet/a' }]);
    await client.subscribe({ prefix: 'quiet/' });
    await client.cut();
    client.events = [];
    await client.connect();
    assert.equal(client.welcome.resumed, true);
    await client.commit([{ op: 'set', id: 'quiet/a', values: { x: 1 } }]);
    assert.deepEqual(client.events,
                     [{ event: 'update', id: 'quiet/a', values: { x: 1 }, unset: [] }]);
});

test('a cursor of another history gets everything anew', async () => {
    const client = await connect();
    await client.commit([{ op: 'create', id: 'anew/a', values: { x: 1 } },
                         { op: 'create', id: 'anew/b', values: { x: 1 } }]);
    await client.subscribe({ prefix: 'anew/' });
    await client.cut();
    const other = await connect();
    await other.commit([{ op: 'destroy', id: 'anew/a' }]);
    client.epoch = 'another';
    client.events = [];
    await client.connect();
    assert.equal('resumed' in client.welcome, false);
    await client.until(() => client.entities.size === 1, 'the end of what is stale');
    assert.deepEqual(client.get('anew/b'), { x: 1 });
    await client.commit([{ op: 'set', id: 'anew/b', values: { x: 2 } }]);
    assert.deepEqual(client.get('anew/b'), { x: 2 });
});

/** These are the next messages; but for the cursor, which is the one by then. */
async function assertAnswers(connection, answers) {
    const content = ({ cursor, ...rest }) => rest;
    for (const answer of answers)
        assert.deepEqual(content(await connection.receive()), content(answer));
}

test('the same transaction again: the same answer, and no second effect', async () => {
    const client = randomUUID();
    const first = await Connection.open(server.url);
    await first.hello(client);
    const commits = [
        { type: 'commit', tx: 1, ops: [{ op: 'create', id: 'once/' }] },
        { type: 'commit', tx: 2,
          ops: [{ op: 'save', id: 'once', values: {} },
                { op: 'increment', id: 'once', name: 'n', by: 1 }] },
        { type: 'commit', tx: 3, ops: [{ op: 'destroy', id: 'once/nope' }] },
    ];
    const answers = [];
    for (const commit of commits) {
        first.send(commit);
        answers.push(await first.receive());
    }
    assert.deepEqual(answers.map(({ type, tx }) => [type, tx]),
                     [['ack', 1], ['ack', 2], ['reject', 3]]);
    first.cut();

    // The client says that it has not seen them: they come by themselves, in order, ...
    const second = await Connection.open(server.url);
    const welcome = await second.hello(client);
    assert.equal(welcome.lastTx, 3);
    await assertAnswers(second, answers);
    // ... and once more, from there on, where a transaction is sent again.
    for (const [i, commit] of commits.entries()) {
        second.send(commit);
        await assertAnswers(second, answers.slice(i));
    }
    second.send({ type: 'fetch', request: 1, ids: ['once'] });
    assert.deepEqual((await second.receive()).entities[0].values, { n: 1 });

    // Other contents under a number that was used are a fault of the client.
    second.send({ ...commits[1], ops: [{ op: 'destroy', id: 'once' }] });
    const { type, code, fatal } = await second.receive();
    assert.deepEqual([type, code, fatal], ['error', 'bad-number', true]);
    const { code: closeCode, reason } = await second.closed;
    assert.equal(closeCode, 1008);
    assert.match(reason, /^bad-number: /);
});

test('answers that the client has confirmed are not repeated', async () => {
    const client = randomUUID();
    const first = await Connection.open(server.url);
    await first.hello(client);
    for (const tx of [1, 2]) {
        first.send({ type: 'commit', tx, ops: [{ op: 'save', id: `confirmed/${tx}` }] });
        await first.receiveType('ack');
    }
    first.cut();
    const second = await Connection.open(server.url);
    await second.hello(client, { answered: 1 });
    const { type, tx } = await second.receive();
    assert.deepEqual([type, tx], ['ack', 2]);
});

test('what is written offline is done once, after the server was killed', async () => {
    const writer = await connect();
    const watcher = await connect();
    await watcher.subscribe({ prefix: 'killed/' });
    await writer.commit([{ op: 'create', id: 'killed/a', values: { n: 1 } }]);
    await watcher.until(() => watcher.get('killed/a'), 'the entity');
    const { epoch } = writer;

    const { address } = server;
    await server.kill();
    const increment = [{ op: 'increment', id: 'killed/a', name: 'n', by: 1 }];
    const answers = Promise.all([writer.commit(increment), writer.commit(increment)]);
    server = await Server.start(['--database', join(folder, 'world.db')], address);
    watcher.events = [];
    await writer.connect();
    await watcher.connect();
    assert.equal(writer.welcome.epoch, epoch);
    assert.equal(watcher.welcome.resumed, true);
    await answers;
    await watcher.until(() => watcher.get('killed/a').n === 3, 'both increments');
    assert.ok(watcher.events.every(({ event }) => event === 'update'));
});

test('a server that has forgotten everything begins another history', async () => {
    let forgetful = await Server.start(['--memory']);
    const client = new Client(forgetful.url);
    await client.connect();
    await client.subscribe({ prefix: '' });
    for (const id of ['a', 'b', 'c'])
        await client.commit([{ op: 'create', id }]);
    const { epoch } = client;
    const { address } = forgetful;
    await forgetful.kill();
    const answers = Promise.all(['d', 'e'].map((id) => client.commit([{ op: 'create', id }])));
    forgetful = await Server.start(['--memory'], address);
    await client.connect();
    assert.notEqual(client.epoch, epoch);
    assert.equal((await answers).at(-1).tx, 2);
    await client.commit([{ op: 'create', id: 'f' }]);
    assert.deepEqual([...client.entities.keys()].sort(), ['d', 'e', 'f']);
    assert.equal(await forgetful.stop(), 0);
});

test('a second connection of one client replaces the first', async () => {
    const client = randomUUID();
    const first = await Connection.open(server.url);
    await first.hello(client);
    const second = await Connection.open(server.url);
    assert.equal((await second.hello(client)).type, 'welcome');
    const { code, fatal } = await first.receiveType('error');
    assert.deepEqual([code, fatal], ['replaced', true]);
    assert.equal((await first.closed).code, 1008);
    second.send({ type: 'commit', tx: 1, ops: [{ op: 'save', id: 'replaced' }] });
    assert.equal((await second.receiveType('ack')).tx, 1);
});

test('the server ends in good order', async () => {
    assert.equal(await server.stop(), 0);
    await rm(folder, { recursive: true });
});
