// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

import QtQml

// What someone is saying, key by key.
QtObject {
    id: talk

    property string text
    property bool typing // the sentence has not ended
    readonly property int longest: 120

    property Timer pause: Timer {
        interval: talk.typing ? 5000 : 3500
        onTriggered: {
            talk.text = ""
            talk.typing = false
        }
    }

    function type(letters: string) {
        text = ((typing ? text : "") + letters).substring(0, longest)
        typing = true
        pause.restart()
    }

    function correct() {
        if (!typing)
            return
        text = text.slice(0, -1)
        typing = text.length > 0
        pause.restart()
    }

    // The words stay to be read for a while.
    function finish() {
        typing = false
        pause.restart()
    }
}
