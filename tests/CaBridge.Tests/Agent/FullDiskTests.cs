using CaBridge.Agent;
using CaBridge.Tests.Capture.Live;

namespace CaBridge.Tests.Agent;

/// <summary>A disk of a megabyte under the spool.</summary>
[TestFixture]
internal sealed class FullDiskTests
{
    private const int BatchBytes = 64 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("cabridge").FullName;

    [OneTimeSetUp]
    public void Mount()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("A FULL DISK IS NOT TESTED: mounting needs root.");
        }

        VethPair.Demand("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _folder);
    }

    [OneTimeTearDown]
    public void Unmount()
    {
        if (Environment.IsPrivilegedProcess)
        {
            VethPair.Demand("umount", _folder);
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void Full_disk_loses_the_oldest_and_says_why()
    {
        using var spool = new Spool(new SpoolOptions { Folder = _folder, MaxMemoryBytes = 4 * BatchBytes });
        var failures = new HashSet<string>(StringComparer.Ordinal);
        for (var sequence = 1UL; sequence <= 100; sequence++)
        {
            spool.Add(sequence, [.. Enumerable.Repeat((byte)sequence, BatchBytes)], packets: 10);
            failures.Add(spool.DiskFailure ?? "");
        }

        Assert.That(failures, Has.Some.Contains("space"));
        Assert.That(spool.Held.Count + (spool.DroppedPackets / 10), Is.EqualTo(100));
        Assert.That(spool.Held.Count, Is.GreaterThanOrEqualTo(4));
        var next = 100UL - (ulong)spool.Held.Count;
        for (var after = 0UL; spool.TryRead(after, out after, out var batch);)
        {
            Assert.That(after, Is.EqualTo(++next));
            Assert.That(batch, Has.All.EqualTo((byte)after));
        }

        spool.Acknowledge(100);
        spool.Add(101, new byte[4 * BatchBytes], packets: 10);
        spool.Add(102, new byte[BatchBytes], packets: 10);
        Assert.That((spool.DiskFailure, spool.Held.DiskBytes), Is.EqualTo(((string?)null, (long)BatchBytes)));
    }
}
