using CaBridge.Agent;
using CaBridge.Analysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Capture.Live;
using CaBridge.Cli.Live;

namespace CaBridge.Tests.Cli.Live;

[TestFixture]
internal sealed class PacketKeeperTests
{
    private const int FrameBytes = 1000;
    private static readonly CaptureInterface[] Interfaces = [new("eth0", null, LinkType.Ethernet, 65_535), new("eth1", null, LinkType.Ethernet, 65_535)];

    private readonly string _folder = Directory.CreateTempSubdirectory("cabridge").FullName;
    private readonly List<string> _told = [];

    private string FilePath => Path.Combine(_folder, "net.pcapng");

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [SetUp]
    public void Clean()
    {
        _told.Clear();
        foreach (var file in Directory.EnumerateFiles(_folder))
        {
            File.Delete(file);
        }
    }

    [Test]
    public void One_file_has_all_packets()
    {
        Assert.That(Keep(new PcapngRingOptions { Path = FilePath }, 5000), Is.EqualTo($"5,000 packets written to {FilePath}; 0 not"));
        Assert.That(Numbers(FilePath), Is.EqualTo(Enumerable.Range(0, 5000)));
    }

    [Test]
    public void A_ring_keeps_the_latest_files_whole()
    {
        var options = new PcapngRingOptions { Path = FilePath, FileBytes = 1024 * 1024, Files = 3 };

        Assert.That(Keep(options, 8000), Does.EndWith("; 0 not"));
        Assert.That(Files(), Has.Count.EqualTo(3));
        Assert.That(Files().Select(file => new FileInfo(file).Length), Has.All.LessThan(1024 * 1024 + (256 * 1024)));
        var kept = Files().SelectMany(Numbers).ToList();
        Assert.That(kept, Is.EqualTo(Enumerable.Range(8000 - kept.Count, kept.Count)));
    }

    [Test]
    public void A_later_run_goes_on_with_the_ring()
    {
        File.WriteAllText(Path.Combine(_folder, "net-notes.pcapng"), "not of the ring");
        var options = new PcapngRingOptions { Path = FilePath, FileBytes = 1024 * 1024, Files = 2 };
        Keep(options, 1500);
        Keep(options, 1);

        Assert.That(Files().Select(Path.GetFileName), Is.EqualTo((string[])["net-00002.pcapng", "net-00003.pcapng", "net-notes.pcapng"]));
        Assert.That(Numbers(Path.Combine(_folder, "net-00003.pcapng")), Is.EqualTo((int[])[0]));
    }

    [Test]
    public void A_flush_brings_packets_to_the_file_while_capturing()
    {
        using var keeper = new PacketKeeper(new PcapngRing(new PcapngRingOptions { Path = FilePath }, Interfaces), _told.Add);
        Add(keeper, 3);
        keeper.Flush();

        Assert.That(() => Numbers(FilePath).Count, Is.EqualTo(3).After(5_000, 5));
    }

    [Test]
    public void A_full_disk_is_told_once_and_ends_the_writing_only()
    {
        var kept = Keep(new PcapngRingOptions { Path = FilePath, Open = _ => new SmallDisk(3_000_000) }, 10_000);

        Assert.That(_told, Is.EqualTo((string[])[$"'{FilePath}' is not written any more, the capture goes on: No space left on device"]));
        Assert.That(kept, Does.Match($"^[12],[0-9]+ packets written to {FilePath}; [78],[0-9]+ not$"));
    }

    [Test]
    public void A_disk_that_stands_still_loses_packets_of_the_file_and_counts_them()
    {
        using var disk = new ManualResetEventSlim();
        using var keeper = new PacketKeeper(new PcapngRing(new PcapngRingOptions { Path = FilePath, Open = path => new SlowDisk(path, disk) }, Interfaces), _told.Add);
        Add(keeper, 80_000);
        disk.Set();
        var sentence = keeper.Complete([], SampleTime(0));

        Assert.That(sentence, Does.Match("^6[0-9],[0-9]+ packets written to .*; 1[0-9],[0-9]+ not$"));
        Assert.That(Numbers(FilePath), Has.Count.InRange(60_000, 70_000));
    }

    [Test]
    public void What_the_kernel_dropped_is_in_the_file()
    {
        using (var keeper = new PacketKeeper(new PcapngRing(new PcapngRingOptions { Path = FilePath }, Interfaces), _told.Add))
        {
            keeper.Complete([new DeviceStatistics("eth0", 10, 3, 1, 7, IsRunning: true)], SampleTime(0));
        }

        // an interface statistics block at the end: 56 bytes, dropped (option 5) is 4
        var tail = File.ReadAllBytes(FilePath).AsSpan(^52..);
        Assert.That(BitConverter.ToUInt32(tail), Is.EqualTo(5), "its type");
        Assert.That(BitConverter.ToUInt64(tail[36..]), Is.EqualTo(4), "isb_ifdrop");
    }

    [Test]
    public void A_file_that_cannot_be_is_told_at_once() => Assert.That(
        () => new PcapngRing(new PcapngRingOptions { Path = Path.Combine(_folder, "nowhere", "net.pcapng") }, Interfaces),
        Throws.TypeOf<AgentException>().With.Message.Contains("nowhere"));

    [TestCase("-r", "x.pcap", "-w", "y.pcapng")]
    [TestCase("-i", "lo", "--files", "3")]
    [TestCase("-i", "lo", "-w", "y.pcapng", "--files", "3")]
    [TestCase("-i", "lo", "--file-size", "3")]
    [TestCase("--all")]
    public void Wrong_usage_is_2(params string[] options)
    {
        var run = Tool.Run(["capture", .. options]);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((2, "")));
        Assert.That(run.Errors, Does.StartWith("cabridge: "));
    }

    private static CaptureTime SampleTime(int number) => new(1_795_414_647_000_000_000 + number);

    private static void Add(PacketKeeper keeper, int packets)
    {
        var data = new byte[FrameBytes];
        for (var number = 0; number < packets; number++)
        {
            BitConverter.TryWriteBytes(data, number);
            keeper.Add(new Packet(SampleTime(number), number + 1, LinkType.Ethernet, data, FrameBytes, number % 2));
        }
    }

    private static List<int> Numbers(string path)
    {
        using var set = CaptureSet.Open([path], new CaptureReaderOptions());
        var numbers = new List<int>();
        while (set.TryRead(out var packet))
        {
            var number = BitConverter.ToInt32(packet.Data);
            Assert.That((packet.Time, packet.InterfaceIndex, packet.Data.Length), Is.EqualTo((SampleTime(number), number % 2, FrameBytes)));
            numbers.Add(number);
        }

        return numbers;
    }

    private List<string> Files() => [.. Directory.EnumerateFiles(_folder).Order(StringComparer.Ordinal)];

    private string Keep(PcapngRingOptions options, int packets)
    {
        using var keeper = new PacketKeeper(new PcapngRing(options, Interfaces), _told.Add);
        Add(keeper, packets);
        return keeper.Complete([], SampleTime(0));
    }

    /// <summary>Full after so many bytes.</summary>
    private sealed class SmallDisk(int capacity) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Length + count > capacity)
            {
                throw new IOException("No space left on device");
            }

            base.Write(buffer, offset, count);
        }
    }

    /// <summary>Writes nothing before it is told to.</summary>
    private sealed class SlowDisk(string path, ManualResetEventSlim goesOn) : FileStream(path, FileMode.Create)
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            goesOn.Wait();
            base.Write(buffer, offset, count);
        }
    }
}
