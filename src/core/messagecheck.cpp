// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "messagecheck_p.h"

using namespace Qt::StringLiterals;

namespace ObjectSync::Internal {

namespace {

/// A visitor: the first thing wrong with a message.
class MessageCheck
{
public:
    explicit MessageCheck(const Limits &limits) : m_limits(limits) { }

    Expected<void> operator()(const Hello &hello) const
    {
        if (hello.client.isEmpty() || hello.client.size() > 64)
            return Error{ ErrorCode::BadMessage, u"\"client\" must have 1 to 64 bytes"_s };
        if (hello.resume) {
            for (const Subscribe &subscribe : hello.resume->subscriptions) {
                if (auto checked = (*this)(subscribe); !checked)
                    return checked;
            }
        }
        return {};
    }

    Expected<void> operator()(const Subscribe &subscribe) const
    {
        return subscribe.filter.prefix ? checkBeginning(*subscribe.filter.prefix)
                                       : checkIds(subscribe.filter.ids);
    }

    Expected<void> operator()(const Commit &commit) const
    {
        for (const Operation &operation : commit.transaction.operations) {
            if (auto checked = checkOperation(operation); !checked)
                return checked;
        }
        for (const Expectation &expectation : commit.transaction.expectations) {
            if (auto checked = checkId(expectation.id, m_limits); !checked)
                return checked;
            if (auto checked = checkNames(expectation.values); !checked)
                return checked;
        }
        return {};
    }

    Expected<void> operator()(const Fetch &fetch) const { return checkIds(fetch.ids); }

    Expected<void> operator()(const Result &result) const
    {
        for (const std::optional<Result::Entity> &entity : result.entities) {
            if (!entity)
                continue;
            if (auto checked = checkId(entity->id, m_limits); !checked)
                return checked;
            if (auto checked = checkNames(entity->values); !checked)
                return checked;
        }
        return {};
    }

    Expected<void> operator()(const auto &) const { return {}; }

private:
    /// Of an id that goes on, or may go on: a prefix, or what a server has to complete.
    Expected<void> checkBeginning(const QByteArray &beginning) const
    {
        return checkId(beginning + 'x', m_limits);
    }

    Expected<void> checkIds(const std::vector<QByteArray> &ids) const
    {
        for (const QByteArray &id : ids) {
            if (auto checked = checkId(id, m_limits); !checked)
                return checked;
        }
        return {};
    }

    Expected<void> checkNames(const ValueMap &values) const
    {
        if (values.size() > m_limits.properties) {
            return Error{ ErrorCode::TooLarge,
                          u"%1 properties at once; an entity may have %2"_s.arg(values.size())
                                  .arg(m_limits.properties) };
        }
        for (const ValueMap::Item &item : values) {
            if (auto checked = checkName(item.name, m_limits); !checked)
                return checked;
        }
        return {};
    }

    Expected<void> checkOperation(const Operation &operation) const
    {
        if (auto checked = operation.needsId() ? checkBeginning(operation.id)
                                               : checkId(operation.id, m_limits);
            !checked)
            return checked; // blames nobody: it could not be told in a message
        auto checked = checkNames(operation.values);
        for (const QByteArray &name : operation.names) {
            if (checked)
                checked = checkName(name, m_limits);
        }
        if (checked && operation.kind == Operation::Kind::Apply)
            checked = checkName(operation.name, m_limits);
        if (!checked)
            return Error{ checked.error().code, checked.error().message, operation.id };
        return checked;
    }

    const Limits &m_limits;
};

} // namespace

Expected<void> checkMessageSize(QByteArrayView bytes, const Limits &limits)
{
    if (bytes.size() <= limits.messageSize)
        return {};
    return Error{ ErrorCode::TooLarge,
                  u"The message has %1 bytes; at most %2 are allowed"_s.arg(bytes.size())
                          .arg(limits.messageSize) };
}

Expected<void> checkMessage(const Message &message, const Limits &limits)
{
    return std::visit(MessageCheck(limits), message);
}

Expected<Message> checkedMessage(Message message, const std::optional<Error> &excess,
                                 const Limits &limits)
{
    const Expected<void> checked = excess ? *excess : checkMessage(message, limits);
    if (!checked) {
        auto *commit = std::get_if<Commit>(&message);
        if (!commit)
            return inMessage(typeName(message), checked.error());
        commit->fault = checked.error();
    }
    return message;
}

Error unknownType(const QByteArray &type)
{
    return Error{ ErrorCode::UnknownType,
                  u"There is no message type \"%1\" in this version of the protocol"_s.arg(
                          QString::fromUtf8(type.left(40))) };
}

Error notSentBy(Decoder::Sender sender, const char *type)
{
    const bool isClient = sender == Decoder::Sender::Client;
    return Error{ ErrorCode::UnknownType,
                  u"Only a %1 sends `%2`"_s.arg(isClient ? "server"_L1 : "client"_L1,
                                                QLatin1String(type)) };
}

Error inMessage(const char *type, Error error)
{
    error.message.prepend(QLatin1String(type) + ": "_L1);
    return error;
}

} // namespace ObjectSync::Internal
