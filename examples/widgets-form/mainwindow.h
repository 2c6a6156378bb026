// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <objectsync/client/syncedmodel.h>
#include <objectsync/client/syncsession.h>

#include <QtWidgets/qmainwindow.h>

class LampForm;
class QLabel;
class QTableView;

/// A table of all lamps, and a form for the one that is chosen.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(const QUrl &url);

private:
    QWidget *buildTable();
    void buildStatusBar();
    void fillEmptyWorld();
    void chooseFirst();
    void addLamp();
    void removeLamp();
    void showStatus();

    ObjectSync::SyncSession m_session;
    ObjectSync::SyncedModel m_model;
    QTableView *m_table = nullptr;
    LampForm *m_form = nullptr;
    QLabel *m_status = nullptr;
};
