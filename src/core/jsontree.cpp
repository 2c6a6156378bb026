// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "jsontree_p.h"

#include "decodeproblem_p.h"
#include "mapitems_p.h"

#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;

namespace ObjectSync::Internal {

namespace {

QByteArray toByteArray(const std::string &text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

/// Builds the tree from the parser's events; one that returns false stops the parser.
class TreeBuilder final : public nlohmann::json_sax<nlohmann::json>, public DecodeProblem
{
public:
    explicit TreeBuilder(qint64 depth) : m_depth(depth) { }
    JsonNode takeTree() { return std::move(m_root); }

    bool null() override { return add({}); }
    bool boolean(bool value) override
    {
        return add({ .kind = JsonNode::Kind::Bool, .boolean = value });
    }
    bool number_integer(number_integer_t number) override
    {
        return add({ .kind = JsonNode::Kind::Int, .integer = number });
    }
    bool number_unsigned(number_unsigned_t number) override
    {
        if (number > static_cast<quint64>(std::numeric_limits<qint64>::max()))
            return tooBig();
        return number_integer(static_cast<qint64>(number));
    }
    bool number_float(number_float_t number, const string_t &text) override
    {
        if (text.find_first_of(".eE") == string_t::npos) // an integer that became a double
            return tooBig();
        return add({ .kind = JsonNode::Kind::Double, .number = number });
    }
    bool string(string_t &text) override
    {
        return add({ .kind = JsonNode::Kind::String, .text = toByteArray(text) });
    }
    bool binary(binary_t &) override { return false; } // not in JSON

    bool start_object(std::size_t) override { return open(JsonNode::Kind::Object); }
    bool key(string_t &name) override
    {
        m_name = toByteArray(name);
        return true;
    }
    bool end_object() override
    {
        if (hasDuplicateNames(m_open.back().items)) {
            fail(ErrorCode::BadMessage, u"JSON: a name comes twice in an object"_s);
            return false;
        }
        return close();
    }
    bool start_array(std::size_t) override { return open(JsonNode::Kind::Array); }
    bool end_array() override { return close(); }

    bool parse_error(std::size_t position, const std::string &,
                     const nlohmann::detail::exception &problem) override
    {
        // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while …"
        const QString text = QString::fromUtf8(problem.what());
        const qsizetype begin = text.indexOf(": "_L1);
        fail(ErrorCode::BadMessage,
             u"JSON, byte %1: %2"_s.arg(position).arg(begin < 0 ? text : text.mid(begin + 2, 200)));
        return false;
    }

private:
    bool tooBig()
    {
        fail(ErrorCode::BadValue,
             u"JSON: an integer does not fit into 64 bits; write a double with an exponent"_s);
        return false;
    }

    bool add(JsonNode node)
    {
        if (m_open.empty()) {
            m_root = std::move(node);
            return true;
        }
        JsonNode &parent = m_open.back();
        if (parent.kind == JsonNode::Kind::Object)
            node.name = std::move(m_name);
        parent.items.push_back(std::move(node));
        return true;
    }

    bool open(JsonNode::Kind kind)
    {
        if (static_cast<qint64>(m_open.size()) >= m_depth) {
            fail(ErrorCode::TooLarge, u"JSON: nested deeper than %1 levels"_s.arg(m_depth));
            return false;
        }
        m_open.push_back({ .kind = kind, .name = std::move(m_name) });
        return true;
    }

    bool close()
    {
        JsonNode node = std::move(m_open.back());
        m_open.pop_back();
        m_name = std::move(node.name);
        return add(std::move(node));
    }

    qint64 m_depth;
    JsonNode m_root;
    std::vector<JsonNode> m_open; ///< the containers that have begun, outermost first
    QByteArray m_name; ///< of the member that comes next
};

} // namespace

const JsonNode *JsonNode::member(QByteArrayView wanted) const
{
    for (const JsonNode &item : items) {
        if (item.name == wanted)
            return &item;
    }
    return nullptr;
}

Expected<JsonNode> parseJson(QByteArrayView json, qint64 depth)
{
    // The parser takes a zero byte for the end of the text and would not see what follows.
    if (json.contains('\0'))
        return Error{ ErrorCode::BadMessage, u"JSON: there is a zero byte"_s };
    TreeBuilder builder(depth);
    const bool parsed = nlohmann::json::sax_parse(json.begin(), json.end(), &builder);
    if (builder.failed())
        return builder.error();
    if (!parsed)
        return Error{ ErrorCode::BadMessage, u"JSON: not well-formed"_s };
    return builder.takeTree();
}

} // namespace ObjectSync::Internal
