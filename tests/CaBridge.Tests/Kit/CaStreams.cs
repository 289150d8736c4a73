namespace CaBridge.Tests.Kit;

/// <summary>What a client and a server say on one circuit, with every command that they use and both forms of the header.</summary>
internal static class CaStreams
{
    public static readonly byte[][] Client =
    [
        Ca.Version(priority: 20),
        Ca.ClientName(),
        Ca.HostName(),
        Ca.Create(1, "LINAC:BPM4:X"),
        Ca.Create(2, "LINAC:BPM4:Y"),
        Ca.Subscribe(257, 1),
        Ca.Get(257, 2),
        Ca.Get(258, 3, count: 100_000),
        Ca.Put(257, 4),
        Ca.Write(257, 1),
        Ca.Read(257, 5),
        Ca.EventsOff(),
        Ca.EventsOn(),
        Ca.ReadSync(),
        Ca.Echo(),
        Ca.Cancel(257, 1),
        Ca.Clear(257, 1),
        Ca.Search(9, "LINAC:BPM5:X", wantsNo: true),
    ];

    public static readonly byte[][] Server =
    [
        Ca.Version(),
        Ca.Rights(1),
        Ca.Created(1, 257),
        Ca.CreateFailed(2),
        Ca.Update(1),
        Ca.Got(2),
        Ca.GotArray(3, 12),
        Ca.PutDone(4),
        Ca.ReadDone(1, 5),
        Ca.Error(1, 152, Ca.Get(257, 6)),
        Ca.Error(1, 152, Ca.Get(258, 7, count: 100_000)),
        Ca.Echo(),
        Ca.Cancelled(257, 1),
        Ca.Disconnected(2),
        Ca.NotFound(9),
        Ca.Rights(1, 1),
        Ca.Created(3, 259, type: 0, count: 40),
    ];
}
