namespace CaBridge.Analysis.Connections;

/// <summary>Where the time of one server's or one client's connections went. Grows while connections are added.</summary>
/// <param name="host">A server's address and port, or a client's address; <c>default</c> for all beyond the bound.</param>
public sealed class ConnectionSummary(Endpoint host)
{
    private readonly long[] _waits = new long[ChannelConnection.WaitCount];

    /// <summary>One whose figures are known.</summary>
    /// <param name="waits">By <see cref="ConnectionWait"/>.</param>
    public ConnectionSummary(Endpoint host, long count, long reconnections, long withValue, long maximum, CaptureDuration? roundTrip, params long[] waits)
        : this(host)
    {
        (Count, Reconnections, WithValue, MaximumNanoseconds, RoundTrip) = (count, reconnections, withValue, maximum, roundTrip);
        ArgumentNullException.ThrowIfNull(waits);
        waits.CopyTo(_waits, 0);
        TotalNanoseconds = _waits.Sum();
    }

    public Endpoint Host { get; } = host;

    public long Count { get; private set; }

    /// <summary>Of <see cref="Count"/>, those that had been connected before and lost their server.</summary>
    public long Reconnections { get; private set; }

    /// <summary>Of <see cref="Count"/>, those that came to a value.</summary>
    public long WithValue { get; private set; }

    public long TotalNanoseconds { get; private set; }

    public long MaximumNanoseconds { get; private set; }

    /// <summary>The shortest round trip, from the sensor to the server and back; null where TCP told none.</summary>
    public CaptureDuration? RoundTrip { get; private set; }

    public double MeanNanoseconds => Count == 0 ? 0 : (double)TotalNanoseconds / Count;

    /// <summary>What most of the time was spent on.</summary>
    public ConnectionWait Longest => (ConnectionWait)Array.IndexOf(_waits, _waits.Max());

    /// <summary>Nanoseconds of all connections; the four add up to <see cref="TotalNanoseconds"/>.</summary>
    public long this[ConnectionWait wait] => _waits[(int)wait];

    public void Add(in ChannelConnection connection)
    {
        Count++;
        Reconnections += connection.IsReconnection ? 1 : 0;
        WithValue += connection.Result == ConnectionResult.Value ? 1 : 0;
        TotalNanoseconds += connection.Total.Nanoseconds;
        MaximumNanoseconds = Math.Max(MaximumNanoseconds, connection.Total.Nanoseconds);
        if (connection.RoundTrip is { } roundTrip && (RoundTrip is not { } shortest || roundTrip < shortest))
        {
            RoundTrip = roundTrip;
        }

        for (var wait = 0; wait < ChannelConnection.WaitCount; wait++)
        {
            _waits[wait] += connection.Waits[wait];
        }
    }
}
