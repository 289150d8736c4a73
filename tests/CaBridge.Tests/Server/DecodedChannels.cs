using System.Diagnostics;
using System.Text.Json.Nodes;
using CaBridge.Contracts.V1;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Cli;

namespace CaBridge.Tests.Server;

/// <summary>What the messages of a recording, as <c>cabridge decode</c> prints them, tell of circuits and channels; simple, and of whole circuits only.</summary>
internal sealed class DecodedChannels
{
    private readonly Dictionary<(string Client, string Server), Circuit> _circuits = [];
    private readonly Dictionary<(string Client, string Server, long Cid), Channel> _channels = [];
    private readonly Dictionary<(string Client, string Server, long Cid), long> _askedAt = [];
    private readonly Dictionary<(string Client, string Server, long SubscriptionId), Channel> _monitors = [];
    private readonly Dictionary<(string Client, string Server, long Sid), Channel> _bySid = [];

    private DecodedChannels()
    {
    }

    public IReadOnlyDictionary<(string Client, string Server), Circuit> Circuits => _circuits;

    public IEnumerable<Channel> Channels => _channels.Values;

    public static DecodedChannels Of(GoldenCapture capture)
    {
        var decoded = new DecodedChannels();
        using var program = Process.Start(ToolProgram.With("decode", "--format", "json", capture.FilePath))!;
        while (program.StandardOutput.ReadLine() is { } line)
        {
            decoded.Take(JsonNode.Parse(line)!.AsObject());
        }

        program.WaitForExit();
        Assert.That(program.ExitCode, Is.Zero);
        return decoded;
    }

    /// <summary>All of a channel that does not depend on how far time has come.</summary>
    public static string Describe(Channel channel) =>
        new Channel(channel) { CreatedAt = null, UpdatesPerSecond = 0, Sensor = "" } + $" {channel.CreatedAt.Seconds}.{channel.CreatedAt.Nanos}";

    private void Take(JsonObject message)
    {
        if ((string?)message["transport"] is not "tcp" || message["sender"] is null)
        {
            return;
        }

        var fromClient = (string?)message["sender"] is "client";

        var (source, destination) = ((string)message["source"]!, (string)message["destination"]!);
        var key = fromClient ? (source, destination) : (destination, source);
        if (!_circuits.TryGetValue(key, out var circuit))
        {
            circuit = _circuits[key] = new Circuit { Client = key.Item1, Server = key.Item2 };
        }

        if (fromClient)
        {
            TakeRequest(message, circuit);
        }
        else
        {
            TakeReply(message, circuit);
        }
    }

    private void TakeRequest(JsonObject message, Circuit circuit)
    {
        switch ((string)message["command"]!)
        {
            case "VERSION":
                (circuit.ClientMinorVersion, circuit.Priority) = ((uint)message["minor_version"]!, (uint)message["priority"]!);
                break;
            case "CLIENT_NAME":
                circuit.UserName = (string)message["text"]!;
                break;
            case "HOST_NAME":
                circuit.HostName = (string)message["text"]!;
                break;
            case "CREATE_CHAN":
                _askedAt[(circuit.Client, circuit.Server, (long)message["cid"]!)] = (long)message["time_unix_ns"]!;
                _channels[(circuit.Client, circuit.Server, (long)message["cid"]!)] =
                    new Channel { Client = circuit.Client, Server = circuit.Server, Pv = (string)message["pv"]!, State = ChannelState.Creating };
                break;
            case "CLEAR_CHANNEL":
                _channels.Remove((circuit.Client, circuit.Server, (long)message["cid"]!));
                break;
            case "EVENT_ADD":
                var subscribed = OfSid(message, circuit);
                subscribed.Requests++;
                subscribed.Subscriptions++;
                _monitors[(circuit.Client, circuit.Server, (long)message["subscription_id"]!)] = subscribed;
                break;
            case "READ_NOTIFY" or "WRITE_NOTIFY" or "READ" or "WRITE":
                OfSid(message, circuit).Requests++;
                break;
        }
    }

    private void TakeReply(JsonObject message, Circuit circuit)
    {
        switch ((string)message["command"]!)
        {
            case "VERSION":
                circuit.ServerMinorVersion = (uint)message["minor_version"]!;
                break;
            case "ACCESS_RIGHTS":
                var granted = _channels[(circuit.Client, circuit.Server, (long)message["cid"]!)];
                var rights = (string)message["access_rights"]!;
                (granted.CanRead, granted.CanWrite) = (rights.Contains("read", StringComparison.Ordinal), rights.Contains("write", StringComparison.Ordinal));
                break;
            case "CREATE_CHAN":
                var cid = (circuit.Client, circuit.Server, (long)message["cid"]!);
                var created = _channels[cid];
                var at = (long)message["time_unix_ns"]!;
                created.State = ChannelState.Connected;
                created.NativeType = (string)message["dbr_type"]!;
                created.ElementCount = (uint)message["data_count"]!;
                created.CreatedAt = new() { Seconds = at / 1_000_000_000, Nanos = (int)(at % 1_000_000_000) };
                created.CreateLatency = new() { Seconds = (at - _askedAt[cid]) / 1_000_000_000, Nanos = (int)((at - _askedAt[cid]) % 1_000_000_000) };
                _bySid[(circuit.Client, circuit.Server, (long)message["sid"]!)] = created;
                break;
            case "EVENT_ADD" when (long)message["payload_size"]! > 0:
                _monitors[(circuit.Client, circuit.Server, (long)message["subscription_id"]!)].Updates++;
                break;
        }
    }

    private Channel OfSid(JsonObject message, Circuit circuit) => _bySid[(circuit.Client, circuit.Server, (long)message["sid"]!)];
}
