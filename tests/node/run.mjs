// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Runs the tests of this folder; OBJECTSYNCD names the server. What ctest calls.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
if (!existsSync(`${folder}/node_modules/ws`)) {
    console.error('The package ws is missing: run "npm ci --prefix tests/node", or ./dev test.');
    process.exit(1);
}
const tests = readdirSync(folder).filter((name) => name.endsWith('.test.mjs'));
spawn(process.execPath, ['--test', ...tests], { cwd: folder, stdio: 'inherit' })
    .on('exit', (status) => process.exit(status ?? 1));
