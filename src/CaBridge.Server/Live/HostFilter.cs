using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using CaBridge.Analysis.Packets;
using CaBridge.Capture;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;

namespace CaBridge.Server.Live;

/// <summary>Chooses the packets of some hosts from batches.</summary>
internal sealed class HostFilter
{
    private readonly PacketHosts _hosts;

    private HostFilter(IEnumerable<string> addresses) =>
        _hosts = new PacketHosts(addresses.Select(address => HostField.ReadHost(address, "hosts")).ToFrozenSet(), OtherEncapsulations.TryFindIp);

    /// <returns>Null where there are no addresses: then all packets are wanted.</returns>
    /// <exception cref="QuestionException">One is no address.</exception>
    public static HostFilter? Of(IReadOnlyCollection<string> addresses) => addresses.Count == 0 ? null : new HostFilter(addresses);

    /// <summary>Copies what is wanted of a batch, and all else that it tells.</summary>
    /// <param name="linkTypes">Of the session's interfaces, by index.</param>
    /// <returns>False if nothing of it is to be told: it has none of the packets, no new interfaces, and no end.</returns>
    public bool TryChoose(PacketBatch batch, IReadOnlyList<LinkType> linkTypes, [NotNullWhen(true)] out PacketBatch? chosen)
    {
        var wanted = Wanted(batch, linkTypes, out var bytes);
        if (bytes == 0 && batch.NewInterfaces.Count == 0 && !batch.EndOfCapture)
        {
            chosen = null;
            return false;
        }

        chosen = Copy(batch, linkTypes, wanted, bytes);
        chosen.Sequence = batch.Sequence;
        chosen.NewInterfaces.Add(batch.NewInterfaces);
        chosen.InterfacesBefore = batch.InterfacesBefore;
        chosen.Counters = batch.Counters;
        chosen.SentUnixNs = batch.SentUnixNs;
        chosen.EndOfCapture = batch.EndOfCapture;
        chosen.SessionId = batch.SessionId;
        return true;
    }

    private static PacketBatch Copy(PacketBatch batch, IReadOnlyList<LinkType> linkTypes, bool[] wanted, int bytes)
    {
        var builder = new PacketBatchBuilder(int.MaxValue, bytes);
        var packets = new PacketBatchReader(batch, linkTypes);
        for (var i = 0; packets.TryRead(out var packet); i++)
        {
            if (wanted[i])
            {
                builder.TryAdd(in packet);
            }
        }

        return builder.Build();
    }

    /// <param name="bytes">Of the wanted packets.</param>
    private bool[] Wanted(PacketBatch batch, IReadOnlyList<LinkType> linkTypes, out int bytes)
    {
        bytes = 0;
        var wanted = new bool[batch.CapturedLengths.Count];
        var packets = new PacketBatchReader(batch, linkTypes);
        for (var i = 0; packets.TryRead(out var packet); i++)
        {
            wanted[i] = _hosts.Has(in packet);
            bytes += wanted[i] ? packet.Data.Length : 0;
        }

        return wanted;
    }
}
