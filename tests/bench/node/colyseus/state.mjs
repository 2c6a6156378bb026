// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// The world as Colyseus' schema, with the narrowest types that hold it, as its documentation
// recommends.

import { MapSchema, schema } from '@colyseus/schema';

export const Item = schema({
    x: 'float64',
    y: 'float64',
    name: 'string',
    kind: 'uint8',
    open: 'boolean',
});

export const World = schema({ items: { map: Item, default: new MapSchema() } });
export const Nothing = schema({ open: 'boolean' });
