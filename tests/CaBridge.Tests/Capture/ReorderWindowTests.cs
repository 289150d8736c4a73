using CaBridge.Capture;
using CsCheck;

namespace CaBridge.Tests.Capture;

public sealed class ReorderWindowTests
{
    [Test]
    public void Late_frame_comes_in_its_place_with_its_own_number()
    {
        var read = CaptureSamples.ReadAll(CaptureSamples.Pcap([10, 30, 20, 20, 40]), new CaptureReaderOptions());

        Assert.That(read.Numbers, Is.EqualTo(new[] { 1, 3, 4, 2, 5 }));
    }

    [Test]
    public void Window_of_zero_sorts_nothing()
    {
        var read = CaptureSamples.ReadAll(CaptureSamples.Pcap([10, 30, 20, 25, 40]), CaptureSamples.AtOnce);

        Assert.That(read.Numbers, Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
    }

    [Test]
    public void Frames_displaced_within_the_window_come_sorted([Values(1, 2, 300)] int window, [Values(4096, 65536)] int bufferBytes)
    {
        Gen.Long[0, window].Array[0, 6000].Sample(
            delays =>
            {
                // each frame's time may be up to a window of frames behind its place
                var times = delays.Select((delay, place) => place + window - delay).ToArray();
                var expected = times.Select((time, index) => (time, Number: index + 1)).OrderBy(frame => frame.time).Select(frame => (long)frame.Number);

                var read = CaptureSamples.ReadAll(CaptureSamples.Pcap(times), new CaptureReaderOptions { ReorderWindow = window, BufferBytes = bufferBytes });

                Assert.That(read.Numbers, Is.EqualTo(expected));
                Assert.That(
                    read.Frames.Select(frame => frame.Data),
                    Is.EqualTo(read.Frames.Select(frame => Convert.ToHexString(CaptureSamples.Data((int)frame.Frame)))));
            },
            iter: 20);
    }

    [Test]
    public void Frame_too_late_is_handed_over()
    {
        var times = Enumerable.Range(0, 5000).Select(number => 1000L + number).Append(1).ToArray();

        var read = CaptureSamples.ReadAll(CaptureSamples.Pcap(times), new CaptureReaderOptions { ReorderWindow = 16 });

        Assert.That(read.Frames, Has.Count.EqualTo(5001));
        Assert.That(read.Numbers.ToList().IndexOf(5001), Is.GreaterThan(1000));
    }

    [Test]
    public void Frame_of_the_far_future_keeps_its_place_and_does_not_stop_the_window()
    {
        var times = Enumerable.Range(0, 20_000).Select(number => number == 5 ? long.MaxValue / 4 : number).ToArray();

        var read = CaptureSamples.ReadAll(CaptureSamples.Pcap(times), new CaptureReaderOptions { ReorderWindow = 16, BufferBytes = 4096 });

        Assert.That(read.Times, Is.EqualTo(times));
    }

    [Test]
    public void Clock_that_was_set_back_mixes_nothing([Values(1, 600, 3600)] int seconds)
    {
        const long Second = 1_000_000_000;
        const int Before = 5 * 1024;
        var times = Enumerable.Range(0, 2 * Before).Select(number => (100_000 * Second) + number - (number < Before ? 0 : seconds * Second)).ToArray();

        var read = CaptureSamples.ReadAll(CaptureSamples.Pcap(times), new CaptureReaderOptions());

        Assert.That(read.Times.SequenceEqual(times), Is.EqualTo(seconds == 3600));
    }

    [Test]
    public void Reversed_file_loses_no_frame()
    {
        var times = Enumerable.Range(0, 20_000).Select(number => 20_000L - number).ToArray();

        var read = CaptureSamples.ReadAll(CaptureSamples.Pcap(times), new CaptureReaderOptions { ReorderWindow = 64 });

        Assert.That(read.Numbers.Order(), Is.EqualTo(Enumerable.Range(1, 20_000)));
    }
}
