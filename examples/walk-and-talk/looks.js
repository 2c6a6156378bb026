// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

.pragma library

// What a player looks like, derived from its id: everyone sees the same without being told.

const shirts = ["#e4572e", "#2e86ab", "#f0a202", "#7b4fa3", "#2a9d8f", "#d1495b", "#5170d7",
                "#e07a9b", "#4f9d45", "#c9622f"]
const hairs = ["#2b211d", "#5b3a24", "#8d5a2b", "#d9a441", "#b5452c", "#3b3f4a", "#d8d2c6"]
const skins = ["#fbd9bd", "#f1c09a", "#dba37a", "#b97f56", "#8f5c3b", "#6b432c"]
const caps = ["#c9573c", "#3f7cac", "#4c9a5f", "#8e5ea2", "#e0a526"]
const trousers = ["#3d4a6b", "#5b4a3f", "#44546a", "#3f5c57", "#6a4a5d"]

// FNV-1a, with a salt so that hair and shirt are chosen apart.
function hash(text, salt) {
    let value = 2166136261 ^ salt
    for (let i = 0; i < text.length; ++i)
        value = Math.imul(value ^ text.charCodeAt(i), 16777619) >>> 0
    value = Math.imul(value ^ (value >>> 15), 2246822519) >>> 0
    return (value ^ (value >>> 13)) >>> 0
}

function pick(list, id, salt) {
    return list[hash(id, salt) % list.length]
}

function shirt(id) { return pick(shirts, id, 1) }
function hair(id) { return pick(hairs, id, 2) }
function skin(id) { return pick(skins, id, 3) }
function legs(id) { return pick(trousers, id, 4) }
function cap(id) { return pick(caps, id, 6) }
function hairStyle(id) { return hash(id, 5) % 4 }
