// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// ShareDB's client on a WebSocket of `ws`. A reader subscribes to all documents between
// `startBulk()` and `endBulk()`, which makes one request of them; a subscribed query would also do,
// but with the database in memory it is asked again at each operation. The writer fetches the
// documents and does not subscribe. An edit is json0's replacement of a member of an object; the
// library has no way to write several documents at once, so an edit is a message.

import { createRequire } from 'node:module';
import WebSocket from 'ws';
import { isWhole, once, runClient } from '../contest.mjs';

const { Connection } = createRequire(import.meta.url)('sharedb/lib/client');

async function connect({ url }) {
    const webSocket = new WebSocket(url);
    const connection = new Connection(webSocket);
    await once(connection, 'connected');
    return { connection, webSocket };
}

/** Calls `ask(doc, done)` for all documents at once; resolves with them when all are done. */
function askForAll(connection, entities, ask) {
    return new Promise((resolve, reject) => {
        const docs = [];
        let missing = entities;
        connection.startBulk();
        for (let i = 0; i < entities; ++i) {
            docs.push(connection.get('item', String(i)));
            ask(docs[i], (error) => {
                if (error) {
                    reject(error);
                } else if (--missing === 0) {
                    resolve(docs);
                }
            });
        }
        connection.endBulk();
    });
}

async function openReader(world, saw) {
    const { connection, webSocket } = await connect(world);
    let messages = 0;
    webSocket.on('message', () => { ++messages; });
    const docs = await askForAll(connection, world.entities, (doc, done) => doc.subscribe(done));
    docs.forEach((doc, index) => doc.on('op', () => saw(index, doc.data.x)));
    return {
        count: () => docs.filter((doc) => isWhole(doc.data)).length,
        x: (index) => docs[index].data.x,
        messages: () => messages,
    };
}

async function openWriter(world) {
    const { connection } = await connect(world);
    const docs = await askForAll(connection, world.entities, (doc, done) => doc.fetch(done));
    return {
        write: (edits) => {
            for (const { index, x } of edits) {
                docs[index].submitOp({ p: ['x'], od: docs[index].data.x, oi: x });
            }
        },
    };
}

await runClient({ openReader, openWriter, openIdle: connect });
