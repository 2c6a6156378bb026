// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Runs the tests of this folder; OBJECTSYNCD names the server. What ctest calls.

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const tests = readdirSync(folder).filter((name) => name.endsWith('.test.mjs'));
const env = { ...process.env, NODE_PATH: '/usr/share/nodejs' }; // the packages of Debian
spawn(process.execPath, ['--test', ...tests], { cwd: folder, env, stdio: 'inherit' })
    .on('exit', (status) => process.exit(status ?? 1));
