// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

// Runs a fuzz target without a fuzzer, so that it is built and run everywhere:
//
//   fuzz_decoder_driver                over the sample messages of the codec's tests
//   fuzz_decoder_driver FILE...        over files, such as those that a fuzzer found
//   fuzz_decoder_driver --write DIR    writes the sample messages as seeds for a fuzzer

#include "samplemessages.h"

#include <objectsync/core/codec.h>

#include <QtCore/qdir.h>
#include <QtCore/qfile.h>

#include <cstdio>
#include <cstring>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace {

using namespace ObjectSync;

std::vector<QByteArray> seeds()
{
    std::vector<QByteArray> seeds;
    for (const Samples::Sample &sample : Samples::all()) {
        for (const Encoding encoding : { Encoding::Cbor, Encoding::Json })
            seeds.push_back(Encoder::create(encoding)->encode(sample.message));
    }
    return seeds;
}

void run(const QByteArray &bytes)
{
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(bytes.constData()),
                           static_cast<size_t>(bytes.size()));
}

int fail(const QFile &file)
{
    std::fprintf(stderr, "%s: %s\n", qPrintable(file.fileName()), qPrintable(file.errorString()));
    return 1;
}

int writeSeeds(const QString &directory)
{
    QDir().mkpath(directory);
    int number = 0;
    for (const QByteArray &seed : seeds()) {
        QFile file(QDir(directory).filePath(QString::number(number++)));
        if (!file.open(QIODevice::WriteOnly) || file.write(seed) != seed.size())
            return fail(file);
    }
    return 0;
}

int runFile(const QString &name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return fail(file);
    run(file.readAll());
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc == 3 && std::strcmp(argv[1], "--write") == 0)
        return writeSeeds(QFile::decodeName(argv[2]));
    for (int i = 1; i < argc; ++i) {
        if (const int code = runFile(QFile::decodeName(argv[i])); code != 0)
            return code;
    }
    if (argc == 1) {
        for (const QByteArray &seed : seeds())
            run(seed);
    }
    return 0;
}
