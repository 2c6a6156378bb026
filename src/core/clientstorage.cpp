// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include <objectsync/core/clientstorage.h>

#include <algorithm>
#include <map>

namespace ObjectSync {

ClientStorage::~ClientStorage() = default;

void ClientState::apply(const ClientStorageBatch &batch)
{
    client = batch.client;
    epoch = batch.epoch;
    cursor = batch.cursor;
    answered = batch.answered;
    settled = batch.settled;
    sent = batch.sent;
    if (batch.subscriptions)
        subscriptions = *batch.subscriptions;

    std::map<QByteArray, ValueMap> byId;
    for (StoredReplica &entity : entities)
        byId[entity.id] = std::move(entity.values);
    for (const QByteArray &id : batch.goneEntities)
        byId.erase(id);
    for (const StoredReplica &entity : batch.entities)
        byId[entity.id] = entity.values;
    entities.clear();
    for (auto &[id, values] : byId)
        entities.push_back({ id, std::move(values) });

    if (batch.isRenumbered)
        pending.clear();
    std::erase_if(pending, [this](const auto &each) { return each.number <= answered; });
    pending.insert(pending.end(), batch.pending.begin(), batch.pending.end());
}

} // namespace ObjectSync
