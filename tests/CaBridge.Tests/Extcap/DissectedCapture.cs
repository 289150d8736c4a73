using System.Globalization;
using System.Text;
using System.Text.Json;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;
using CaBridge.Capture;

namespace CaBridge.Tests.Extcap;

/// <summary>What was found in a capture, as lines: by the dissector (<see cref="ByTshark"/>), or by the core (<see cref="ByCore"/>).</summary>
/// <param name="Messages">In the order of frames, and as they follow in each.</param>
/// <param name="Transactions">In no order; replies without request are not among them.</param>
internal sealed record DissectedCapture(IReadOnlyList<string> Messages, IReadOnlyList<string> Transactions)
{
    public static DissectedCapture ByTshark(Tshark tshark, string capture, params string[] arguments)
    {
        using var json = JsonDocument.Parse(tshark.Read(capture, [.. arguments, "-2", "-T", "json", "-J", "frame ca"]));
        var messages = new List<string>();
        var transactions = new List<string>();
        foreach (var packet in json.RootElement.EnumerateArray())
        {
            var layers = packet.GetProperty("_source").GetProperty("layers");
            var frame = long.Parse(layers.GetProperty("frame").GetProperty("frame.number").GetString()!, CultureInfo.InvariantCulture);
            foreach (var layer in layers.EnumerateObject().Where(layer => layer.NameEquals("ca")).Select(layer => layer.Value))
            {
                if (layer.TryGetProperty("ca.command", out _))
                    messages.Add(MessageLine(frame, layer));
                if (layer.TryGetProperty("ca.operation", out _) && TransactionLine(frame, layer) is { } line)
                    transactions.Add(line);
            }
        }

        return new DissectedCapture(messages, transactions);
    }

    public static DissectedCapture ByCore(string capture, AnalyzerOptions? options = null)
    {
        var messages = new List<(long Frame, string Line)>();
        var transactions = new List<string>();
        var analyzer = new Analyzer(
            options ?? new AnalyzerOptions(),
            OtherEncapsulations.TryFindIp,
            (in DecodedMessage message) => messages.Add((message.Frame, MessageLine(message))),
            (in Transaction transaction) =>
            {
                if (transaction.Outcome != Outcome.NoRequest)
                    transactions.Add(TransactionLine(transaction));
            });
        using var captures = CaptureSet.Open([capture], new CaptureReaderOptions());
        while (captures.TryRead(out var packet))
            analyzer.Push(in packet);
        analyzer.Complete();
        return new DissectedCapture([.. messages.OrderBy(message => message.Frame).Select(message => message.Line)], transactions);
    }

    private static string MessageLine(in DecodedMessage message)
    {
        var shape = MessageShape.Of(message);
        var header = message.Header;
        var pv = message.Pv?.Text
            ?? (shape.Payload == PayloadRole.PvName && !message.HasGap ? Encoding.UTF8.GetString(PayloadText.UntilNul(message.Payload)) : null);
        var status = shape.Parameter1 == FieldRole.Status ? header.Parameter1 : shape.Parameter2 == FieldRole.Status ? header.Parameter2 : (uint?)null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{message.Frame}: {(int)header.Command} size {header.PayloadSize} type {header.DataType} count {header.DataCount} p1 {header.Parameter1} p2 {header.Parameter2} by {NameOf(shape.Sender)} pv '{pv}' status {status}");
    }

    private static string MessageLine(long frame, JsonElement layer) =>
        $"{frame}: {Text(layer, "ca.command")} size {Text(layer, "ca.size")} type {Text(layer, "ca.type")} count {Text(layer, "ca.count")} p1 {Text(layer, "ca.p1")} p2 {Text(layer, "ca.p2")} by {Text(layer, "ca.sender")} pv '{Text(layer, "ca.pv")}' status {Text(layer, "ca.status")}";

    private static string TransactionLine(in Transaction transaction) => string.Create(
        CultureInfo.InvariantCulture,
        $"{transaction.Operation.Name()} '{transaction.Pv?.Text}' {transaction.RequestFrame} to {transaction.ReplyFrame} after {transaction.Latency?.Nanoseconds} {transaction.Outcome.Name()}");

    /// <summary>Told where it ends: at its reply, or at a request that has none.</summary>
    private static string? TransactionLine(long frame, JsonElement layer)
    {
        var outcome = Text(layer, "ca.outcome");
        var start = $"{Text(layer, "ca.operation")} '{Text(layer, "ca.pv")}'";
        if (Text(layer, "ca.response_to") is { } request)
            return $"{start} {request} to {frame} after {Nanoseconds(Text(layer, "ca.time")!)} {outcome}";
        return outcome is null or "no_request" || Text(layer, "ca.response_in") is not null ? null : $"{start} {frame} to 0 after  {outcome}";
    }

    private static string Nanoseconds(string seconds) =>
        ((long)(decimal.Parse(seconds, CultureInfo.InvariantCulture) * 1_000_000_000)).ToString(CultureInfo.InvariantCulture);

    private static string? Text(JsonElement layer, string field) => layer.TryGetProperty(field, out var value) ? value.GetString() : null;

    private static string NameOf(Sender sender) => sender switch { Sender.Client => "client", Sender.Server => "server", _ => "unknown" };
}
