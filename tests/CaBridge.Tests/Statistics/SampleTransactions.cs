using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Tests.Statistics;

/// <summary>Transactions as a capture of hosts 10.44.0.x would give them.</summary>
internal static class SampleTransactions
{
    /// <summary>2026-11-23 06:17:27.957190 UTC.</summary>
    public static readonly CaptureTime Start = new(1_795_414_647_957_190_000);

    public static Endpoint Host(byte last, ushort port) => Endpoint.FromIPv4(0x0A2C0000u | last, port);

    public static Transaction Answered(Operation operation, PvName? pv, long nanoseconds, byte server = 21, byte client = 11) => new()
    {
        Operation = operation,
        Outcome = Outcome.Answered,
        Pv = pv,
        Client = Host(client, 54668),
        Server = Host(server, 5064),
        RequestedAt = Start,
        Latency = new CaptureDuration(nanoseconds),
        Status = EcaStatus.Normal,
        RequestFrame = 77,
        ReplyFrame = 81,
        Bytes = 72,
        Tries = 1,
        FanOut = 1,
    };

    public static Transaction Unanswered(Operation operation, PvName? pv, Outcome reason, byte server = 21, byte client = 11) =>
        Answered(operation, pv, 0, server, client) with { Outcome = reason, Latency = null, Status = 0, ReplyFrame = 0 };
}
