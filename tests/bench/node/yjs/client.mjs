// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Yjs with y-websocket's provider. Edits of one group are one `doc.transact()`, as its
// documentation recommends, and so one message. Two things are switched off: the BroadcastChannel
// between tabs, by which readers of one process would tell each other past the server, and the
// awareness states, which are of no use here and would be told by everyone to everyone. The writer
// has a replica of its own (there is no other way to write) and hears its own edits from the
// server. An idle connection is one to another document, which is empty; the provider would drop a
// silent connection after 30 s, so it asks for news every 20 s.

import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { indexOf, isWhole, nameOf, once, runClient } from '../contest.mjs';

async function connect({ url }, room, options = {}) {
    const doc = new Y.Doc();
    const provider = new WebsocketProvider(url, room, doc, {
        WebSocketPolyfill: WebSocket, disableBc: true, connect: false, ...options,
    });
    provider.awareness.setLocalState(null);
    const synced = once(provider, 'sync');
    provider.connect();
    await synced;
    return { doc, items: doc.getMap('items'), provider };
}

async function openReader(world, saw) {
    const { items, provider } = await connect(world, 'world');
    let messages = 0;
    provider.ws.addEventListener('message', () => { ++messages; });
    items.observeDeep((events) => {
        for (const { target, path } of events) {
            saw(indexOf(path[0]), target.get('x'));
        }
    });
    return {
        count: () => [...items.values()].filter((item) => isWhole(item.toJSON())).length,
        x: (index) => items.get(nameOf(index)).get('x'),
        messages: () => messages,
    };
}

async function openWriter(world) {
    const { doc, items } = await connect(world, 'world');
    return {
        write: (edits) => doc.transact(() => {
            for (const { index, x } of edits) {
                items.get(nameOf(index)).set('x', x);
            }
        }),
    };
}

const openIdle = (world) => connect(world, 'idle', { resyncInterval: 20000 });

process.setMaxListeners(0); // each provider wants to know of the exit
await runClient({ openReader, openWriter, openIdle });
