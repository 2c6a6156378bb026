// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// What a client must not do. Each time the answer says what is wrong, and the server and its other
// clients go on.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Client } from './client.mjs';
import { Connection, within } from './connection.mjs';
import { Server } from './server.mjs';

const server = await Server.start();
const bystander = new Client(server.url);
const watcher = new Client(server.url);
await Promise.all([bystander.connect(), watcher.connect()]);
await bystander.commit([{ op: 'create', id: 'bystander', values: { n: 0 } }]);
await watcher.subscribe({ ids: ['bystander'] });
let count = 0;

/** A test after which the other clients still get their work done. */
function abuse(name, run) {
    test(name, async () => {
        await run();
        const n = ++count;
        await bystander.commit([{ op: 'set', id: 'bystander', values: { n } }]);
        await watcher.until(() => watcher.get('bystander').n === n, 'what the other one did');
        assert.ok(bystander.isOpen && watcher.isOpen);
    });
}

async function welcomed() {
    const connection = await Connection.open(server.url);
    assert.equal((await connection.hello(randomUUID())).type, 'welcome');
    return connection;
}

/** The connection is as good as before: its first transaction is accepted. */
async function assertAlive(connection, tx = 1) {
    connection.send({ type: 'commit', tx, ops: [{ op: 'save', id: 'alive' }] });
    const answer = await connection.receive();
    assert.deepEqual([answer.type, answer.tx], ['ack', tx]);
    await connection.close();
}

async function assertFatal(connection, code, closeCode = 1008) {
    const answer = await connection.receiveType('error');
    assert.deepEqual([answer.code, answer.fatal], [code, true]);
    assert.ok(answer.message.length > 0);
    const closed = await within(connection.closed, 'the end of the connection');
    assert.equal(closed.code, closeCode);
    assert.ok(closed.reason.startsWith(`${code}: `), closed.reason);
    assert.ok(Buffer.byteLength(closed.reason) <= 123);
}

const commit = (op) => ({ type: 'commit', tx: 1, ops: [op] });
const nested = (levels) => '['.repeat(levels) + ']'.repeat(levels);
const setNested = (levels) => '{"type":"commit","tx":1,"ops":[{"op":"save","id":"a","values":'
                              + `{"x":${nested(levels)}}}]}`;

// What is sent, and the codes that the answer may have. The connection goes on.
const unreadable = {
    'an empty text': ['', ['bad-message']],
    'malformed JSON': ['{"type":"ping","time":1', ['bad-message']],
    'two objects': ['{"type":"ping","time":1}{}', ['bad-message']],
    'an array': ['[]', ['bad-message']],
    'no type': ['{"time":1}', ['bad-message']],
    'a type that is a number': ['{"type":3}', ['bad-message']],
    'a name that comes twice': ['{"type":"ping","time":1,"time":2}', ['bad-message']],
    'a lone surrogate': ['{"type":"ping","time":1,"x":"\\ud800"}', ['bad-message']],
    'a member that is null': ['{"type":"commit","tx":1,"ops":[],"expect":null}', ['bad-message']],
    'a time with a fraction': ['{"type":"ping","time":1.5}', ['bad-message']],
    'a member of another type': ['{"type":"fetch","request":1,"ids":"a"}', ['bad-message']],
    'a member that is missing': ['{"type":"commit","ops":[]}', ['bad-message']],
    'a subscription to nothing': ['{"type":"subscribe","sub":1}', ['bad-message']],
    'an unknown type': ['{"type":"frobnicate"}', ['unknown-type']],
    'a type that only servers send': ['{"type":"ack","tx":1,"cursor":1}', ['unknown-type']],
    'a form that is none': [commit({ op: 'save', id: 'a', values: { x: { $set: [] } } }),
                            ['bad-value']],
    'bytes that are not base64': [commit({ op: 'save', id: 'a', values: { x: { $bytes: '*' } } }),
                                  ['bad-value']],
    'an integer of 65 bits': ['{"type":"commit","tx":1,"ops":[{"op":"save","id":"a","values":'
                              + '{"x":9223372036854775808}}]}', ['bad-value']],
    '200 kB of nested arrays': [setNested(100_000), ['too-large', 'bad-message']],
    'the end of no subscription': ['{"type":"unsubscribe","sub":77}', ['bad-subscription']],
};

for (const [name, [message, codes]] of Object.entries(unreadable)) {
    abuse(`${name}: an error, and the connection goes on`, async () => {
        const connection = await welcomed();
        connection.sendText(typeof message === 'string' ? message : JSON.stringify(message));
        const answer = await connection.receive();
        assert.equal(answer.type, 'error');
        assert.ok(codes.includes(answer.code), `${answer.code}: ${answer.message}`);
        assert.equal('fatal' in answer, false);
        assert.ok(answer.message.length > 0);
        await assertAlive(connection);
    });
}

// An operation, and the code of its rejection. The transaction is counted.
const refused = {
    'an id of 300 bytes': [{ op: 'save', id: 'a'.repeat(300) }, 'bad-id'],
    'an id of 257 bytes in UTF-8': [{ op: 'save', id: 'a' + 'ä'.repeat(128) }, 'bad-id'],
    'an id with a control character': [{ op: 'destroy', id: 'a\nb' }, 'bad-id'],
    'an id that is empty': [{ op: 'destroy', id: '' }, 'bad-id'],
    'an id that ends in a slash': [{ op: 'destroy', id: 'a/' }, 'bad-id'],
    'a name of 129 bytes': [{ op: 'save', id: 'a', values: { ['n'.repeat(129)]: 1 } }, 'bad-name'],
    'a name that is empty': [{ op: 'save', id: 'a', values: { '': 1 } }, 'bad-name'],
    'a value of 17 levels': [{ op: 'save', id: 'a', values: { x: JSON.parse(nested(17)) } },
                             'too-large'],
    'a list of 10001 elements': [{ op: 'save', id: 'a', values: { x: Array(10_001).fill(0) } },
                                 'too-large'],
    'an entity that is not there': [{ op: 'set', id: 'nope', values: {} }, 'not-found'],
};

for (const [name, [operation, code]] of Object.entries(refused)) {
    abuse(`${name}: a rejection, and the connection goes on`, async () => {
        const connection = await welcomed();
        connection.send(commit(operation));
        const answer = await connection.receive();
        assert.deepEqual([answer.type, answer.tx, answer.code], ['reject', 1, code]);
        assert.ok(answer.message.length > 0);
        await assertAlive(connection, 2);
    });
}

abuse('members that nobody knows are ignored', async () => {
    const connection = await welcomed();
    connection.send({ type: 'ping', time: 5, color: 'red', more: { a: [1] } });
    const { type, time } = await connection.receive();
    assert.deepEqual([type, time], ['pong', 5]);
    await assertAlive(connection);
});

abuse('a value of 16 levels is no abuse', async () => {
    const connection = await welcomed();
    connection.sendText(setNested(16));
    assert.equal((await connection.receive()).type, 'ack');
    await assertAlive(connection, 2);
});

abuse('a number of a subscription that is in use', async () => {
    const connection = await welcomed();
    connection.send({ type: 'subscribe', sub: 1, prefix: 'a/' });
    assert.equal((await connection.receiveType('subscribed')).sub, 1);
    connection.send({ type: 'subscribe', sub: 1, prefix: 'b/' });
    const { code, sub } = await connection.receiveType('error');
    assert.deepEqual([code, sub], ['bad-subscription', 1]);
    await assertAlive(connection);
});

abuse('1 MiB of nested arrays: above messageSize', async () => {
    const connection = await welcomed();
    connection.sendText(setNested(512 * 1024));
    const { code } = await within(connection.closed, 'the end of the connection');
    assert.equal(code, 1009);
});

abuse('a binary message where the subprotocol is JSON', async () => {
    const connection = await welcomed();
    connection.sendBytes(Buffer.from('{"type":"ping","time":1}'));
    assert.equal((await connection.receiveType('error')).code, 'bad-message');
    await assertAlive(connection);
});

abuse('a text that is not UTF-8', async () => {
    const connection = await welcomed();
    connection.sendText(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
    const { code } = await within(connection.closed, 'the end of the connection');
    assert.equal(code, 1007);
});

abuse('a gap in the numbers of transactions', async () => {
    const connection = await welcomed();
    connection.send({ ...commit({ op: 'save', id: 'gap' }), tx: 2 });
    await assertFatal(connection, 'bad-number');
    assert.deepEqual(await bystander.fetch(['gap']), [null]);
});

abuse('more operations a second than allowed', async () => {
    // Clients on this machine have no limit; this is one behind a reverse proxy.
    const connection = await Connection.open(server.url,
                                             { headers: { 'X-Forwarded-For': '192.0.2.1' } });
    const { limits } = await connection.hello(randomUUID());
    const ops = Array(limits.operationsBurst).fill({ op: 'save', id: 'many' });
    for (const tx of [1, 2, 3]) // a transaction is not cut where the allowance ends in it
        connection.send({ type: 'commit', tx, ops });
    const { tx, code } = await connection.receiveType('reject');
    assert.ok(tx > 1);
    assert.equal(code, 'slow-down');
    await connection.close();
});

abuse('a first message that is not hello', async () => {
    const connection = await Connection.open(server.url);
    connection.send({ type: 'fetch', request: 1, ids: [] });
    await assertFatal(connection, 'no-hello');
});

abuse('a first message that is no message', async () => {
    const connection = await Connection.open(server.url);
    connection.sendText('hello');
    await assertFatal(connection, 'bad-message');
});

abuse('a second hello', async () => {
    const connection = await welcomed();
    connection.send({ type: 'hello', protocol: 1, client: randomUUID() });
    await assertFatal(connection, 'bad-message');
});

abuse('another version of the protocol', async () => {
    const connection = await Connection.open(server.url);
    connection.send({ type: 'hello', protocol: 2, client: randomUUID() });
    await assertFatal(connection, 'unsupported-protocol', 1002);
});

abuse('a wrong path: 404, with those that there are', async () => {
    await assert.rejects(Connection.open(`ws://${server.address}/nope`), ({ status, body }) => {
        assert.equal(status, 404);
        assert.match(body, /\/sync/);
        return true;
    });
});

for (const protocols of [['objectsync.v9.json'], []]) {
    abuse(`the subprotocols [${protocols}]: closed with 1002`, async () => {
        const connection = await Connection.open(server.url, { protocols }).catch((error) => error);
        // The ws package gives up by itself where the server takes none of those it offered.
        if (connection instanceof Error)
            return assert.match(connection.message, /subprotocol/);
        const { code, reason } = await within(connection.closed, 'the end of the connection');
        assert.equal(code, 1002);
        assert.match(reason, /objectsync\.v1\.json/);
    });
}

abuse('plain HTTP', async () => {
    const get = (path) => fetch(`http://${server.address}${path}`);
    assert.equal((await get('/sync')).status, 426);
    assert.equal((await get('/nope')).status, 404);
    assert.equal((await get('/healthz')).status, 200);
});

test('after all of it, the server ends in good order', async () => {
    assert.equal(await server.stop(), 0);
});
