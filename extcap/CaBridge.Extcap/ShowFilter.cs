using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Extcap;

/// <summary>Which packets the user wants to see. A packet is seen if one of its messages is wanted.</summary>
internal sealed record ShowFilter
{
    /// <summary>Between the items of an option that has several.</summary>
    public static readonly char[] Separators = [' ', ','];

    public PvFilter Pvs { get; init; } = new([]);

    public HostOrEndpoint? Server { get; init; }

    public HostOrEndpoint? Client { get; init; }

    /// <summary>None for all.</summary>
    public IReadOnlyList<Operation> Operations { get; init; } = [];

    /// <summary>Zero for all.</summary>
    public CaptureDuration MinimumLatency { get; init; }

    /// <summary>Whether nothing is left out.</summary>
    public bool IsEverything => Pvs.IsEverything && Server is null && Client is null && Operations.Count == 0 && !AsksForLatency;

    public bool AsksForLatency => MinimumLatency > default(CaptureDuration);

    /// <param name="text">Patterns with spaces or commas between; null for all.</param>
    public static PvFilter ParsePvs(string? text) =>
        new([.. (text ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries).Select(PvGlob.Parse)]);

    public bool IsFrom(Endpoint client, Endpoint server) =>
        (Client is null || Client.Matches(client)) && (Server is null || Server.Matches(server));

    /// <summary>Whether a packet is wanted that has no message, or but a part of one.</summary>
    public bool TakesWithoutMessage(in PacketRole role) =>
        !AsksForLatency
        && Pvs.IsEverything
        && Operations.Count == 0
        && (IsFrom(role.Source, role.Destination) || IsFrom(role.Destination, role.Source));
}
