// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "fields_p.h"
#include "jsoncodec_p.h"
#include "jsonwriter_p.h"

namespace ObjectSync::Internal {

/// Writes the fields of one message, or of a part of one, as an object.
class JsonFieldWriter
{
public:
    explicit JsonFieldWriter(JsonWriter &writer) : m_writer(writer) { m_writer.raw("{"); }
    ~JsonFieldWriter() { m_writer.raw("}"); }
    JsonFieldWriter(const JsonFieldWriter &) = delete;
    JsonFieldWriter &operator=(const JsonFieldWriter &) = delete;

    template<typename T>
    void required(Field field, const T &content)
    {
        m_writer.name(field.name, std::exchange(m_first, false));
        write(content);
    }
    template<typename T>
    void optional(Field field, const T &content)
    {
        if (!(content == T{}))
            required(field, content);
    }
    template<typename T>
    void optional(Field field, const std::optional<T> &content)
    {
        if (content)
            required(field, *content);
    }
    void optional(Field field, const Value &content)
    {
        if (!content.isUndefined())
            required(field, content);
    }
    void changes(const Changes &message);

private:
    void write(qint64 number) { m_writer.integer(number); }
    void write(bool value) { m_writer.boolean(value); }
    void write(const QByteArray &utf8) { m_writer.text(utf8); }
    void write(const Word &word) { m_writer.text(word.text); }
    void write(const QString &text) { m_writer.text(text.toUtf8()); }
    void write(const Value &value) { m_writer.value(value); }
    void write(const ValueMap &map) { m_writer.map(map); }
    void write(const ChangePtr &change);
    /// In lists of ids, null stands for none.
    void write(const std::vector<QByteArray> &texts)
    {
        writeList(texts, [this](const QByteArray &text) {
            text.isEmpty() ? m_writer.raw("null") : write(text);
        });
    }
    template<typename T>
    void write(const std::vector<T> &list)
    {
        writeList(list, [this](const T &element) { write(element); });
    }
    template<typename T>
    void write(const std::optional<T> &content)
    {
        content ? write(*content) : m_writer.raw("null");
    }
    template<typename T>
    void write(const T &part)
    {
        JsonFieldWriter writer(m_writer);
        fields(writer, part);
    }
    template<typename List, typename Write>
    void writeList(const List &list, Write writeElement)
    {
        m_writer.raw("[");
        bool first = true;
        for (const auto &element : list) {
            if (!std::exchange(first, false))
                m_writer.raw(",");
            writeElement(element);
        }
        m_writer.raw("]");
    }

    JsonWriter &m_writer;
    bool m_first = true;
};

QByteArray eventWord(Change::Event event)
{
    switch (event) {
    case Change::Event::Update:
        break;
    case Change::Event::Create:
        return "create";
    case Change::Event::Enter:
        return "enter";
    case Change::Event::Destroy:
        return "destroy";
    case Change::Event::Leave:
        return "leave";
    }
    return {};
}

namespace {

void writeValues(JsonWriter &writer, const Change &change)
{
    writer.raw("{");
    bool first = true;
    for (const Change::Property &property : change.properties) {
        if (property.value.isUndefined())
            continue;
        writer.name(property.name, std::exchange(first, false));
        writer.value(property.value);
    }
    writer.raw("}");
}

QByteArray makeFragment(const Change &change)
{
    std::vector<QByteArray> unset;
    for (const Change::Property &property : change.properties) {
        if (property.value.isUndefined())
            unset.push_back(property.name);
    }
    JsonWriter writer;
    {
        JsonFieldWriter object(writer);
        object.required(Fields::Id, change.id);
        object.optional(Fields::Event, eventWord(change.event));
        if (change.isWhole() || std::ssize(unset) < change.properties.size()) {
            writer.name(Fields::Values.name, false);
            writeValues(writer, change);
        }
        object.optional(Fields::Unset, unset);
    }
    return writer.result();
}

/// A change's text, made for the first reader and kept for all others.
const QByteArray &fragment(const Change &change)
{
    QByteArray &kept = change.encoded[static_cast<size_t>(Encoding::Json)];
    if (kept.isEmpty())
        kept = makeFragment(change);
    return kept;
}

} // namespace

void JsonFieldWriter::write(const ChangePtr &change)
{
    m_writer.raw(fragment(*change));
}

void JsonFieldWriter::changes(const Changes &message)
{
    const std::vector<ChangePtr> changes = message.all();
    qsizetype size = 32;
    for (const ChangePtr &change : changes)
        size += fragment(*change).size() + 1;
    m_writer.reserve(size);
    required(Fields::Changes, changes);
}

QByteArray JsonEncoder::encode(const Message &message)
{
    JsonWriter writer;
    writer.reserve(256);
    {
        JsonFieldWriter top(writer);
        top.required(Fields::Type, QByteArray(TypeNames[message.index()]));
        std::visit([&](const auto &content) { fields(top, content); }, message);
    }
    return writer.result();
}

} // namespace ObjectSync::Internal
