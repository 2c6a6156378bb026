// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQuick

// The keyboard of a player.
Item {
    id: controls

    required property Me me
    property var held: ({}) // arrow keys that are down

    focus: true

    function isArrow(key: int): bool {
        return key === Qt.Key_Left || key === Qt.Key_Right || key === Qt.Key_Up || key === Qt.Key_Down
    }

    function hold(key: int, down: bool) {
        held[key] = down
        const axis = (less, more) => (held[more] ? 1 : 0) - (held[less] ? 1 : 0)
        me.walker.dx = axis(Qt.Key_Left, Qt.Key_Right)
        me.walker.dy = axis(Qt.Key_Up, Qt.Key_Down)
    }

    function release() {
        held = {}
        hold(Qt.Key_Left, false)
    }

    Keys.onPressed: event => {
        event.accepted = true
        if (isArrow(event.key))
            hold(event.key, true)
        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
            me.talk.finish()
        else if (event.key === Qt.Key_Backspace)
            me.talk.correct()
        else if (event.text.length > 0 && event.text >= " " && event.key !== Qt.Key_Delete)
            me.talk.type(event.text)
        else
            event.accepted = false
    }
    Keys.onReleased: event => {
        if (isArrow(event.key) && !event.isAutoRepeat)
            hold(event.key, false)
    }
}
