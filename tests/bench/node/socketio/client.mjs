// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// The client's side of server.mjs. Each connection has a transport of its own (`forceNew`), as in
// programs of their own. The library has no way of its own to write several objects at once: an
// edit is a message. `messages` counts socket.io's packets, each a WebSocket message.

import { io } from 'socket.io-client';
import { indexOf, isWhole, nameOf, runClient } from '../contest.mjs';

async function connect({ url }) {
    const socket = io(url, { forceNew: true, transports: ['websocket'] });
    await new Promise((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
    });
    return socket;
}

async function openReader(world, saw) {
    const socket = await connect(world);
    const objects = new Map();
    let messages = 0;
    socket.io.engine.on('message', () => { ++messages; });
    socket.on('update', (changed) => {
        Object.assign(objects.get(changed.id), changed);
        saw(indexOf(changed.id), changed.x);
    });
    for (const object of await new Promise((resolve) => socket.emit('fetch', resolve))) {
        objects.set(object.id, object);
    }
    return {
        count: () => [...objects.values()].filter(isWhole).length,
        x: (index) => objects.get(nameOf(index)).x,
        messages: () => messages,
    };
}

async function openWriter(world) {
    const socket = await connect(world);
    const answered = ({ error }) => {
        if (error) {
            throw new Error(error);
        }
    };
    return {
        write: (edits) => {
            for (const { index, x } of edits) {
                socket.emit('save', { id: nameOf(index), x }, answered);
            }
        },
    };
}

await runClient({ openReader, openWriter, openIdle: connect });
