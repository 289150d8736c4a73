using System.Text;
using CaBridge.Analysis;
using CaBridge.Extcap;
using CaBridge.Extcap.Contract;
using CaBridge.Extcap.Output;
using CaBridge.Tests.Capture.Live;

namespace CaBridge.Tests.Extcap;

/// <summary>The toolbar's messages, over pipes as Wireshark makes them.</summary>
[TestFixture]
internal sealed class ControlPipeTests
{
    private string _folder = "";
    private PacketOutput _output = new(Stream.Null);

    [SetUp]
    public void MakePipes()
    {
        _folder = Directory.CreateTempSubdirectory("cabridge").FullName;
        _output = new PacketOutput(Stream.Null);
        VethPair.Demand("mkfifo", From, To);
    }

    [TearDown]
    public void Remove()
    {
        _output.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string From => Path.Combine(_folder, "from");

    private string To => Path.Combine(_folder, "to");

    [Test]
    public void Values_change_what_is_shown()
    {
        var flow = Flow();
        _ = new ControlPipe(From, toWireshark: null, flow, ("", ""), _ => { });
        using var wireshark = new FileStream(From, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        wireshark.Write([.. Message(Toolbar.Pv, 0, ""), .. Message(Toolbar.Pv, 1, "LINAC:*"), .. Message(Toolbar.MinimumLatency, 1, "20 ms"), .. Message(Toolbar.Pause, 1, "\u0001")]);

        Assert.That(() => flow.IsPaused, Is.True.After(delayInMilliseconds: 30_000, pollingInterval: 10));
        Assert.That(flow.Filter.Pvs.IsEverything, Is.False);
        Assert.That(flow.Filter.MinimumLatency, Is.EqualTo(CaptureDuration.FromMilliseconds(20)));
    }

    [Test]
    public void Message_in_parts_is_read_whole()
    {
        var flow = Flow();
        _ = new ControlPipe(From, toWireshark: null, flow, ("", ""), _ => { });
        using var wireshark = new FileStream(From, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        foreach (var part in Message(Toolbar.MinimumLatency, 1, "5ms"))
        {
            wireshark.Write([part]);
        }

        Assert.That(() => flow.Filter.MinimumLatency, Is.EqualTo(CaptureDuration.FromMilliseconds(5)).After(delayInMilliseconds: 30_000, pollingInterval: 10));
    }

    [Test]
    public void Wrong_value_is_told_and_changes_nothing()
    {
        var told = new TaskCompletionSource<string>();
        var flow = Flow("--minimum-latency", "5ms");
        _ = new ControlPipe(From, toWireshark: null, flow, ("", "5ms"), told.SetResult);
        using var wireshark = new FileStream(From, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        wireshark.Write(Message(Toolbar.MinimumLatency, 1, "soon"));

        Assert.That(told.Task.Wait(TimeSpan.FromSeconds(30)), Is.True);
        Assert.That(told.Task.Result, Is.EqualTo("The minimum latency needs a number with ns, us, ms or s, as 50ms; it is 'soon'."));
        Assert.That(flow.Filter.MinimumLatency, Is.EqualTo(CaptureDuration.FromMilliseconds(5)));
    }

    [Test]
    public void Toolbar_shows_the_options_and_the_log()
    {
        var control = new ControlPipe(fromWireshark: null, To, Flow(), ("LINAC:*", "20ms"), _ => { });
        control.AddToLog("capturing on eth0");
        control.ShowStatus("3 packets");

        AssertThatWiresharkGets(
        [
            .. Message(Toolbar.Pv, 1, "LINAC:*"), .. Message(Toolbar.MinimumLatency, 1, "20ms"), .. Message(Toolbar.Log, 2, "capturing on eth0\n"), .. Message(Toolbar.Log, 6, "3 packets"),
        ]);
    }

    /// <summary>Wireshark counts by itself, and flashes with each message.</summary>
    [Test]
    public void Status_is_told_once_and_only_if_Wireshark_cannot_know()
    {
        var flow = Flow();
        var control = new ControlPipe(fromWireshark: null, To, flow, ("", ""), _ => { });
        control.ShowCount(lost: 0, "dropped");
        flow.IsPaused = true;
        control.ShowCount(lost: 1234, "dropped");
        control.ShowCount(lost: 1235, "dropped");
        control.AddToLog("end");

        AssertThatWiresharkGets(
        [
            .. Message(Toolbar.Pv, 1, ""), .. Message(Toolbar.MinimumLatency, 1, ""), .. Message(Toolbar.Log, 6, "CaBridge, paused: 0 of 0 packets shown, 1,234 dropped"), .. Message(Toolbar.Log, 2, "end\n"),
        ]);
    }

    /// <summary>A button in the role of help opens nothing but web addresses.</summary>
    [Test]
    public void Help_is_a_message()
    {
        _ = new ControlPipe(From, To, Flow(), ("", ""), _ => { });
        using var answers = new FileStream(To, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        using var wireshark = new FileStream(From, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        wireshark.Write(Message(Toolbar.Help, 1, ""));
        var read = new byte[2 * Message(Toolbar.Pv, 1, "").Length + 6];
        answers.ReadExactly(read);

        Assert.That((read[^6], read[^2], read[^1]), Is.EqualTo(((byte)'T', Toolbar.Help, (byte)7)));
    }

    [Test]
    public void Changes_are_told()
    {
        var told = new System.Collections.Concurrent.ConcurrentQueue<string>();
        _ = new ControlPipe(From, toWireshark: null, Flow(), ("", ""), told.Enqueue);
        using var wireshark = new FileStream(From, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        wireshark.Write([.. Message(Toolbar.Pv, 1, "a*"), .. Message(Toolbar.MinimumLatency, 1, "2ms"), .. Message(Toolbar.MinimumLatency, 1, ""), .. Message(Toolbar.Pause, 1, "\u0001")]);

        Assert.That(() => told, Has.Count.EqualTo(4).After(delayInMilliseconds: 30_000, pollingInterval: 10));
        Assert.That(told, Is.EqualTo(new[]
        {
            "only packets about PVs a* are shown",
            "only replies that took at least 2ms are shown",
            "packets are shown however fast replies were",
            "paused: packets that come now are not shown",
        }));
    }

    private void AssertThatWiresharkGets(byte[] expected)
    {
        using var wireshark = new FileStream(To, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        var read = new byte[expected.Length];
        wireshark.ReadExactly(read);

        Assert.That(Encoding.UTF8.GetString(read), Is.EqualTo(Encoding.UTF8.GetString(expected)));
    }

    private static byte[] Message(byte control, byte command, string payload) =>
        [(byte)'T', 0, 0, (byte)(payload.Length + 2), control, command, .. Encoding.UTF8.GetBytes(payload)];

    private PacketFlow Flow(params string[] arguments) => new(ExtcapOptions.Read(new Arguments(arguments)), _output);
}
