// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "importcommand.h"

using namespace Qt::StringLiterals;

namespace ObjectSync::Tool {

ImportCommand::ImportCommand(const Invocation &invocation) : Command(invocation)
{
    setPatience(Patience::Outage);
    catchInterrupts();
}

Expected<void> ImportCommand::prepare()
{
    const QString file = invocation().arguments.at(0);
    const Expected<QByteArray> json = readImportFile(file);
    if (!json)
        return json.error();
    Expected<std::vector<ImportEntity>> entities =
            parseImport(*json, { .key = invocation().value(u"key"_s),
                                 .idField = invocation().value(u"id-field"_s),
                                 .prefix = invocation().value(u"prefix"_s) });
    if (!entities)
        return usageError(file + u": "_s + entities.error().message);
    m_importer = std::make_unique<Importer>(session(), std::move(*entities));
    return {};
}

void ImportCommand::begin()
{
    connect(m_importer.get(), &Importer::progressed, this, [this] {
        m_progress.show(u"imported"_s, m_importer->imported(), m_importer->total());
    });
    connect(m_importer.get(), &Importer::entityRefused, this, [this](const Error &error) {
        m_progress.clear();
        printError(error);
    });
    connect(m_importer.get(), &Importer::finished, this, [this] {
        printSummary();
        finishOutput(m_importer->refused() == 0 ? Done : Refused);
    });
    m_sinceBegin.start();
    m_importer->start(Limits().messageSize);
}

void ImportCommand::wentOffline()
{
    m_progress.clear();
    printError(u"offline, trying again: "_s + session().errorString());
}

void ImportCommand::interrupted()
{
    if (m_sinceBegin.isValid())
        printSummary();
    printError(u"interrupted; what was not answered may have been imported, too"_s);
    finish(Refused);
}

void ImportCommand::printSummary()
{
    m_progress.clear();
    const double seconds = static_cast<double>(m_sinceBegin.elapsed()) / 1000;
    const QString text = u"imported %1 entities (%2 transactions) in %3 s"_s
                                 .arg(m_importer->imported())
                                 .arg(m_importer->transactions())
                                 .arg(seconds, 0, 'f', 1);
    output().result(text.toUtf8(), { { "imported", m_importer->imported() },
                                     { "refused", m_importer->refused() },
                                     { "transactions", m_importer->transactions() },
                                     { "seconds", seconds } });
}

} // namespace ObjectSync::Tool
