// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import { spawn } from 'node:child_process';
import { within } from './connection.mjs';

/** A server process on a port of its own. `OBJECTSYNCD` names the program. */
export class Server {
    url = null;
    #process = null;

    /** `options` are those of the program, besides where to listen. */
    static async start(options = ['--memory'], listen = '127.0.0.1:0') {
        const program = process.env.OBJECTSYNCD;
        if (!program)
            throw new Error('set OBJECTSYNCD to the path of the server, as ctest does');
        const server = new Server();
        server.#process = spawn(program, ['--listen', listen, ...options],
                                { stdio: ['ignore', 'pipe', 'inherit'] });
        server.ended = new Promise((resolve) => server.#process.on('exit', resolve));
        process.once('exit', () => server.#process.kill('SIGKILL')); // where a test failed
        server.url = await within(server.#readUrl(), `${program} to listen`);
        return server;
    }

    #readUrl() {
        let output = '';
        return new Promise((resolve, reject) => {
            this.#process.on('error', reject);
            this.#process.on('exit', () => reject(new Error(`the server ended: ${output}`)));
            this.#process.stdout.on('data', (data) => {
                output += data;
                const found = /listening on (ws:\S+)/.exec(output);
                if (found)
                    resolve(found[1]);
            });
        });
    }

    get address() {
        return new URL(this.url).host;
    }

    /** As when it crashes. */
    kill() {
        this.#process.kill('SIGKILL');
        return within(this.ended, 'the end of the server');
    }

    /** In good order. Resolves to its exit status. */
    stop() {
        this.#process.kill('SIGTERM');
        return within(this.ended, 'the end of the server');
    }
}
