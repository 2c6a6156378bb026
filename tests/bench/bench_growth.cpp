// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// What one update costs the server must not grow with what is not concerned: entities that do not
// change, and subscriptions that do not match. And who asks for a part of the world is not to cost
// as much as who asks for all of it.
//
// Times are CPU nanoseconds an update of the server engine with the CBOR codec, without sockets:
// 1,000 updates of 1,000 entities come in 10 turns of the event loop, and one reader is told.
// The cases are measured in turn, round by round (--rounds N). With --figures FILE, what grows with
// the number of entities is appended there, for the plots.

#include "enginepair.h"
#include "options.h"
#include "report.h"
#include "sampleworld.h"
#include "serverstage.h"

#include <QtCore/qcoreapplication.h>

#include <array>
#include <cstdlib>
#include <string>

using namespace ObjectSync;

namespace {

constexpr int Updates = 1000;
constexpr int UpdatesInTurn = 100;
constexpr int Prefixes = 100;

QByteArray itemId(int index)
{
    return "item/" + QByteArray::number(index).rightJustified(9, '0');
}

/// One of 100 rooms with 100 items each.
QByteArray roomItemId(int index)
{
    return "room/" + QByteArray::number(index / Prefixes).rightJustified(3, '0') + '/'
           + QByteArray::number(index % Prefixes).rightJustified(3, '0');
}

QByteArray roomPrefix(int room)
{
    return roomItemId(room * Prefixes).left(9);
}

std::unique_ptr<ServerStage> makeStage(int entities)
{
    return std::make_unique<ServerStage>(sampleWorld(entities, itemId));
}

/// Which entities change: the same ones each time, spread over the world; or, where they wander,
/// others each time, so that processor caches are of little use in a large world.
enum class Choice { Same, Wandering };

class Case
{
public:
    Case(std::string name, std::unique_ptr<ServerStage> stage, int entities,
         QByteArray (*makeId)(int), Choice choice = Choice::Same)
        : m_name(std::move(name)), m_stage(std::move(stage)), m_entities(entities),
          m_makeId(makeId), m_choice(choice)
    {
    }

    ServerStage &stage() { return *m_stage; }
    const std::string &name() const { return m_name; }
    void expect(qint64 changes) { m_expected = changes; }

    void measure()
    {
        pass(); // what other cases have pushed out of the processor's caches comes back
        m_stage->takeTold();
        m_nanoseconds.push_back(pass() * 1e9 / Updates);
        m_told = m_stage->takeTold();
        if (m_told.changes != m_expected) {
            std::fprintf(stderr, "bench_growth: %s: readers were told of %lld updates, not %lld\n",
                         m_name.c_str(), static_cast<long long>(m_told.changes),
                         static_cast<long long>(m_expected));
            std::exit(1);
        }
    }

    int entities() const { return m_entities; }
    Spread spread() const { return Spread(m_nanoseconds); }
    double median() const { return spread().median; }

    void print() const
    {
        const Spread spread(m_nanoseconds);
        std::fprintf(stderr, "%-60s %8.0f (%.0f to %.0f)\n", m_name.c_str(), spread.median,
                     spread.least, spread.most);
    }

private:
    /// All updates once; the CPU seconds that they took.
    double pass()
    {
        double seconds = 0;
        for (int turn = 0; turn < Updates / UpdatesInTurn; ++turn) {
            const auto messages = m_stage->prepare(chooseIds(turn * UpdatesInTurn));
            const double begin = cpuSeconds();
            m_stage->turn(messages);
            seconds += cpuSeconds() - begin;
        }
        ++m_pass;
        return seconds;
    }

    std::vector<QByteArray> chooseIds(int from) const
    {
        // A step that has no divisor in common with the number of entities meets each once.
        const qint64 offset = m_choice == Choice::Wandering ? m_pass * qint64(7919) : 0;
        std::vector<QByteArray> ids;
        for (int i = from; i < from + UpdatesInTurn; ++i)
            ids.push_back(m_makeId(
                    static_cast<int>((i * qint64(m_entities / Updates) + offset) % m_entities)));
        return ids;
    }

    std::string m_name;
    std::unique_ptr<ServerStage> m_stage;
    int m_entities;
    QByteArray (*m_makeId)(int);
    Choice m_choice;
    int m_pass = 0;
    qint64 m_expected = Updates;
    ServerStage::Told m_told;
    std::vector<double> m_nanoseconds;
};

void measure(std::vector<Case> &cases, int rounds)
{
    for (Case &each : cases)
        each.measure(); // what is only done once
    for (int round = 0; round < rounds; ++round) {
        for (Case &each : cases)
            each.measure();
    }
    for (const Case &each : cases)
        each.print();
}

void benchEntities(Choice choice, const Bench::Options &options)
{
    const char *which = choice == Choice::Same ? "the same 1,000 change"
                                               : "others change each time";
    std::vector<Case> cases;
    for (const int entities : { 1000, 10000, 100000, 1000000 }) {
        cases.emplace_back(std::to_string(entities) + " entities, " + which, makeStage(entities),
                           entities, itemId, choice);
        cases.back().stage().addReader(Filter::byPrefix("item/"));
    }
    measure(cases, options.rounds());
    for (const Case &each : cases) {
        const std::string name = std::to_string(each.entities());
        const char *whose = choice == Choice::Same ? "same" : "wandering";
        options.keep({ "bench_growth", name.c_str(), whose, which }, each.spread());
    }
    // Where others change each time, a million entities are concerned, which no processor's caches hold:
    // that is for the table, not for a judgement.
    for (size_t i = 1; choice == Choice::Same && i < cases.size(); ++i) {
        report(("growth: " + cases[i].name() + ", against 1000 entities").c_str(),
               cases[i].median(), cases[0].median(), Bound::Most, 1.1, 1.2);
    }
}

void benchSubscriptions(int rounds)
{
    std::vector<Case> cases;
    for (const int subscriptions : { 0, 1, 100, 10000 }) {
        cases.emplace_back(std::to_string(subscriptions) + " subscriptions that do not match",
                           makeStage(10000), 10000, itemId);
        ServerStage &stage = cases.back().stage();
        stage.addReader(Filter::byPrefix("item/"));
        for (int i = 0; i < subscriptions; ++i) {
            const QByteArray other = "other/" + QByteArray::number(i);
            stage.addReader(i % 2 == 0 ? Filter::byPrefix(other + '/') : Filter::byIds({ other }));
        }
    }
    measure(cases, rounds);
    for (size_t i = 2; i < cases.size(); ++i) {
        report(("growth: " + cases[i].name() + ", against 1").c_str(), cases[i].median(),
               cases[1].median(), Bound::Most, 1.1, 1.2);
    }
}

void benchPrefixes(int rounds)
{
    const auto makeRooms = [] {
        return std::make_unique<ServerStage>(sampleWorld(Prefixes * Prefixes, roomItemId));
    };
    constexpr int Entities = Prefixes * Prefixes;
    std::vector<Case> cases;
    cases.emplace_back("one reader of all", makeRooms(), Entities, roomItemId);
    cases.back().stage().addReader(Filter::byPrefix("room/"));
    cases.emplace_back("one reader of 1 of 100 prefixes", makeRooms(), Entities, roomItemId);
    cases.back().stage().addReader(Filter::byPrefix(roomPrefix(7)));
    cases.back().expect(Updates / Prefixes);
    cases.emplace_back("100 readers of all", makeRooms(), Entities, roomItemId);
    cases.back().expect(Updates * Prefixes);
    for (int i = 0; i < Prefixes; ++i)
        cases.back().stage().addReader(Filter::byPrefix("room/"));
    cases.emplace_back("100 readers of one prefix each", makeRooms(), Entities, roomItemId);
    for (int i = 0; i < Prefixes; ++i)
        cases.back().stage().addReader(Filter::byPrefix(roomPrefix(i)));
    measure(cases, rounds);
    // What nobody is told of must cost no more than what somebody is told of; and 100 messages of one
    // update each (a look-up and an encoding for each) not much more than one of 100 for all.
    report("filters: a reader of 1 of 100 prefixes, against a reader of all", cases[1].median(),
           cases[0].median(), Bound::Most, 1, 1.1);
    report("filters: 100 readers of one prefix each, against 100 readers of all", cases[3].median(),
           cases[2].median(), Bound::Most, 1.3, 1.5);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    Bench::Options options(Bench::Options::Kind::Alone, 41);
    options.parse(QCoreApplication::arguments());
    std::fprintf(stderr, "%-60s %8s\n", "", "server ns an update (least to most)");
    benchEntities(Choice::Same, options);
    benchEntities(Choice::Wandering, options);
    benchSubscriptions(options.rounds());
    benchPrefixes(options.rounds());
    return 0;
}
