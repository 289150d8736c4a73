using CaBridge.Analysis.Packets;
using CaBridge.Server.Live;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Server;

/// <summary>A server's state with as many open channels as wanted, a thousand on each circuit, named <c>many:0</c>, <c>many:1</c>, …</summary>
internal static class ManyChannels
{
    private const int ChannelsOfEach = 1000;
    private const int MessagesOfEach = 50;

    public static LiveState Of(int channels)
    {
        var state = FedState.New();
        var agent = new FedState.Agent(state, "many");
        var frame = 0L;
        foreach (var bytes in Frames(channels))
        {
            agent.Push(new Packet(Wire.Time(1000 + (++frame / 1000.0)), frame, LinkType.Ethernet, bytes, bytes.Length));
        }

        agent.Flush();
        return state;
    }

    private static IEnumerable<byte[]> Frames(int channels)
    {
        var wire = new Wire();
        for (var first = 0; first < channels; first += ChannelsOfEach)
        {
            var call = new TcpCall(wire, (ushort)(1 + (first / ChannelsOfEach)));
            yield return call.Syn().Bytes;
            yield return call.SynAck().Bytes;
            yield return call.FromClient(Ca.Version(), Ca.ClientName(), Ca.HostName()).Bytes;
            yield return call.FromServer(Ca.Version()).Bytes;
            for (var number = first; number < Math.Min(channels, first + ChannelsOfEach); number += MessagesOfEach)
            {
                var numbers = Enumerable.Range(number, Math.Min(MessagesOfEach, channels - number)).Select(one => (uint)one).ToList();
                yield return call.FromClient([.. numbers.Select(one => Ca.Create(one, $"many:{one}"))]).Bytes;
                yield return call.FromServer([.. numbers.SelectMany(one => (byte[][])[Ca.Rights(one), Ca.Created(one, one)])]).Bytes;
            }
        }
    }
}
