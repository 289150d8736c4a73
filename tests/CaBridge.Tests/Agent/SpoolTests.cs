using CaBridge.Agent;
using CsCheck;

namespace CaBridge.Tests.Agent;

[TestFixture]
internal sealed class SpoolTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cabridge").FullName;

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void What_memory_has_no_room_for_goes_to_disk_and_comes_back_in_order()
    {
        using var spool = new Spool(new SpoolOptions { Folder = _folder, MaxMemoryBytes = 250, MaxDiskBytes = 10_000 });
        Fill(spool, 1, 20);

        Assert.That(spool.Held, Is.EqualTo((20, 200L, 1800L)));
        Assert.That(ReadAll(spool, after: 0), Is.EqualTo(Enumerable.Range(1, 20)));
        Assert.That(spool.DroppedPackets, Is.Zero);
    }

    [Test]
    public void Oldest_goes_when_both_are_full_and_is_counted_exactly()
    {
        using var spool = new Spool(new SpoolOptions { Folder = _folder, MaxMemoryBytes = 250, MaxDiskBytes = 450 });
        Fill(spool, 1, 10);

        Assert.That(spool.Held, Is.EqualTo((6, 200L, 400L)));
        Assert.That(ReadAll(spool, after: 0), Is.EqualTo(Enumerable.Range(5, 6)));
        Assert.That(spool.DroppedPackets, Is.EqualTo(1 + 2 + 3 + 4));
    }

    /// <summary>The server may have it: counted as discarded it would be counted twice.</summary>
    [Test]
    public void Batch_that_was_sent_is_not_discarded()
    {
        using var spool = new Spool(new SpoolOptions { MaxMemoryBytes = 400 });
        Fill(spool, 1, 4);
        Assert.That(spool.TryRead(after: 0, out var sequence, out _), Is.True);
        Assert.That(spool.TryRead(after: sequence, out _, out _), Is.True);
        Fill(spool, 5, 3);

        Assert.That(ReadAll(spool, after: 0), Is.EqualTo((int[])[1, 2, 6, 7]));
        Assert.That(spool.DroppedPackets, Is.EqualTo(3 + 4 + 5));
    }

    [Test]
    public void Oldest_goes_without_disk()
    {
        using var spool = new Spool(new SpoolOptions { MaxMemoryBytes = 250 });
        Fill(spool, 1, 4);

        Assert.That((spool.FirstSequence, spool.DroppedPackets), Is.EqualTo((3UL, 3L)));
    }

    [Test]
    public void Batch_without_packets_always_finds_room()
    {
        using var spool = new Spool(new SpoolOptions { MaxMemoryBytes = 200 });
        Fill(spool, 1, 2);
        spool.Add(3, new byte[100], packets: 0);

        Assert.That((spool.Held.Count, spool.DroppedPackets), Is.EqualTo((3, 0L)));
    }

    [Test]
    public void Batch_larger_than_all_room_is_held_alone()
    {
        using var spool = new Spool(new SpoolOptions { MaxMemoryBytes = 50 });
        Fill(spool, 1, 2);

        Assert.That(ReadAll(spool, after: 0), Is.EqualTo((int[])[2]));
        Assert.That(spool.DroppedPackets, Is.EqualTo(1));
    }

    [Test]
    public void What_is_acknowledged_goes_and_leaves_no_file()
    {
        using var spool = new Spool(new SpoolOptions { Folder = _folder, MaxMemoryBytes = 100, MaxDiskBytes = 100_000 });
        for (var round = 0; round < 3; round++)
        {
            Fill(spool, (round * 10) + 1, 10);
            spool.Acknowledge((ulong)(round * 10) + 10);
            Assert.That(spool.Held, Is.EqualTo((0, 0L, 0L)));
            Assert.That(spool.FirstSequence, Is.Zero);
            Assert.That(OpenSpoolFiles(), Is.Zero);
        }
    }

    /// <summary>A process that is killed cannot delete: its files have no name to begin with.</summary>
    [Test, Platform("Unix")]
    public void Killed_agent_leaves_nothing_behind()
    {
        using var spool = new Spool(new SpoolOptions { Folder = _folder, MaxMemoryBytes = 100, MaxDiskBytes = 100_000 });
        Fill(spool, 1, 10);

        Assert.That(spool.Held.DiskBytes, Is.Positive);
        Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
    }

    [Test]
    public void Reading_goes_on_where_what_was_read_has_gone()
    {
        using var spool = new Spool(new SpoolOptions { MaxMemoryBytes = 10_000 });
        Fill(spool, 1, 10);
        Assert.That(spool.TryRead(3, out var sequence, out _), Is.True);
        spool.Acknowledge(6);
        Assert.That(ReadAll(spool, after: (int)sequence), Is.EqualTo((int[])[7, 8, 9, 10]));

        // a connection that broke begins again
        Assert.That(ReadAll(spool, after: 0), Is.EqualTo((int[])[7, 8, 9, 10]));
    }

    [Test]
    public void Long_absence_is_caught_up_with()
    {
        const int Batches = 200_000;
        using var spool = new Spool(new SpoolOptions { MaxMemoryBytes = long.MaxValue });
        for (var sequence = 1; sequence <= Batches; sequence++)
        {
            spool.Add((ulong)sequence, [], packets: 1);
        }

        Assert.That(ReadAll(spool, after: 0), Is.EqualTo(Enumerable.Range(1, Batches)));
    }

    [Test]
    public void Changes_are_announced()
    {
        using var spool = new Spool(new SpoolOptions());
        var changed = spool.Changed();
        Assert.That(changed.IsCompleted, Is.False);
        Fill(spool, 1, 1);
        Assert.That(changed.Wait(TimeSpan.FromSeconds(10)), Is.True);
        changed = spool.Changed();
        spool.Acknowledge(1);
        Assert.That(changed.Wait(TimeSpan.FromSeconds(10)), Is.True);
    }

    /// <summary>Whatever happens in whatever order, all packets are held, dropped or acknowledged.</summary>
    [Test]
    public void Nothing_vanishes() => Gen.Select(Gen.Int[0, 6].Array[1, 100], Gen.Int[0, 600], Gen.Int[0, 600]).Sample(
        (steps, memory, disk) =>
        {
            using var spool = new Spool(new SpoolOptions { Folder = disk == 0 ? null : _folder, MaxMemoryBytes = memory, MaxDiskBytes = disk });
            var (added, acknowledged, last) = (0L, 0L, 0UL);
            foreach (var step in steps)
            {
                if (step > 0)
                {
                    spool.Add(++last, Bytes((int)last, step * 30), packets: step);
                    added += step;
                }
                else if (spool.TryRead(0, out var first, out var batch))
                {
                    acknowledged += batch.Length / 30;
                    spool.Acknowledge(first);
                }
            }

            var held = 0L;
            for (var after = 0UL; spool.TryRead(after, out after, out var batch);)
            {
                Assert.That(batch, Has.All.EqualTo((byte)after));
                held += batch.Length / 30;
            }

            Assert.That(held + spool.DroppedPackets + acknowledged, Is.EqualTo(added));
            Assert.That(spool.Held.DiskBytes, Is.AtMost(disk));
        },
        iter: 500);

    private static byte[] Bytes(int sequence, int length) => [.. Enumerable.Repeat((byte)sequence, length)];

    /// <summary>Batches of 100 bytes; each has as many packets as its number is.</summary>
    private static void Fill(Spool spool, int first, int count)
    {
        for (var sequence = first; sequence < first + count; sequence++)
        {
            spool.Add((ulong)sequence, Bytes(sequence, 100), packets: sequence);
        }
    }

    private static List<int> ReadAll(Spool spool, int after)
    {
        var read = new List<int>();
        for (var at = (ulong)after; spool.TryRead(at, out var sequence, out var batch); at = sequence)
        {
            Assert.That(batch, Has.All.EqualTo((byte)sequence));
            read.Add((int)sequence);
        }

        return read;
    }

    private int OpenSpoolFiles() => Directory.GetFiles("/proc/self/fd")
        .Count(link => new FileInfo(link).LinkTarget?.StartsWith(_folder, StringComparison.Ordinal) == true);
}
