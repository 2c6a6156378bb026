// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// What all contestants in JavaScript share: the line protocol that the driver speaks with them on
// standard input and output, the world that they hold, and the counting of what was delivered.
// A contestant has only what its library asks for.

import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';

/** Standard output belongs to the line protocol, whatever a library prints. */
console.log = console.info = console.error;

/** The entities of the world: five properties each. */
export const nameOf = (index) => `item/${index}`;
export const indexOf = (name) => Number(name.slice(5));
export const propertiesOf = (index) => ({
    x: index * 0.5,
    y: index * 0.25,
    name: `item ${index}`,
    kind: index % 10,
    open: index % 2 === 0,
});
const propertyNames = Object.keys(propertiesOf(0));

/** Whether that object, of whatever class, has all that an entity has. */
export const isWhole = (entity) =>
    entity !== undefined && propertyNames.every((name) => entity[name] !== undefined);

/** The value of `--name VALUE` as a number. */
export function option(name, fallback) {
    const at = process.argv.indexOf(`--${name}`);
    const value = at < 0 ? fallback : Number(process.argv[at + 1]);
    if (!Number.isFinite(value)) {
        throw new Error(`--${name} NUMBER is missing`);
    }
    return value;
}

function answer(object) {
    process.stdout.write(JSON.stringify(object) + '\n');
}

function fail(error) {
    console.error(error);
    process.stdout.write(JSON.stringify({ error: String(error?.message ?? error) }) + '\n', () =>
        process.exit(1));
}

/** A server says that it listens, and ends with its standard input. */
export function serve(port) {
    process.stdin.on('end', () => process.exit(0)).resume();
    answer({ port });
}

/** Resolves with the emitter's next `event`; rejects at its `error`. */
export function once(emitter, event) {
    return new Promise((resolve, reject) => {
        emitter.once(event, resolve);
        emitter.once('error', reject);
    });
}

/** Calls `open` for 0 to count - 1, a few at a time; resolves with all that it resolved with. */
async function openMany(count, open) {
    const opened = [];
    let next = 0;
    const openInTurn = async () => {
        while (next < count) {
            opened.push(await open(next++));
        }
    };
    await Promise.all(Array.from({ length: 16 }, openInTurn));
    return opened;
}

/**
 * One command's updates: which reader has had which of them. Update i of the round sets `x` of
 * entity i mod N to a value that names the update: first + i + 0.5.
 */
class Round {
    constructor(first, updates, entities, readers) {
        Object.assign(this, { first, updates, entities, readers });
        this.hadBy = new Uint16Array(updates);
        this.had = Array.from({ length: readers }, () => new Uint8Array(updates));
        this.deliveredBelow = 0; // every reader has had all updates below
        this.waiting = undefined;
    }

    edit(update) {
        return { index: update % this.entities, x: this.first + update + 0.5 };
    }

    saw(reader, index, x) {
        const update = x - this.first - 0.5;
        if (!(update >= 0 && update < this.updates) || index !== update % this.entities) {
            throw new Error(`${nameOf(index)} changed to ${x}, which nobody wrote just now`);
        }
        if (this.had[reader][update]++ > 0) {
            throw new Error(`reader ${reader} was told of update ${update} twice`);
        }
        this.hadBy[update]++;
        while (this.hadBy[this.deliveredBelow] === this.readers) {
            this.deliveredBelow++;
        }
        this.waiting?.();
    }

    /** Resolves when every reader has had all updates below. */
    async deliveredUpTo(update) {
        while (this.deliveredBelow < update) {
            await new Promise((resolve) => { this.waiting = resolve; });
        }
        this.waiting = undefined;
    }
}

const nextTurn = () => new Promise(setImmediate);
const rounded = (number) => Math.round(number * 1000) / 1000;

/**
 * A client of a peer:
 *
 * - `openReader(world, saw)`: resolves, when it holds the world, with `{ count(), x(index),
 *   messages() }`: how many whole entities it holds, the value of one, and how many messages it has
 *   had (leave it out where that is not known). Calls `saw(index, x)` for each change of `x`.
 * - `openWriter(world)`: resolves with `{ write(edits) }`, which hands edits `{ index, x }` to the
 *   peer without going back to the event loop.
 * - `openIdle(world)`: resolves when a connection is open that subscribes to nothing.
 *
 * `world` is `{ port, entities, url }`.
 */
class Client {
    constructor(peer) {
        const port = option('port');
        this.peer = peer;
        this.world = { port, entities: option('entities'), url: `ws://127.0.0.1:${port}` };
        this.readers = [];
        this.nextValue = 1000000; // above what the entities begin with
        this.round = undefined;
        this.lastSaw = undefined;
    }

    async join({ readers }) {
        const { entities } = this.world;
        const begin = performance.now();
        const first = this.readers.length;
        const joined = await openMany(readers, (i) =>
            this.peer.openReader(this.world, (index, x) => this.saw(first + i, index, x))
                .then((reader) => { this.readers[first + i] = reader; return reader; }));
        const ms = performance.now() - begin;
        for (const reader of joined) {
            if (reader.count() !== entities) {
                throw new Error(`a reader holds ${reader.count()} entities, not ${entities}`);
            }
        }
        return { ms: rounded(ms), entities };
    }

    saw(reader, index, x) {
        try {
            this.round.saw(reader, index, x);
        } catch (error) {
            fail(error); // a library might swallow it
            return;
        }
        if (reader === this.readers.length - 1) {
            this.lastSaw?.(x);
        }
    }

    async begin(updates) {
        if (this.readers.length === 0) {
            throw new Error('nobody has joined');
        }
        this.writer ??= await this.peer.openWriter(this.world);
        this.round = new Round(this.nextValue, updates, this.world.entities, this.readers.length);
        this.nextValue += updates;
        this.messagesBefore = this.readers.at(-1).messages?.();
        return this.round;
    }

    /** Every reader holds the last value of each entity that the round wrote. */
    checkLastValues({ updates, entities, first }) {
        for (let update = Math.max(0, updates - entities); update < updates; ++update) {
            const x = first + update + 0.5;
            for (const reader of this.readers) {
                if (reader.x(update % entities) !== x) {
                    throw new Error(`a reader's ${nameOf(update % entities)} is not at ${x}`);
                }
            }
        }
    }

    messages() {
        const now = this.readers.at(-1).messages?.();
        return now === undefined ? {} : { messages: now - this.messagesBefore };
    }

    async write({ updates, window, group }) {
        if (!(window >= 1 && window <= this.world.entities && group >= 1)) {
            throw new Error('write: 1 <= window <= entities, and a group of at least 1');
        }
        const round = await this.begin(updates);
        const begin = performance.now();
        for (let next = 0; next < updates;) {
            const end = Math.min(next + Math.min(group, window), updates);
            await round.deliveredUpTo(end - window);
            const edits = [];
            for (; next < end; ++next) {
                edits.push(round.edit(next));
            }
            this.writer.write(edits);
            await nextTurn();
        }
        await round.deliveredUpTo(updates);
        const ms = performance.now() - begin;
        this.checkLastValues(round);
        return { delivered: updates * this.readers.length, ms: rounded(ms), ...this.messages() };
    }

    async burst({ updates }) {
        if (updates > this.world.entities) {
            throw new Error('burst: no more updates than entities');
        }
        const { ms, messages } = await this.write({ updates, window: updates, group: updates });
        return messages === undefined ? { ms } : { ms, messages };
    }

    /** Writes one update; resolves with the microseconds until the last reader shows it. */
    async timeOne(round, update) {
        const edit = round.edit(update);
        const shown = new Promise((resolve) => {
            this.lastSaw = (x) => x === edit.x && resolve(performance.now());
        });
        const begin = performance.now();
        this.writer.write([edit]);
        return ((await shown) - begin) * 1000;
    }

    async latency({ updates }) {
        const warmUp = Math.floor(updates / 10);
        const round = await this.begin(warmUp + updates);
        const times = [];
        for (let update = 0; update < warmUp + updates; ++update) {
            times.push(await this.timeOne(round, update));
        }
        this.lastSaw = undefined;
        await round.deliveredUpTo(round.updates);
        this.checkLastValues(round);
        const sorted = times.slice(warmUp).sort((a, b) => a - b);
        const at = (part) =>
            rounded(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]);
        return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: rounded(sorted.at(-1)) };
    }

    async idle({ connections }) {
        await openMany(connections, () => this.peer.openIdle(this.world));
        return {};
    }
}

/** Carries out what the driver says, line by line, until standard input closes. */
export async function runClient(peer) {
    process.on('uncaughtException', fail);
    process.on('unhandledRejection', fail);
    setFlagsFromString('--max-old-space-size=8192'); // hundreds of replicas in one process
    const client = new Client(peer);
    const commands = ['join', 'write', 'latency', 'burst', 'idle'];
    for await (const line of createInterface({ input: process.stdin })) {
        const command = JSON.parse(line);
        if (!commands.includes(command.do)) {
            throw new Error(`unknown command ${line}`);
        }
        answer(await client[command.do](command));
    }
    process.exit(0);
}
