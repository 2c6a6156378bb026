// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// The client's side of contestants/webchannel_server.cpp, with Qt's own qwebchannel.js. An update is
// an assignment to a property, and is heard by the property's notify signal. There is no way to batch
// several, and every connection is told of everything: the writer, too.

import { execFileSync } from 'node:child_process';
import { Script } from 'node:vm';
import WebSocket from 'ws';
import { indexOf, isWhole, nameOf, once, runClient } from '../contest.mjs';

/** What Qt ships in its library, printed by the server's program. */
function loadLibrary() {
    const at = process.argv.indexOf('--server-program');
    const source = execFileSync(process.argv[at + 1], ['--library'], { encoding: 'utf8' });
    const module = {};
    new Script(`(function (module) { ${source}\n})`).runInThisContext()(module);
    return module.exports.QWebChannel;
}

const QWebChannel = loadLibrary();

/** Resolves with the objects of the server, by id, when all have come. */
async function connect({ url }) {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    let messages = 0;
    const transport = { send: (text) => socket.send(text) };
    socket.on('message', (data) => {
        ++messages;
        transport.onmessage({ data: data.toString() });
    });
    const objects = await new Promise((resolve) => {
        new QWebChannel(transport, (channel) => resolve(channel.objects));
    });
    return { objects, messages: () => messages };
}

async function openReader(world, saw) {
    const { objects, messages } = await connect(world);
    for (const [name, object] of Object.entries(objects)) {
        const index = indexOf(name);
        object.xChanged.connect(() => saw(index, object.x));
    }
    return {
        count: () => Object.values(objects).filter(isWhole).length,
        x: (index) => objects[nameOf(index)].x,
        messages,
    };
}

async function openWriter(world) {
    const { objects } = await connect(world);
    return {
        write: (edits) => {
            for (const { index, x } of edits) {
                objects[nameOf(index)].x = x;
            }
        },
    };
}

await runClient({ openReader, openWriter, openIdle: connect });
