using System.Diagnostics;
using System.Globalization;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Capture.Live;

namespace CaBridge.Tests.Capture.Live;

/// <summary>A cable between two network namespaces, tcpreplay at one end, the capture at the other.</summary>
[TestFixture, NonParallelizable]
internal sealed class LiveCaptureTests
{
    private CaptureSink _sink = new();
    private VethPair? _cable;

    private VethPair Cable => _cable!;

    [SetUp]
    public void Connect() => (_cable, _sink) = (VethPair.Create(), new CaptureSink());

    [TearDown]
    public void Disconnect() => _cable?.Dispose();

    [Test]
    public void Every_frame_arrives_as_it_was_sent([Values(0, 10)] int delayMilliseconds)
    {
        using var file = new ReplayFile("ioc-startup", "mixed-ops", "large-arrays");
        using var capture = Open(new LiveCaptureOptions { Devices = [VethPair.Far], MaxDelay = TimeSpan.FromMilliseconds(delayMilliseconds) });
        capture.Start(_sink.Take);
        Cable.Replay(file.FilePath, "--pps=20000");
        _sink.WaitFor(file.Frames.Count);
        capture.Stop();

        var seen = _sink.Frames;
        Assert.That(seen.Select(frame => Convert.ToHexString(frame.Data)), Is.EqualTo(file.Frames.Select(frame => Convert.ToHexString(frame.Data))));
        Assert.That(seen.Select(frame => frame.Frame), Is.EqualTo(Enumerable.Range(1, seen.Count)));
        Assert.That(seen.Select(frame => frame.OriginalLength), Is.EqualTo(file.Frames.Select(frame => frame.OriginalLength)));
        Assert.That(seen.Select(frame => (frame.LinkType, frame.InterfaceIndex)), Has.All.EqualTo((LinkType.Ethernet, 0)));
        Assert.That(capture.ReadStatistics()[0], Is.EqualTo(new DeviceStatistics(VethPair.Far, seen.Count, 0, 0, seen.Count, IsRunning: false)));
    }

    [Test]
    public void Times_are_nanoseconds_in_order()
    {
        using var file = new ReplayFile("ioc-startup");
        using var capture = Open(new LiveCaptureOptions { Devices = [VethPair.Far] });
        capture.Start(_sink.Take);
        var before = Now();
        Cable.Replay(file.FilePath, "--topspeed");
        _sink.WaitFor(file.Frames.Count);
        var after = Now();

        var times = _sink.Frames.Select(frame => frame.UnixNanoseconds).ToList();
        Assert.That(times, Is.Ordered);
        Assert.That(times, Has.All.InRange(before, after));
        Assert.That(times.Count(time => time % 1000 != 0), Is.GreaterThan(times.Count / 2));
    }

    [Test]
    public void Nothing_is_lost_unseen_at_top_speed()
    {
        const int Loops = 40;
        using var file = new ReplayFile("catime");
        using var capture = Open(new LiveCaptureOptions { Devices = [VethPair.Far] });
        var taken = 0L;
        capture.Start((in _) => taken++);
        var told = Cable.Replay(file.FilePath, "--topspeed", "--preload-pcap", $"--loop={Loops}");
        var sent = (long)file.Frames.Count * Loops;
        var isComplete = CaptureSink.Wait(() => capture.ReadStatistics()[0] is var statistics && statistics.HandedOver + statistics.DroppedByKernel >= sent);
        capture.Stop();

        var found = capture.ReadStatistics()[0];
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found}\n{told}"));
        Assert.That(isComplete, Is.True, found.ToString());
        Assert.That((found.Received, found.HandedOver + found.DroppedByKernel), Is.EqualTo((sent, sent)));
        Assert.That(taken, Is.EqualTo(found.HandedOver));
    }

    [Test]
    public void What_does_not_fit_into_the_kernels_buffer_is_counted()
    {
        using var file = new ReplayFile("catime");
        using var capture = Open(new LiveCaptureOptions { Devices = [VethPair.Far], KernelBufferBytes = 1024 * 1024 });
        using var gate = new ManualResetEventSlim();
        capture.Start((in _) => gate.Wait());
        Cable.Replay(file.FilePath, "--topspeed");
        gate.Set();
        CaptureSink.Wait(() => capture.ReadStatistics()[0] is var statistics && statistics.HandedOver + statistics.DroppedByKernel >= file.Frames.Count);
        capture.Stop();

        var found = capture.ReadStatistics()[0];
        Assert.That(found.DroppedByKernel, Is.Positive);
        Assert.That((found.Received, found.HandedOver + found.DroppedByKernel), Is.EqualTo(((long)file.Frames.Count, (long)file.Frames.Count)));
    }

    [Test]
    public void Packets_allocate_nothing()
    {
        using var file = new ReplayFile("catime");
        using var capture = Open(new LiveCaptureOptions { Devices = [VethPair.Far] });
        var (taken, first, last) = (0, 0L, 0L);
        capture.Start((in _) =>
        {
            last = GC.GetAllocatedBytesForCurrentThread();
            first = ++taken == 100 ? last : first;
        });
        Cable.Replay(file.FilePath, "--pps=20000");
        CaptureSink.Wait(() => capture.ReadStatistics()[0].HandedOver == file.Frames.Count);
        capture.Stop();

        Assert.That((taken, last - first), Is.EqualTo((file.Frames.Count, 0L)));
    }

    [Test]
    public void Filter_is_the_kernels()
    {
        const string Filter = "udp port 5064 or (tcp and dst port 5064)";
        using var file = new ReplayFile("ioc-startup");
        using var capture = Open(new LiveCaptureOptions { Devices = [VethPair.Far], Filter = Filter });
        capture.Start(_sink.Take);
        Cable.Replay(file.FilePath, "--topspeed");
        var expected = file.CountOf(Filter);
        _sink.WaitFor(expected);
        capture.Stop();

        Assert.That(expected, Is.InRange(1, file.Frames.Count - 1));
        Assert.That((_sink.Frames.Count, capture.ReadStatistics()[0].Received), Is.EqualTo((expected, (long)expected)));
    }

    [Test]
    public void Snap_length_cuts()
    {
        using var file = new ReplayFile("mixed-ops");
        using var capture = Open(new LiveCaptureOptions { Devices = [VethPair.Far], SnapLengthBytes = 100 });
        capture.Start(_sink.Take);
        Cable.Replay(file.FilePath, "--pps=20000");
        _sink.WaitFor(file.Frames.Count);

        Assert.That(_sink.Frames.Select(frame => (frame.Data.Length, frame.OriginalLength)), Is.EqualTo(
            file.Frames.Select(frame => (Math.Min(frame.Data.Length, 100), frame.OriginalLength))));
        Assert.That(capture.Interfaces, Is.EqualTo((CaptureInterface[])[new(VethPair.Far, Description: null, LinkType.Ethernet, 100)]));
    }

    [Test]
    public void Several_devices_are_counted_as_one()
    {
        using var file = new ReplayFile("ioc-startup");
        Cable.FarLink("add", "far1", "type", "veth", "peer", "name", "far2");
        Cable.FarLink("set", "far1", "up");
        using var capture = Open(new LiveCaptureOptions { Devices = ["far1", VethPair.Far, "any"] });
        capture.Start(_sink.Take);
        Cable.Replay(file.FilePath, "--topspeed");
        _sink.WaitFor(file.Frames.Count * 2);
        capture.Stop();

        var seen = _sink.Frames;
        Assert.That(seen.Select(frame => frame.Frame), Is.EqualTo(Enumerable.Range(1, file.Frames.Count * 2)));
        foreach (var (index, linkBytes) in (ReadOnlySpan<(int, int)>)[(1, 14), (2, 16)])
        {
            Assert.That(
                seen.Where(frame => frame.InterfaceIndex == index).Select(frame => Convert.ToHexString(frame.Data.AsSpan(linkBytes))),
                Is.EqualTo(file.Frames.Select(frame => Convert.ToHexString(frame.Data.AsSpan(14)))));
        }
    }

    [Test]
    public void Stop_comes_soon_without_traffic([Values(0, 10, 10_000)] int delayMilliseconds, [Values] bool isStarted)
    {
        using var capture = Open(new LiveCaptureOptions { Devices = [VethPair.Far], MaxDelay = TimeSpan.FromMilliseconds(delayMilliseconds) });
        if (isStarted)
            capture.Start(_sink.Take);
        Thread.Sleep(50);

        var clock = Stopwatch.StartNew();
        capture.Stop();
        Assert.That(clock.ElapsedMilliseconds, Is.LessThan(1000));
        Assert.That(capture.ReadStatistics()[0].IsRunning, Is.False);
    }

    [Test]
    public void Sink_may_stop_the_capture()
    {
        using var file = new ReplayFile("ioc-startup");
        using var capture = Open(new LiveCaptureOptions { Devices = [VethPair.Far] });
        capture.Start((in _) => capture.Stop());
        Cable.Replay(file.FilePath, "--topspeed");

        Assert.That(CaptureSink.Wait(() => !capture.ReadStatistics()[0].IsRunning), Is.True);
    }

    [Test]
    public void Device_that_is_deleted_is_told_and_the_others_go_on()
    {
        using var file = new ReplayFile("ioc-startup");
        Cable.FarLink("add", "far1", "type", "veth", "peer", "name", "far2");
        Cable.FarLink("set", "far1", "up");
        using var capture = Open(new LiveCaptureOptions { Devices = ["far1", VethPair.Far] });
        capture.Start(_sink.Take, _sink.TakeLoss);
        Cable.FarLink("del", "far1");

        Assert.That(CaptureSink.Wait(() => _sink.Losses.Count > 0), Is.True);
        Cable.Replay(file.FilePath, "--topspeed");
        Assert.That(_sink.WaitFor(file.Frames.Count), Is.True);
        Assert.That(_sink.Losses.Select(loss => (loss.InterfaceIndex, loss.Device)), Is.EqualTo([(0, "far1")]));
        Assert.That(_sink.Losses[0].Message, Does.StartWith("Capturing on 'far1' has ended: ").And.EndsWith("."));
        Assert.That(capture.ReadStatistics().Select(device => device.IsRunning), Is.EqualTo((bool[])[false, true]));
        TestContext.Out.WriteLine(_sink.Losses[0].Message);
    }

    [Test]
    public void Device_that_goes_down_and_comes_back_goes_on()
    {
        using var file = new ReplayFile("ioc-startup");
        using var capture = Open(new LiveCaptureOptions { Devices = [VethPair.Far] });
        capture.Start(_sink.Take, _sink.TakeLoss);
        Cable.FarLink("set", VethPair.Far, "down");
        Thread.Sleep(300);
        Cable.FarLink("set", VethPair.Far, "up");
        Cable.Replay(file.FilePath, "--topspeed");

        var isComplete = _sink.WaitFor(file.Frames.Count);
        Assert.That((isComplete, string.Join(' ', _sink.Losses)), Is.EqualTo((true, "")));
    }

    [Test]
    public void Device_that_is_not_there_is_named()
    {
        var failure = Assert.Throws<CaptureException>(() => Open(new LiveCaptureOptions { Devices = ["eth77"] }));

        Assert.That(failure.Message, Does.StartWith("There is no device 'eth77' to capture on; there are ").And.Contain(VethPair.Far));
    }

    [Test]
    public void Wrong_filter_is_told_when_opening()
    {
        var failure = Assert.Throws<CaptureException>(() => Open(new LiveCaptureOptions { Devices = [VethPair.Far], Filter = "tcp prot 5064" }));

        Assert.That(failure.Message, Does.StartWith("The filter \"tcp prot 5064\" is wrong at character 5, \"prot 5064\": "));
    }

    [Test]
    public void Devices_are_listed()
    {
        Cable.FarLink("set", "lo", "up");

        // the kernel takes its time to call a cable connected
        Assert.That(CaptureSink.Wait(() => Find(VethPair.Far).IsRunning), Is.True);
        var (far, loopback) = (Find(VethPair.Far), Find("lo"));
        Assert.That((far.IsLoopback, far.IsUp, far.IsRunning, far.Addresses.Count), Is.EqualTo((false, true, true, 0)));
        Assert.That((loopback.IsLoopback, loopback.IsUp, loopback.Addresses.Contains(System.Net.IPAddress.Loopback)), Is.EqualTo((true, true, true)));

        CaptureDevice Find(string name) =>
            Cable.AtFarEnd(CaptureDevices.List).Single(device => string.Equals(device.Name, name, StringComparison.Ordinal));
    }

    private static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    private LiveCapture Open(LiveCaptureOptions options) => Cable.AtFarEnd(() => LiveCapture.Open(options));
}
