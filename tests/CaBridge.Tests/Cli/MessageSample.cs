using System.Text;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Tests.Cli;

/// <summary>One message of a client at 10.44.0.11:34818 or a server at 10.44.0.21:5064, in frame 12 at 2026-11-22T10:43:17.123456789Z.</summary>
/// <param name="Text">What follows the sender and a space in a line of text.</param>
/// <param name="Json">What follows "extended":false and a comma in a line of JSON; empty for nothing.</param>
internal sealed record MessageSample(
    Sender Sender,
    CaCommand Command,
    string Text,
    string Json,
    ushort Type = 0,
    uint Count = 0,
    uint Parameter1 = 0,
    uint Parameter2 = 0,
    byte[]? Payload = null,
    string? Pv = null,
    Transport Transport = Transport.Tcp,
    bool HasGap = false,
    uint? PayloadSize = null)
{
    public static readonly CaptureTime Time = new(1_795_344_197_123_456_789);

    private static readonly Endpoint Client = Endpoint.FromIPv4(0x0A2C000B, 34818);
    private static readonly Endpoint Server = Endpoint.FromIPv4(0x0A2C0015, 5064);

    public DecodedMessage Message => new()
    {
        Time = Time,
        Frame = 12,
        Transport = Transport,
        Sender = Transport == Transport.Udp ? Sender.Unknown : Sender,
        Source = Sender == Sender.Server ? Server : Client,
        Destination = Sender == Sender.Server ? Client : Server,
        Header = new CaHeader(Command, Size, Type, Count, Parameter1, Parameter2, isExtended: false),
        Payload = Payload,
        HasGap = HasGap,
        Pv = Pv is null ? null : new PvName(Pv, 0),
    };

    private uint Size => PayloadSize ?? (uint)(Payload?.Length ?? 0);

    private string TransportName => Transport == Transport.Udp ? "udp" : "tcp";

    private string SourceText => (Sender == Sender.Server ? Server : Client).ToString();

    private string DestinationText => (Sender == Sender.Server ? Client : Server).ToString();

    public string ExpectedLine()
    {
        var sender = Sender switch { Sender.Client => "client", Sender.Server => "server", _ => "-" };
        return $"2026-11-22T10:43:17.123456789Z 12 {TransportName} {SourceText} > {DestinationText} {sender} {Text}\n";
    }

    public string ExpectedJson()
    {
        var sender = Sender switch { Sender.Client => "client", Sender.Server => "server", _ => "unknown" };
        return $$"""
            {"time_unix_ns":1795344197123456789,"frame":12,"transport":"{{TransportName}}","source":"{{SourceText}}","destination":"{{DestinationText}}",
            "sender":"{{sender}}","command":"{{Command.Name()}}","code":{{(int)Command}},"payload_size":{{Size}},"data_type":{{Type}},"data_count":{{Count}},
            "parameter1":{{Parameter1}},"parameter2":{{Parameter2}},"extended":false{{(Json.Length > 0 ? "," : "")}}{{Json}}}
            """.ReplaceLineEndings("") + "\n";
    }

    /// <summary>Text with its NUL, padded to a multiple of 8.</summary>
    public static byte[] Padded(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text + "\0");
        return [.. bytes, .. new byte[(8 - (bytes.Length % 8)) % 8]];
    }

    public override string ToString() => $"{TransportName} {Sender} {Text}";
}
