// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "fields_p.h"
#include "jsoncodec_p.h"
#include "jsonreader_p.h"
#include "mapitems_p.h"
#include "messagecheck_p.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace ObjectSync::Internal {

/// Reads the fields of one message, or of a part of one.
class JsonFieldReader
{
public:
    JsonFieldReader(JsonReader &reader, const Limits &limits, const JsonNode &node, const char *what)
        : m_reader(reader), m_limits(limits), m_node(node)
    {
        is(node, JsonNode::Kind::Object, what, "an object");
    }

    template<typename T>
    void required(Field field, T &content)
    {
        if (const JsonNode *member = m_node.member(field.name))
            read(field, *member, content);
        else
            fail(missing(field.name));
    }
    template<typename T>
    void optional(Field field, T &content)
    {
        if (const JsonNode *member = m_node.member(field.name))
            read(field, *member, content);
    }
    void changes(Changes &message) { required(Fields::Changes, message.changes); }

private:
    using Kind = JsonNode::Kind;

    void fail(const QString &message) { m_reader.fail(ErrorCode::BadMessage, message); }
    void check(const Expected<void> &checked)
    {
        if (!checked)
            m_reader.fail(checked.error().code.constData(), checked.error().message);
    }
    bool is(const JsonNode &node, Kind kind, const char *field, const char *what)
    {
        if (node.kind != kind)
            fail(mustBe(field, what));
        return node.kind == kind;
    }

    void read(Field field, const JsonNode &node, qint64 &number)
    {
        if (is(node, Kind::Int, field.name, "a 64-bit integer"))
            number = node.integer;
    }
    void read(Field field, const JsonNode &node, bool &value)
    {
        if (is(node, Kind::Bool, field.name, "true or false"))
            value = node.boolean;
    }
    void read(Field field, const JsonNode &node, QByteArray &utf8)
    {
        if (is(node, Kind::String, field.name, "a text string"))
            utf8 = node.text;
    }
    void read(Field field, const JsonNode &node, Word &word)
    {
        if (is(node, Kind::String, field.name, "a text string"))
            word.text = node.text;
    }
    void read(Field field, const JsonNode &node, QString &text)
    {
        if (is(node, Kind::String, field.name, "a text string"))
            text = QString::fromUtf8(node.text);
    }
    void read(Field, const JsonNode &node, Value &value) { value = m_reader.value(node); }
    void read(Field field, const JsonNode &node, ValueMap &map)
    {
        if (is(node, Kind::Object, field.name, "an object"))
            map = m_reader.map(node);
    }
    void read(Field field, const JsonNode &node, ChangePtr &change);
    template<typename T>
    void read(Field field, const JsonNode &node, std::vector<T> &list)
    {
        if (!is(node, Kind::Array, field.name, "an array"))
            return;
        list.reserve(node.items.size());
        for (const JsonNode &item : node.items) {
            list.emplace_back();
            // Of ids and of entities, some may be none.
            constexpr bool mayBeNone =
                    std::same_as<T, QByteArray> || std::same_as<T, std::optional<Result::Entity>>;
            if (!mayBeNone || item.kind != Kind::Null)
                read(field, item, list.back());
            if (m_reader.failed())
                break;
        }
    }
    template<typename T>
    void read(Field field, const JsonNode &node, std::optional<T> &content)
    {
        content = T(); // not emplace(): clang 14 finds none for a class within a class
        read(field, node, *content);
    }
    template<typename T>
    void read(Field field, const JsonNode &node, T &part)
    {
        JsonFieldReader reader(m_reader, m_limits, node, field.name);
        fields(reader, part);
    }
    void readEvent(Change &change);
    void readProperties(Change &change);

    JsonReader &m_reader;
    const Limits &m_limits;
    const JsonNode &m_node;
};

void JsonFieldReader::readEvent(Change &change)
{
    QByteArray word;
    optional(Fields::Event, word);
    using Event = Change::Event;
    for (const Event event :
         { Event::Update, Event::Create, Event::Enter, Event::Destroy, Event::Leave }) {
        if (word == eventWord(event)) {
            change.event = event;
            return;
        }
    }
    fail(mustBe(Fields::Event.name, "create, enter, destroy or leave"));
}

void JsonFieldReader::readProperties(Change &change)
{
    const JsonNode *values = m_node.member(Fields::Values.name);
    if (values && is(*values, Kind::Object, Fields::Values.name, "an object")) {
        for (const JsonNode &item : values->items)
            change.properties.push_back({ 0, item.name, m_reader.value(item) });
    }
    std::vector<QByteArray> unset;
    optional(Fields::Unset, unset);
    for (QByteArray &name : unset)
        change.properties.push_back({ 0, std::move(name), {} });
    for (const Change::Property &property : change.properties)
        check(checkName(property.name, m_limits));
    if (!unset.empty() && change.event != Change::Event::Update)
        fail(u"only an update may remove properties"_s);
    if (!change.properties.empty() && change.isRemoval())
        fail(u"what is gone has no properties"_s);
    if (hasDuplicateNames(change.properties))
        fail(u"a change names a property twice"_s);
}

void JsonFieldReader::read(Field field, const JsonNode &node, ChangePtr &change)
{
    auto made = std::make_shared<Change>();
    JsonFieldReader reader(m_reader, m_limits, node, field.name);
    reader.required(Fields::Id, made->id);
    check(checkId(made->id, m_limits));
    reader.readEvent(*made);
    reader.readProperties(*made);
    change = std::move(made);
}

Expected<Message> JsonDecoder::decode(QByteArrayView bytes)
{
    if (const Expected<void> checked = checkMessageSize(bytes, m_limits); !checked)
        return checked.error();
    const Expected<JsonNode> tree = parseJson(bytes, jsonDepth(m_limits));
    if (!tree)
        return tree.error();
    JsonReader reader(m_limits);
    JsonFieldReader top(reader, m_limits, *tree, "message");
    QByteArray word;
    top.required(Fields::Type, word);
    if (reader.failed())
        return reader.error();
    const auto type = std::find(TypeNames.begin(), TypeNames.end(), word);
    const auto position = static_cast<size_t>(type - TypeNames.begin());
    if (position < TypeNames.size() && !maySend(m_sender, position))
        return notSentBy(m_sender, *type);
    Message message;
    if (!readMessage(top, position, message))
        return unknownType(word);
    if (reader.failed())
        return inMessage(*type, reader.error());
    return checkedMessage(std::move(message), reader.excess(), m_limits);
}

} // namespace ObjectSync::Internal
