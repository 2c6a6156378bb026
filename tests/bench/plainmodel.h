// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qabstractitemmodel.h>
#include <QtCore/qhash.h>

#include <algorithm>
#include <vector>

/// What an application would write for itself: rows in one array, sorted by a number, then by id.
class PlainModel : public QAbstractListModel
{
public:
    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    QVariant data(const QModelIndex &index, int role) const override
    {
        const Row &row = m_rows[static_cast<size_t>(index.row())];
        return role == Qt::DisplayRole ? row.x : row.y;
    }

    void setValue(const QByteArray &id, double y)
    {
        const int row = rowOf(id);
        m_rows[static_cast<size_t>(row)].y = y;
        Q_EMIT dataChanged(index(row), index(row), { Qt::UserRole });
    }
    void insert(const QByteArray &id, double x)
    {
        const Row row{ x, 0, id };
        const auto place = std::lower_bound(m_rows.begin(), m_rows.end(), row);
        const int position = static_cast<int>(place - m_rows.begin());
        beginInsertRows({}, position, position);
        m_rows.insert(place, row);
        m_keys[id] = x;
        endInsertRows();
    }
    void remove(const QByteArray &id)
    {
        const int row = rowOf(id);
        beginRemoveRows({}, row, row);
        m_rows.erase(m_rows.begin() + row);
        m_keys.remove(id);
        endRemoveRows();
    }
    void move(const QByteArray &id, double x)
    {
        const int from = rowOf(id);
        Row row = m_rows[static_cast<size_t>(from)];
        row.x = x;
        const int to = static_cast<int>(std::lower_bound(m_rows.begin(), m_rows.end(), row)
                                        - m_rows.begin());
        if (to == from || to == from + 1) {
            m_rows[static_cast<size_t>(from)] = row;
        } else {
            beginMoveRows({}, from, from, {}, to);
            m_rows.erase(m_rows.begin() + from);
            m_rows.insert(m_rows.begin() + (to > from ? to - 1 : to), row);
            endMoveRows();
        }
        m_keys[id] = x;
        const QModelIndex changed = index(rowOf(id));
        Q_EMIT dataChanged(changed, changed, { Qt::DisplayRole });
    }

private:
    struct Row
    {
        double x;
        double y;
        QByteArray id;
        bool operator<(const Row &other) const
        {
            return x != other.x ? x < other.x : id < other.id;
        }
    };

    int rowOf(const QByteArray &id) const
    {
        const auto place = std::lower_bound(m_rows.begin(), m_rows.end(),
                                            Row{ m_keys.value(id), 0, id });
        return static_cast<int>(place - m_rows.begin());
    }

    std::vector<Row> m_rows;
    QHash<QByteArray, double> m_keys;
};
