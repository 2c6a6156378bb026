// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "command.h"
#include "commandtable.h"
#include "invocation.h"
#include "output.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qloggingcategory.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"objectsync"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(OBJECTSYNC_VERSION));
    // The commands tell of trouble themselves; QT_LOGGING_RULES brings this back.
    QLoggingCategory::setFilterRules(u"objectsync.*.info=false"_s);

    const auto invocation = Tool::Invocation::parse(QCoreApplication::arguments().mid(1));
    if (!invocation) {
        Tool::printError(invocation.error().message);
        return Tool::Usage;
    }
    if (!invocation->text.isEmpty())
        return Tool::printText(invocation->text) ? Tool::Done : Tool::Refused;
    return Tool::runCommand(*invocation);
}
