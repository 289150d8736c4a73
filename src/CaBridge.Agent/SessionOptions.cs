namespace CaBridge.Agent;

/// <summary>How packets go to the server.</summary>
public sealed record SessionOptions
{
    /// <summary>What users call this sensor.</summary>
    public required string Sensor { get; init; }

    /// <summary>The agent's name and version.</summary>
    public required string Agent { get; init; }

    /// <summary>How packets are chosen, for people.</summary>
    public required string Selection { get; init; }

    /// <summary>Whether packets are captured now, so that the agent's clock means something, and waiting loses some.</summary>
    public required bool IsLive { get; init; }

    /// <summary>How long a packet waits for others to share a batch with.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(10);
}
