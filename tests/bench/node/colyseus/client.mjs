// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Colyseus' client: it joins the room, and learns of changes by the callbacks of the state. The
// writer sends a message for each edit, which the room's handler carries out; the library gathers
// edits at the server only. Whoever writes to a room is in it, so the writer, too, is sent the
// state; it has no callbacks. The schema's classes are given to the client, as is recommended.

import { Client, getStateCallbacks } from 'colyseus.js';
import { indexOf, isWhole, nameOf, runClient } from '../contest.mjs';
import { Nothing, World } from './state.mjs';

const clientOf = ({ port }) => new Client(`ws://127.0.0.1:${port}`);

async function join(world) {
    const room = await clientOf(world).joinOrCreate('world', {}, World);
    await new Promise((resolve) => room.onStateChange.once(resolve));
    return room;
}

async function openReader(world, saw) {
    const room = await clientOf(world).joinOrCreate('world', {}, World);
    const $ = getStateCallbacks(room);
    let messages = 0;
    room.onStateChange(() => { ++messages; });
    let isKnown = false; // until then the callbacks tell of what was there before
    await new Promise((resolve) => {
        $(room.state).items.onAdd((item, id) => {
            $(item).listen('x', (x) => isKnown && saw(indexOf(id), x));
            if (room.state.items.size === world.entities) {
                resolve();
            }
        });
    });
    isKnown = true;
    return {
        count: () => [...room.state.items.values()].filter(isWhole).length,
        x: (index) => room.state.items.get(nameOf(index)).x,
        messages: () => messages,
    };
}

async function openWriter(world) {
    const room = await join(world);
    return {
        write: (edits) => {
            for (const { index, x } of edits) {
                room.send('set', { id: nameOf(index), x });
            }
        },
    };
}

const openIdle = (world) => clientOf(world).joinOrCreate('idle', {}, Nothing);

await runClient({ openReader, openWriter, openIdle });
