// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import { createRequire } from 'node:module';

// As Debian installs it, where `import` does not look.
const WebSocket = createRequire(import.meta.url)('ws');

export const deadline = 10_000; // milliseconds: for anything that a test waits for

/** Rejects where `promise` takes too long; `what` says what was waited for. */
export function within(promise, what) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`waited too long for ${what}`)), deadline);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * One WebSocket that speaks the JSON subprotocol, and nothing more: messages go out as given and
 * come in as they come. For what a client makes of them, see Client.
 */
export class Connection {
    #socket;
    #received = [];
    #waiting = [];

    /** Resolves once it is open. */
    static async open(url, { protocols = ['objectsync.v1.json'], headers = {} } = {}) {
        const connection = new Connection(new WebSocket(url, protocols, { headers }));
        await within(connection.opened, `an answer of ${url}`);
        return connection;
    }

    constructor(socket) {
        this.#socket = socket;
        this.opened = new Promise((resolve, reject) => {
            socket.on('open', resolve);
            socket.on('error', reject);
            socket.on('unexpected-response', (_, response) => {
                let body = '';
                response.on('data', (data) => (body += data));
                response.on('end', () => reject({ status: response.statusCode, body }));
            });
        });
        /** Of { code, reason }. */
        this.closed = new Promise((resolve) => {
            socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
        });
        this.closed.then(() => this.#waiting.splice(0).forEach(({ fail }) =>
            fail(new Error('the connection was closed'))));
        this.opened.catch(() => {});
        socket.on('message', (data) => this.#receive(JSON.parse(data.toString())));
    }

    get subprotocol() {
        return this.#socket.protocol;
    }

    /** Called for each message, in place of receive(). */
    onmessage = null;

    #receive(message) {
        if (this.onmessage)
            this.onmessage(message);
        else if (this.#waiting.length > 0)
            this.#waiting.shift().resolve(message);
        else
            this.#received.push(message);
    }

    send(message) {
        this.#socket.send(JSON.stringify(message));
    }

    sendText(text) {
        this.#socket.send(text, { binary: false });
    }

    sendBytes(bytes) {
        this.#socket.send(bytes, { binary: true });
    }

    /** The next message. */
    receive() {
        if (this.#received.length > 0)
            return Promise.resolve(this.#received.shift());
        const next = new Promise((resolve, fail) => this.#waiting.push({ resolve, fail }));
        return within(next, 'a message');
    }

    /** The next message of this type; those before it are dropped. */
    async receiveType(type) {
        for (;;) {
            const message = await this.receive();
            if (message.type === type)
                return message;
        }
    }

    /** Sends hello, and whatever `more` adds to it; resolves to the answer. */
    async hello(client, more = {}) {
        this.send({ type: 'hello', protocol: 1, client, ...more });
        return this.receive();
    }

    /** A clean end. */
    async close() {
        this.#socket.close();
        return within(this.closed, 'the end of a connection');
    }

    /** As when the network fails: no close frame is sent. */
    cut() {
        this.#socket.terminate();
    }
}
