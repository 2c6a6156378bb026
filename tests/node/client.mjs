// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import { randomUUID } from 'node:crypto';
import { Connection, within } from './connection.mjs';

/** Why a transaction, a subscription or a fetch was refused. */
export class Refused extends Error {
    constructor({ code, message, id }) {
        super(message ?? code);
        this.code = code;
        this.id = id;
    }
}

/**
 * A client with a replica and a queue, written from docs/protocol.md: resumes by its cursor, sends
 * unanswered transactions again, and keeps the sections of the page in its order of functions.
 */
export class Client {
    entities = new Map(); // id -> Map of name -> value: the confirmed state
    events = []; // what was told and made a difference, as { event, id, values, unset }
    changesMessages = 0; // how many messages of changes came, all connections together
    cursor = 0;
    epoch = null;
    welcome = null;
    answered = 0;
    isOpen = false;

    #url;
    #id;
    #connection = null;
    #welcomed = null;
    #subs = new Map(); // number -> { filter, complete, resolve, reject }
    #lastSub = 0;
    #stale = new Set();
    #pending = []; // { tx, ops, expect, resolve, reject }
    #lastNumber = 0;
    #fetches = new Map();
    #requests = 0;
    #held = []; // messages that wait for the last one of their batch
    #watchers = [];

    constructor(url, { id = randomUUID() } = {}) {
        this.#url = url;
        this.#id = id;
    }

    get id() {
        return this.#id;
    }

    // A session

    async connect() {
        this.#connection = await Connection.open(this.#url);
        this.#connection.onmessage = (message) => this.#receive(message);
        this.closed = this.#connection.closed; // of { code, reason }
        this.closed.then(() => (this.isOpen = false));
        const complete = [...this.#subs].filter(([, sub]) => sub.complete);
        const hello = { type: 'hello', protocol: 1, client: this.#id };
        if (this.answered > 0)
            hello.answered = this.answered;
        if (this.epoch !== null) {
            const subs = complete.map(([number, { filter }]) => ({ sub: number, ...filter }));
            hello.resume = { epoch: this.epoch, cursor: this.cursor, subs };
        }
        const welcomed = new Promise((resolve, reject) => (this.#welcomed = { resolve, reject }));
        this.#connection.send(hello);
        await within(welcomed, 'welcome');
    }

    cut() {
        this.#held = [];
        this.#connection.cut();
        return this.#connection.closed;
    }

    close() {
        return this.#connection.close();
    }

    #receive(message) {
        const inBatches = ['changes', 'subscribed', 'ack', 'reject'];
        if (message.type === 'changes')
            ++this.changesMessages;
        const isHeld = message.type === 'changes' ? message.more : this.#held.length > 0;
        if (isHeld && inBatches.includes(message.type)) {
            this.#held.push(message);
            return;
        }
        if (message.type === 'changes')
            this.#held.splice(0).forEach((earlier) => this.#handle(earlier));
        this.#handle(message);
        this.#watchers.filter((watcher) => watcher.condition()).forEach((watcher) => {
            this.#watchers.splice(this.#watchers.indexOf(watcher), 1);
            watcher.resolve();
        });
    }

    #handle(message) {
        const handlers = {
            welcome: () => this.#onWelcome(message),
            changes: () => this.#onChanges(message),
            subscribed: () => this.#onSubscribed(message),
            ack: () => this.#onAck(message),
            reject: () => this.#onReject(message),
            result: () => this.#take(this.#fetches, message.request).resolve(message.entities),
            error: () => this.#onError(message),
            pong: () => {},
        };
        handlers[message.type]?.();
    }

    #take(map, key) {
        const value = map.get(key);
        map.delete(key);
        return value;
    }

    #onWelcome(message) {
        if (message.lastTx < this.answered) {
            this.#welcomed.resolve(this.#beginAnew());
            return;
        }
        this.welcome = message;
        this.isOpen = true;
        this.epoch = message.epoch;
        if (!message.resumed) {
            this.cursor = message.cursor;
            this.#startOver();
        }
        for (const [number, sub] of this.#subs) {
            if (!sub.listed && !sub.complete)
                this.#connection.send({ type: 'subscribe', sub: number, ...sub.filter });
        }
        for (const { tx, ops, expect } of this.#pending) {
            if (tx > message.lastTx)
                this.#sendCommit({ tx, ops, expect });
        }
        this.#welcomed.resolve();
    }

    #onError(message) {
        if (message.sub !== undefined)
            this.#take(this.#subs, message.sub)?.reject(new Refused(message));
        else if (message.request !== undefined)
            this.#take(this.#fetches, message.request)?.reject(new Refused(message));
        else if (message.fatal)
            this.#welcomed.reject(new Refused(message));
        this.lastError = message;
    }

    // subscribe

    /** `filter` is { prefix } or { ids }. Resolves once it is complete. */
    subscribe(filter) {
        const number = ++this.#lastSub;
        const done = new Promise((resolve, reject) => {
            this.#subs.set(number, { filter, complete: false, resolve, reject });
        });
        this.#connection.send({ type: 'subscribe', sub: number, ...filter });
        return within(done, `the subscription to ${JSON.stringify(filter)}`);
    }

    /** Of a complete subscription with this filter. */
    unsubscribe({ prefix }) {
        const [number] = [...this.#subs].find(([, { filter }]) => filter.prefix === prefix);
        this.#subs.delete(number);
        this.#connection.send({ type: 'unsubscribe', sub: number });
        for (const id of [...this.entities.keys()].filter((held) => !this.#isCovered(held)))
            this.entities.delete(id);
    }

    #isCovered(id) {
        return [...this.#subs.values()].some((sub) => this.#covers(sub, id));
    }

    #covers({ filter }, id) {
        return filter.prefix !== undefined ? id.startsWith(filter.prefix)
                                           : filter.ids.includes(id);
    }

    // commit, ack, reject

    /** Resolves to the ack; rejects with Refused. */
    commit(ops, expect) {
        const tx = ++this.#lastNumber;
        const answer = new Promise((resolve, reject) => {
            this.#pending.push({ tx, ops, expect, resolve, reject });
        });
        if (this.#connection)
            this.#sendCommit({ tx, ops, expect });
        return within(answer, `the answer to transaction ${tx}`);
    }

    #sendCommit({ tx, ops, expect }) {
        this.#connection.send({ type: 'commit', tx, answered: this.answered, ops, expect });
    }

    /** The server has another record of this client than the one that goes with its numbers. */
    async #beginAnew() {
        await this.close();
        this.#id = randomUUID();
        this.#pending.forEach((transaction, index) => (transaction.tx = index + 1));
        this.#lastNumber = this.#pending.length;
        this.answered = 0;
        await this.connect();
    }

    #settle(tx, settleIt) {
        while (this.#pending.length > 0 && this.#pending[0].tx <= tx) {
            const transaction = this.#pending.shift();
            this.answered = transaction.tx;
            if (transaction.tx === tx)
                settleIt(transaction);
            else
                transaction.resolve({});
        }
    }

    #onAck(message) {
        this.#settle(message.tx, (transaction) => transaction.resolve(message));
    }

    #onReject(message) {
        this.#settle(message.tx, (transaction) => transaction.reject(new Refused(message)));
    }

    // changes, the cursor

    #onChanges(message) {
        if (message.reset && this.#subs.get(message.sub)?.complete)
            this.#startOver();
        for (const change of message.changes)
            this.#apply(change);
        if (message.sub === undefined)
            this.cursor = message.cursor;
    }

    #apply({ id, event, values = {}, unset = [] }) {
        if (event)
            this.#stale.delete(id);
        const held = this.entities.get(id);
        if (event === 'destroy' || event === 'leave') {
            if (this.entities.delete(id))
                this.events.push({ event, id });
            return;
        }
        if (event ? !this.#isCovered(id) : !held)
            return;
        const entity = event ? new Map() : held;
        Object.entries(values).forEach(([name, value]) => entity.set(name, value));
        unset.forEach((name) => entity.delete(name));
        this.entities.set(id, entity);
        this.events.push({ event: event ?? 'update', id, values, unset });
    }

    // Snapshots

    #startOver() {
        this.#stale = new Set(this.entities.keys());
        for (const sub of this.#subs.values()) {
            sub.listed = sub.complete; // told anew without being asked for
            sub.complete = false;
        }
    }

    #onSubscribed({ sub: number, cursor }) {
        const sub = this.#subs.get(number);
        if (sub.complete)
            this.#startOver();
        for (const id of this.#stale) {
            if (this.#covers(sub, id)) {
                this.#stale.delete(id);
                this.entities.delete(id);
                this.events.push({ event: 'gone', id });
            }
        }
        sub.complete = true;
        sub.listed = false;
        this.cursor = cursor;
        sub.resolve?.();
    }

    // fetch

    fetch(ids) {
        const request = ++this.#requests;
        const answer = new Promise((resolve, reject) => {
            this.#fetches.set(request, { resolve, reject });
        });
        this.#connection.send({ type: 'fetch', request, ids });
        return within(answer, 'the result of a fetch');
    }

    // For tests

    /** What is held of the entity, as an object; null where it is not there. */
    get(id) {
        const entity = this.entities.get(id);
        return entity ? Object.fromEntries(entity) : null;
    }

    /** Resolves once `condition` holds. */
    until(condition, what) {
        if (condition())
            return Promise.resolve();
        return within(new Promise((resolve) => this.#watchers.push({ condition, resolve })), what);
    }
}
