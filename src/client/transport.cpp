// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/client/transport.h>

namespace ObjectSync {

Transport::Transport(QObject *parent) : QObject(parent) { }

Transport::~Transport() = default;

} // namespace ObjectSync
