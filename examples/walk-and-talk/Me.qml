// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQml
import ObjectSync
import "looks.js" as Looks

// The player of this program: where it goes, what it says, and its entity, in which others see it.
QtObject {
    id: me

    required property SyncSession session
    required property string name
    property string player: String(Math.random()).substring(2) // for as long as the program runs
    readonly property string entityId: "players/" + player
    readonly property string color: Looks.shirt(entityId)
    property bool leaving

    readonly property Walker walker: Walker {
        // Beside what the timer does, so that others see at once where it stops.
        onWalkingChanged: me.tellPlace()
    }
    readonly property Talk talk: Talk { }

    readonly property SyncedObject entity: SyncedObject {
        property string name: me.name
        property string color: me.color
        property string facing: me.walker.facing
        property bool walking: me.walker.walking
        property string text: me.talk.text
        property real x
        property real y

        session: me.session
        entityId: me.entityId
        createIfMissing: true
        Component.onCompleted: me.tellPlace()
        // The server removes players who are away for long; this one is back.
        onDestroyed: if (!me.leaving) me.comeBack()
    }

    // Others see each step a moment later anyway: ten messages a second are enough.
    readonly property Timer sender: Timer {
        interval: 100
        repeat: true
        running: me.walker.walking
        onTriggered: me.tellPlace()
    }

    function tellPlace() {
        entity.x = Math.round(walker.x)
        entity.y = Math.round(walker.y)
    }

    function comeBack() {
        tellPlace()
        entity.save()
    }

    // Calls done when the server knows, or when it does not answer.
    function leave(done: var) {
        if (leaving)
            return
        leaving = true
        patience.triggered.connect(() => done())
        patience.start()
        entity.destroyEntity(() => done())
    }
    readonly property Timer patience: Timer { interval: 1000 }
}
