// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQml
import "landscape.js" as Landscape

// Moves a player by itself: it strolls from place to place and chats.
QtObject {
    id: script

    required property Me me
    property bool running: true

    property real goalX
    property real goalY
    property string phrase
    property int spoken

    readonly property var phrases: [
        "Hello!", "What a lovely day.", "Has anyone seen my cat?", "Shall we go to the pond?",
        "I like this path.", "Anyone here?", "These flowers smell so nice.", "Brrr, the water is cold!",
        "See you at the cottage.", "One more round.", "Look, water lilies!", "la la la…"
    ]

    property Timer legs: Timer {
        interval: 50
        repeat: true
        running: script.running
        onTriggered: script.stroll()
    }
    property Timer rest: Timer {
        interval: 1500
        running: script.running
        onTriggered: script.chooseGoal()
    }
    property Timer tongue: Timer {
        interval: 1200
        repeat: true
        running: script.running
        onTriggered: script.speak()
    }

    onRunningChanged: if (!running) stand()

    function stand() {
        me.walker.dx = 0
        me.walker.dy = 0
    }

    function chooseGoal() {
        do {
            goalX = 60 + Math.random() * (Landscape.width - 120)
            goalY = 110 + Math.random() * (Landscape.height - 160)
        } while (!Landscape.isFree(goalX, goalY))
        head()
    }

    function head() {
        const toX = goalX - me.walker.x
        const toY = goalY - me.walker.y
        me.walker.dx = Math.abs(toX) < 8 ? 0 : Math.sign(toX)
        me.walker.dy = Math.abs(toY) < 8 ? 0 : Math.sign(toY)
    }

    function stroll() {
        if (!me.walker.walking)
            return
        head()
        if (!me.walker.walking || me.walker.blocked) {
            stand()
            me.walker.blocked = false
            rest.interval = 400 + Math.random() * 2600
            rest.restart()
        }
    }

    function speak() {
        if (spoken < phrase.length) {
            me.talk.type(phrase[spoken])
            ++spoken
            tongue.interval = 60 + Math.random() * 140
        } else if (me.talk.typing) {
            me.talk.finish()
            tongue.interval = 4000 + Math.random() * 5000
        } else {
            phrase = phrases[Math.floor(Math.random() * phrases.length)]
            spoken = 0
            tongue.interval = 100
        }
    }
}
