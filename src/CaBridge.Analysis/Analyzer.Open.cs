using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis;

/// <content>
/// What is open, to be walked from place to place between two packets. A circuit or channel has one place from its beginning to its end, so that
/// a walk in several parts meets what stays exactly once; one that begins meanwhile may be met or not. Places are used again.
/// </content>
public sealed partial class Analyzer
{
    /// <summary>Circuits that are open.</summary>
    public int OpenCircuits => _circuits.OpenCount;

    /// <summary>Channels of all circuits.</summary>
    public int OpenChannels => _channels.Count;

    /// <summary>The place of the first open circuit at or after <paramref name="from"/>; -1 if there is none.</summary>
    public int NextCircuit(int from) => _circuits.NextOpen(from);

    /// <param name="place">As <see cref="NextCircuit"/> told it.</param>
    /// <returns>Valid until the next packet, and until time is told.</returns>
    public OpenCircuit CircuitAt(int place) => new(_circuits.At(place));

    /// <param name="client">Its endpoint, as <see cref="OpenCircuit.Client"/> has it; likewise the server's.</param>
    /// <returns>Whether such a circuit is open.</returns>
    public bool HasCircuit(Endpoint client, Endpoint server) =>
        _circuits.Find(FlowKey.Of(client, server, out _)) is { Operations: not null } found && found.Client == client;

    /// <summary>Of what the packet that was pushed last has a part that is not the last one: a message that goes on in later packets; null if of none.</summary>
    public MessagePart? LatestPart()
    {
        var circuit = _circuits.Find(FlowKey.Of(Latest.Source, Latest.Destination, out var side));
        return Latest is { IsChannelAccess: true, PayloadBytes: > 0 }
            && circuit is { State: CircuitState.ChannelAccess, Operations: { } operations }
            && circuit.Decoders[side].Unfinished is { } header
                ? new MessagePart(header.Command, operations.PvOf(circuit.SenderOf(side), header))
                : null;
    }

    /// <summary>The place of the first channel at or after <paramref name="from"/>; -1 if there is none.</summary>
    public int NextChannel(int from) => _channels.Next(from);

    /// <param name="place">As <see cref="NextChannel"/> told it.</param>
    /// <returns>Valid until the next packet, and until time is told.</returns>
    public OpenChannel ChannelAt(int place)
    {
        var (circuit, cid) = _channels[place];
        return new OpenChannel(_circuits.At(circuit), cid);
    }
}
