// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// What node-object-sync did on socket.io in 2011, in our words, on today's socket.io: one world in
// memory; a client saves the changed properties of one object with one message, gets its answer in
// a callback, and the change goes to the clients as an event of its own, as JSON.
//
// Where the original could do worse, it gets the better way: only changed properties are sent, not
// the whole object; events go to a room of those who fetched the world, so that the writer and idle
// connections cost nothing. socket.io is set up as its page on performance tuning recommends:
// WebSocket only, `bufferutil` installed, and the first HTTP request of a connection let go.

import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { nameOf, option, propertiesOf, serve } from '../contest.mjs';

const world = new Map();
for (let i = 0; i < option('entities'); ++i) {
    world.set(nameOf(i), { id: nameOf(i), ...propertiesOf(i) });
}

const http = createServer();
const io = new Server(http, { transports: ['websocket'] });
io.engine.on('connection', (connection) => { connection.request = null; });

io.on('connection', (socket) => {
    socket.on('fetch', (reply) => {
        socket.join('readers');
        reply([...world.values()]);
    });
    socket.on('save', (changed, reply) => {
        const object = world.get(changed.id);
        if (object === undefined) {
            reply({ error: 'not found' });
            return;
        }
        Object.assign(object, changed);
        io.to('readers').emit('update', changed);
        reply({ id: changed.id });
    });
});

http.listen(0, '127.0.0.1', () => serve(http.address().port));
