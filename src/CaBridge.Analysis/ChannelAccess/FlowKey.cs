namespace CaBridge.Analysis.ChannelAccess;

/// <summary>Two endpoints without direction: the lesser one first.</summary>
internal readonly record struct FlowKey
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    private FlowKey(Endpoint first, Endpoint second) => (First, Second) = (first, second);

    public Endpoint First { get; }

    public Endpoint Second { get; }

    /// <param name="side">0 if <paramref name="source"/> is the first of the two, else 1.</param>
    public static FlowKey Of(Endpoint source, Endpoint destination, out int side)
    {
        var inOrder = source.Address < destination.Address || (source.Address == destination.Address && source.Port <= destination.Port);
        side = inOrder ? 0 : 1;
        return inOrder ? new FlowKey(source, destination) : new FlowKey(destination, source);
    }

    public bool Equals(FlowKey other) => First == other.First && Second == other.Second;

    /// <summary>Ports and the addresses' low halves, where hosts of a site differ.</summary>
    public override int GetHashCode()
    {
        var hash = ((ulong)First.Address ^ ((ulong)First.Port << 40)) * Multiplier;
        hash = (hash ^ (hash >> 29) ^ (ulong)Second.Address ^ ((ulong)Second.Port << 40)) * Multiplier;
        hash ^= (ulong)(First.Address >> 64) ^ (ulong)(Second.Address >> 64);
        return (int)(hash >> 32);
    }
}
