// SPDX-FileCopyrightText: 2026 ObjectSync for Qt contributors
// SPDX-License-Identifier: MIT

#include "storageconformance.h"

#include <objectsync/server/memorystorage.h>

using namespace ObjectSync;

class TestMemoryStorage : public StorageConformance
{
    Q_OBJECT

protected:
    std::unique_ptr<Storage> open() override { return std::make_unique<MemoryStorage>(m_memory); }
    void reset() override { m_memory = MemoryStorage::makeMemory(); }

private:
    std::shared_ptr<MemoryStorage::Memory> m_memory;

private Q_SLOTS:
    void withoutASharedMemoryNothingOutlivesTheStorage()
    {
        MemoryStorage first;
        QVERIFY(first.write({ batch(1, { entity("lamp", 1) }) }));
        QCOMPARE(first.load({})->entities.size(), size_t(1));
        MemoryStorage second;
        QVERIFY(second.load({})->entities.empty());
    }

    void contentsCanBeLookedAt()
    {
        write({ batch(1, { entity("lamp", 1) }) });
        QVERIFY(MemoryStorage::contents(m_memory, {}).entities == std::vector{ entity("lamp", 1) });
        QVERIFY(MemoryStorage::contents(m_memory, "other") == StoredWorld());
    }
};

QTEST_GUILESS_MAIN(TestMemoryStorage)

#include "tst_memorystorage.moc"
