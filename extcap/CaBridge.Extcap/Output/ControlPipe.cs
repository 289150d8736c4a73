using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using CaBridge.Agent;
using CaBridge.Extcap.Contract;

namespace CaBridge.Extcap.Output;

/// <summary>
/// The toolbar's two pipes. Threads of their own open, read and write them: Wireshark may open its ends at any time, or never.
/// <code>
///  'T'  length of what follows, 3 bytes  control  command  payload
/// </code>
/// </summary>
internal sealed class ControlPipe
{
    private const byte Mark = (byte)'T';
    private const int HeadBytes = 6;
    private const int MaxPayloadBytes = 65_535;
    private const int MaxWaiting = 1000;

    /// <summary>Wireshark shows a message for about as long, and flashes with each.</summary>
    private static readonly TimeSpan CountPeriod = TimeSpan.FromSeconds(8);

    private readonly PacketFlow _flow;
    private readonly Channel<byte[]> _messages = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Action<string> _tell;
    private string _counted = "";
    private long _countedAt = long.MinValue;

    private enum Command : byte
    {
        Initialized = 0,
        Set = 1,
        Add = 2,
        StatusBar = 6,
        Information = 7,
    }

    /// <param name="fromWireshark">A path; null where there is no toolbar, as <paramref name="toWireshark"/>.</param>
    /// <param name="shown">What the controls show at first.</param>
    /// <param name="tell">Gets a sentence about each new value, and about those that cannot be used.</param>
    public ControlPipe(string? fromWireshark, string? toWireshark, PacketFlow flow, (string Pv, string MinimumLatency) shown, Action<string> tell)
    {
        (_flow, _tell) = (flow, tell);
        if (toWireshark is not null)
        {
            Start("toolbar out", () => Write(toWireshark));
            Send(Toolbar.Pv, Command.Set, shown.Pv);
            Send(Toolbar.MinimumLatency, Command.Set, shown.MinimumLatency);
        }

        if (fromWireshark is not null)
        {
            Start("toolbar in", () => Read(fromWireshark));
        }
    }

    public void AddToLog(string line) => Send(Toolbar.Log, Command.Add, line + "\n");

    public void ShowStatus(string text) => Send(Toolbar.Log, Command.StatusBar, text);

    /// <summary>Tells the status bar what Wireshark's own counts do not: packets that are not shown, and lost ones.</summary>
    /// <param name="lost">With a word for what became of them.</param>
    public void ShowCount(long lost, string word)
    {
        var (seen, shown) = _flow.Count;
        if ((seen == shown && lost == 0 && !_flow.IsPaused) || (_countedAt != long.MinValue && Stopwatch.GetElapsedTime(_countedAt) < CountPeriod))
        {
            return;
        }

        var text = string.Create(
            CultureInfo.InvariantCulture, $"CaBridge{(_flow.IsPaused ? ", paused" : "")}: {shown:N0} of {seen:N0} packets shown{(lost == 0 ? "" : $", {lost:N0} {word}")}");
        if (!string.Equals(text, _counted, StringComparison.Ordinal))
        {
            (_counted, _countedAt) = (text, Stopwatch.GetTimestamp());
            ShowStatus(text);
        }
    }

    private static void Start(string name, ThreadStart run) => new Thread(run) { IsBackground = true, Name = name }.Start();

    /// <summary>Where Wireshark does not read, nothing waits beyond a bound.</summary>
    private void Send(byte control, Command command, string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        payload = payload.Length > MaxPayloadBytes ? payload[..MaxPayloadBytes] : payload;
        var length = payload.Length + 2;
        _messages.Writer.TryWrite([Mark, (byte)(length >> 16), (byte)(length >> 8), (byte)length, control, (byte)command, .. payload]);
    }

    private void Write(string path)
    {
        try
        {
            using var pipe = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            foreach (var message in _messages.Reader.ReadAllAsync().ToBlockingEnumerable())
            {
                pipe.Write(message);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Wireshark's end is closed: there is nobody to tell
        }
    }

    private void Read(string path)
    {
        try
        {
            using var pipe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var head = new byte[HeadBytes];
            while (pipe.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) == HeadBytes && head[0] == Mark)
            {
                var payload = new byte[Math.Max(0, ((head[1] << 16) | (head[2] << 8) | head[3]) - 2)];
                pipe.ReadExactly(payload);
                if ((Command)head[5] == Command.Set)
                {
                    Set(head[4], payload);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // as when it is closed
        }
    }

    private void Set(byte control, byte[] payload)
    {
        switch (control)
        {
            case Toolbar.Help:
                Send(Toolbar.Help, Command.Information, HelpPage.OfToolbar);
                break;
            case Toolbar.Pv:
                SetPvs(Encoding.UTF8.GetString(payload).Trim());
                break;
            case Toolbar.MinimumLatency:
                SetMinimumLatency(Encoding.UTF8.GetString(payload).Trim());
                break;
            case Toolbar.Pause:
                _flow.IsPaused = payload is [not 0, ..];
                _tell(_flow.IsPaused ? "paused: packets that come now are not shown" : "packets are shown again");
                break;
        }
    }

    private void SetPvs(string text)
    {
        _flow.Filter = _flow.Filter with { Pvs = ShowFilter.ParsePvs(text) };
        _tell(text.Length == 0 ? "packets about all PVs are shown" : $"only packets about PVs {text} are shown");
    }

    private void SetMinimumLatency(string text)
    {
        try
        {
            _flow.Filter = _flow.Filter with { MinimumLatency = ExtcapOptions.MinimumLatencyOf(text.Length == 0 ? null : text) };
            _tell(text.Length == 0 ? "packets are shown however fast replies were" : $"only replies that took at least {text} are shown");
        }
        catch (UsageException failure)
        {
            _tell(failure.Message);
            ShowStatus(failure.Message);
        }
    }
}
