// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "agenda.h"
#include "digest.h"
#include "randomsource.h"

#include <objectsync/core/serverengine.h>

namespace Simulation {

/// A value: what a run has of each kind of trouble. Every seed has some kinds and lacks others, so
/// that none can hide what another would show.
struct Settings
{
    explicit Settings(RandomSource &random)
        : worlds(random.oneIn(3) ? 2 : 1), clients(random.between(1, 4)), isLossy(!random.oneIn(4)),
          isSlow(random.oneIn(4)), authenticates(random.oneIn(3)), decidesFetches(random.oneIn(4)),
          isPaced(random.oneIn(5)), clocksJump(random.oneIn(4)), serverCrashes(!random.oneIn(4)),
          clientsCrash(random.oneIn(3)), storageFails(random.oneIn(3)),
          restoresBackups(random.oneIn(5)), forgetsClients(random.oneIn(10)),
          resends(random.oneIn(2)), congests(!random.oneIn(3)), tombstonesExpire(random.oneIn(2)),
          smallWindow(random.oneIn(3)), isStormy(random.oneIn(4)), isRestless(random.oneIn(4)),
          clientsKeep(clientsCrash && !random.oneIn(3)), clientStoresFail(random.oneIn(4)),
          acceptsAtOnce(!isPaced && random.oneIn(2)), isCrowded(random.oneIn(3))
    {
        // A clock that is set back takes tokens from the bucket: pacing does not hold then.
        clocksJump = clocksJump && !isPaced;
        // Nor after a restart under the same client id: what was sent before is not remembered.
        clientsKeep = clientsKeep && !isPaced;
        // A world that goes back without a new epoch is told apart only by a client that meets it
        // before anything else happens there.
        if (restoresBackups && random.oneIn(3)) {
            rollsBack = true;
            worlds = clients;
            // A process that ends before its store has caught up has not met it, either.
            clientsKeep = false;
        }
    }

    qint64 worlds;
    qint64 clients;
    bool isLossy; ///< connections are cut
    bool isSlow; ///< some connections take seconds
    bool authenticates;
    bool decidesFetches;
    bool isPaced; ///< clients may do so many operations a second
    bool clocksJump;
    bool serverCrashes;
    bool clientsCrash;
    bool storageFails;
    bool restoresBackups; ///< the server comes back with an older state …
    bool rollsBack = false; ///< … and the same epoch
    bool forgetsClients; ///< idle ones, after a minute
    bool resends; ///< what is not answered yet may be sent again on the same connection
    bool congests; ///< readers are slow
    bool tombstonesExpire;
    bool smallWindow; ///< few transactions may be unanswered
    bool isStormy; ///< trouble comes often
    bool isRestless; ///< users change their subscriptions often
    bool clientsKeep; ///< replica and queue outlive the process
    bool clientStoresFail;
    bool acceptsAtOnce; ///< the server has no handlers for some of the commits
    bool isCrowded; ///< all users work on a few entities
};

/// What all parts of a run share.
struct Stage
{
    explicit Stage(quint64 seed) : random(seed), settings(random) { }

    RandomSource random;
    Settings settings;
    Agenda agenda;
    Digest digest;
    ObjectSync::ConnectionId lastConnection = 0;
    /// The troubles are over: everything works, and at once.
    bool isCalm = false;
};

} // namespace Simulation
