// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// ShareDB as its documentation sets it up: the `Backend` with its database and publish-subscribe in
// memory, a WebSocket server of `ws`, and `@teamwork/websocket-json-stream` between the two. One
// document of type json0 for each entity. `bufferutil` is installed, as `ws` recommends.

import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { WebSocketServer } from 'ws';
import { option, propertiesOf, serve } from '../contest.mjs';

const require = createRequire(import.meta.url);
const ShareDB = require('sharedb');
const WebSocketJSONStream = require('@teamwork/websocket-json-stream');

const backend = new ShareDB();
const connection = backend.connect();
const create = (index) => new Promise((resolve, reject) => {
    const done = (error) => (error ? reject(error) : resolve());
    connection.get('item', String(index)).create(propertiesOf(index), done);
});
for (let i = 0; i < option('entities'); ++i) {
    await create(i);
}
connection.close();

const http = createServer();
new WebSocketServer({ server: http }).on('connection', (webSocket) => {
    backend.listen(new WebSocketJSONStream(webSocket));
});
http.listen(0, '127.0.0.1', () => serve(http.address().port));
