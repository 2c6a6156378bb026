// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Yjs with y-websocket's own server: its `setupWSConnection` for each connection of `ws`, without
// persistence, as the program of that package does it. One Y.Doc with a Y.Map of Y.Maps, made in
// one transaction. `bufferutil` is installed, as `ws` recommends.

import { createServer } from 'node:http';
import { getYDoc, setupWSConnection } from '@y/websocket-server/utils';
import { WebSocketServer } from 'ws';
import * as Y from 'yjs';
import { nameOf, option, propertiesOf, serve } from '../contest.mjs';

const doc = getYDoc('world');
doc.transact(() => {
    const items = doc.getMap('items');
    for (let i = 0; i < option('entities'); ++i) {
        items.set(nameOf(i), new Y.Map(Object.entries(propertiesOf(i))));
    }
});

const http = createServer();
new WebSocketServer({ server: http }).on('connection', setupWSConnection);
http.listen(0, '127.0.0.1', () => serve(http.address().port));
