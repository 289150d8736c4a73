namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Limits of a <see cref="TrafficSelector"/>. All times are capture time.</summary>
public sealed record TrafficSelectorOptions
{
    /// <summary>TCP connections known, circuits or not; the one that was silent the longest goes first.</summary>
    public int MaxConnections { get; init; } = 32_768;

    /// <summary>Bytes of frames held of one connection while it is undecided; then the older half of them is given up.</summary>
    public int MaxHeldBytesPerConnection { get; init; } = 1024 * 1024;

    /// <summary>Bytes held in all, with what is missing an earlier segment a second time; then the connection that was undecided the longest is given up for good.</summary>
    public int MaxHeldBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Datagrams whose IP fragments are awaited; the one that was quiet the longest goes first.</summary>
    public int MaxFragmentedDatagrams { get; init; } = 256;

    /// <summary>
    /// How long a connection to a server's address that has carried nothing is held. Then its handshake passes: a server that answers searches and
    /// accepts no circuits must show.
    /// </summary>
    public CaptureDuration MaxHandshakeWait { get; init; } = CaptureDuration.FromSeconds(30);
}
