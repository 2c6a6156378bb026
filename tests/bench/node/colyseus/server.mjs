// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Colyseus as its documentation sets it up: a room with a schema as its state, on the transport of
// `ws`; the state's changes go to all clients of the room at its patch rate, 50 ms if not set by
// `--patch-rate MS`. A second room without a state of note is for idle connections. The encoder's
// buffer is large enough for the whole state, as the library asks for; `bufferutil` is installed,
// as `ws` recommends.

import { createServer } from 'node:http';
import { Room, Server } from '@colyseus/core';
import { Encoder } from '@colyseus/schema';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { nameOf, option, propertiesOf, serve } from '../contest.mjs';
import { Item, Nothing, World } from './state.mjs';

const entities = option('entities');
const patchRate = option('patch-rate', 50);
Encoder.BUFFER_SIZE = Math.max(16 * 1024, entities * 80);

class WorldRoom extends Room {
    onCreate() {
        this.autoDispose = false;
        this.patchRate = patchRate;
        this.state = new World();
        for (let i = 0; i < entities; ++i) {
            this.state.items.set(nameOf(i), new Item().assign(propertiesOf(i)));
        }
        this.onMessage('set', (client, { id, x }) => {
            this.state.items.get(id).x = x;
        });
    }
}

class IdleRoom extends Room {
    onCreate() {
        this.state = new Nothing();
    }
}

const http = createServer();
const server = new Server({
    greet: false,
    gracefullyShutdown: false,
    transport: new WebSocketTransport({ server: http }),
});
server.define('world', WorldRoom);
server.define('idle', IdleRoom);
await server.listen(0, '127.0.0.1');
serve(http.address().port);
