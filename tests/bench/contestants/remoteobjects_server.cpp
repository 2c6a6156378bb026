// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Qt Remote Objects over TCP: a host node, and for each entity a source made by repc from item.rep,
// remoted under the entity's id, as Qt's documentation has it for objects with properties. (Its item
// models are for lists that a view scrolls through: replicas fetch and forget rows.)

#include "items.h"
#include "rep_item_source.h"
#include "servermain.h"

#include <QtCore/qcoreapplication.h>

#include <memory>
#include <vector>

int main(int argc, char **argv)
{
    const Bench::ServerArguments arguments = Bench::serverArguments(argc, argv);
    const QCoreApplication application(argc, argv);
    QRemoteObjectHost host(QUrl(QStringLiteral("tcp://127.0.0.1:0")));
    std::vector<std::unique_ptr<ItemSimpleSource>> sources;
    for (int i = 0; i < arguments.entities; ++i) {
        const Bench::Item item = Bench::makeItem(i);
        ItemSimpleSource *source = sources.emplace_back(new ItemSimpleSource).get();
        source->setX(item.x);
        source->setY(item.y);
        source->setName(QString::fromLatin1(item.name));
        source->setKind(item.kind);
        source->setOpen(item.open);
        host.enableRemoting(source, QString::fromLatin1(Bench::itemId(i)));
    }
    Bench::announce(static_cast<quint16>(host.hostUrl().port()));
    Bench::endWithInput();
    return QCoreApplication::exec();
}
