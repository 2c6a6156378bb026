// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "mainwindow.h"

#include "lampform.h"

#include <objectsync/client/synctransaction.h>

#include <QtWidgets/qboxlayout.h>
#include <QtWidgets/qheaderview.h>
#include <QtWidgets/qlabel.h>
#include <QtWidgets/qpushbutton.h>
#include <QtWidgets/qstatusbar.h>
#include <QtWidgets/qstyleditemdelegate.h>
#include <QtWidgets/qtableview.h>

using namespace ObjectSync;
using namespace Qt::StringLiterals;

namespace {

enum Column { NameColumn, OnColumn, BrightnessColumn };

/// "on" and "off" instead of "true" and "false".
class OnDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QString displayText(const QVariant &value, const QLocale &) const override
    {
        return value.toBool() ? MainWindow::tr("on") : MainWindow::tr("off");
    }
};

class PercentDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QString displayText(const QVariant &value, const QLocale &) const override
    {
        return value.isValid() ? MainWindow::tr("%1 %").arg(value.toInt()) : QString();
    }
};

} // namespace

MainWindow::MainWindow(const QUrl &url)
{
    setWindowTitle(tr("Lamps"));
    resize(760, 420);
    m_model.setRoles({ u"name"_s, u"on"_s, u"brightness"_s });
    m_model.setPrefix(u"lamps/"_s);
    m_model.setOrderBy(u"name"_s);
    m_model.setSession(&m_session);

    m_form = new LampForm(&m_session);
    auto *const layout = new QHBoxLayout;
    layout->addWidget(buildTable(), 3);
    layout->addWidget(m_form, 2);
    setCentralWidget(new QWidget);
    centralWidget()->setLayout(layout);
    buildStatusBar();

    connect(&m_model, &SyncedModel::readyChanged, this, &MainWindow::fillEmptyWorld);
    connect(&m_model, &QAbstractItemModel::rowsInserted, this, &MainWindow::chooseFirst);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &MainWindow::chooseFirst);
    m_session.open(url);
}

QWidget *MainWindow::buildTable()
{
    m_table = new QTableView;
    m_table->setModel(&m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAlternatingRowColors(true);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(NameColumn, QHeaderView::Stretch);
    m_table->setItemDelegateForColumn(OnColumn, new OnDelegate(m_table));
    m_table->setItemDelegateForColumn(BrightnessColumn, new PercentDelegate(m_table));
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &current) { m_form->setLamp(m_model.idAt(current.row())); });

    auto *const add = new QPushButton(tr("&Add a lamp"));
    auto *const remove = new QPushButton(tr("&Remove it"));
    connect(add, &QPushButton::clicked, this, &MainWindow::addLamp);
    connect(remove, &QPushButton::clicked, this, &MainWindow::removeLamp);
    auto *const buttons = new QHBoxLayout;
    buttons->addWidget(add);
    buttons->addWidget(remove);
    buttons->addStretch();
    auto *const layout = new QVBoxLayout;
    layout->setContentsMargins({});
    layout->addWidget(m_table);
    layout->addLayout(buttons);
    auto *const side = new QWidget;
    side->setLayout(layout);
    return side;
}

void MainWindow::buildStatusBar()
{
    m_status = new QLabel;
    statusBar()->addWidget(m_status);
    connect(&m_session, &SyncSession::statusChanged, this, &MainWindow::showStatus);
    connect(&m_session, &SyncSession::pendingCountChanged, this, &MainWindow::showStatus);
    connect(&m_session, &SyncSession::rejected, this, [this](TransactionId, const Error &error) {
        statusBar()->showMessage(tr("Refused: %1").arg(error.message), 5000);
    });
    showStatus();
}

void MainWindow::fillEmptyWorld()
{
    if (m_model.count() > 0)
        return;
    // All or none: where another window was faster, this one is refused as a whole.
    m_session.transaction([](SyncTransaction &transaction) {
        const auto create = [&](const QString &id, const QString &name, bool on, int brightness) {
            transaction.create(id, { { u"name"_s, name },
                                     { u"on"_s, on },
                                     { u"brightness"_s, brightness } });
        };
        create(u"lamps/desk"_s, tr("Desk"), true, 85);
        create(u"lamps/hall"_s, tr("Hall"), false, 40);
        create(u"lamps/kitchen"_s, tr("Kitchen"), true, 60);
        create(u"lamps/porch"_s, tr("Porch"), true, 15);
    });
}

void MainWindow::chooseFirst()
{
    if (!m_table->currentIndex().isValid() && m_model.count() > 0)
        m_table->selectRow(0);
}

void MainWindow::addLamp()
{
    // The server completes the id.
    m_session.save({ { u"id"_s, u"lamps/"_s },
                     { u"name"_s, tr("New lamp") },
                     { u"on"_s, false },
                     { u"brightness"_s, 50 } });
}

void MainWindow::removeLamp()
{
    const QString id = m_model.idAt(m_table->currentIndex().row());
    if (!id.isEmpty())
        m_session.destroy(id);
}

void MainWindow::showStatus()
{
    if (m_session.isOnline())
        m_status->setText(tr("Online"));
    else if (m_session.status() == SyncSession::Status::Failed)
        m_status->setText(m_session.errorString());
    else
        m_status->setText(tr("Offline; changes waiting: %1").arg(m_session.pendingCount()));
}
