// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qbytearray.h>
#include <QtCore/qhash.h>

#include <vector>

namespace ObjectSync::Internal {

/// A resource: texts by number. Those that come with consecutive numbers lie in one array; the
/// numbers are a peer's, who must not be able to make that array longer than what it sends.
class NumberedTexts
{
public:
    /// Null where there is none. Valid until the next insert().
    const QByteArray *find(quint64 number) const
    {
        if (number - m_first < m_row.size())
            return &m_row[static_cast<size_t>(number - m_first)];
        if (m_others.isEmpty())
            return nullptr;
        const auto found = m_others.constFind(number);
        return found == m_others.constEnd() ? nullptr : &*found;
    }
    /// \a number has none yet.
    void insert(quint64 number, QByteArray text)
    {
        if (m_row.empty())
            m_first = number;
        if (number - m_first == m_row.size())
            m_row.push_back(std::move(text));
        else
            m_others.insert(number, std::move(text));
    }

private:
    quint64 m_first = 0; ///< the number of the first one in the row
    std::vector<QByteArray> m_row;
    QHash<quint64, QByteArray> m_others;
};

} // namespace ObjectSync::Internal
