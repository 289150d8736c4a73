namespace CaBridge.Analysis.Findings;

/// <summary>How much a finding asks of an operator.</summary>
public enum FindingSeverity : byte
{
    /// <summary>Worth knowing.</summary>
    Info = 0,

    /// <summary>Somebody waits, or will.</summary>
    Warning = 1,

    /// <summary>Something does not work.</summary>
    Error = 2,
}

/// <summary>How sure it is that the finding is what it says, from what the sensor sees.</summary>
public enum FindingConfidence : byte
{
    Low = 0,
    Medium = 1,
    High = 2,
}

/// <summary>One cause of trouble, with its evidence; immutable. However often it was seen, it is one finding with a count.</summary>
public sealed record Finding
{
    public required FindingKind Kind { get; init; }

    /// <summary>What makes the cause the same one: equal while the finding goes on, and for other sensors that see it. It says nothing else.</summary>
    public string Key { get; init; } = "";

    public required FindingSeverity Severity { get; init; }

    /// <summary>One sentence that names the PV, the server and the client, as far as they are known. Foreign text in it is as it came.</summary>
    public required string Title { get; init; }

    /// <summary>The names concerned, in order of appearance, 1,000 at most; where there are more, <see cref="PvCount"/> is one more.</summary>
    public IReadOnlyList<string> Pvs { get; init; } = [];

    public long PvCount { get; init; }

    /// <summary>Where the servers concerned accept circuits: address and port.</summary>
    public IReadOnlyList<Endpoint> Servers { get; init; } = [];

    /// <summary>The clients concerned: a circuit's endpoint, or a host (port 0).</summary>
    public IReadOnlyList<Endpoint> Clients { get; init; } = [];

    /// <summary>How often it was seen; of what, the title tells.</summary>
    public required long Count { get; init; }

    public required CaptureTime First { get; init; }

    public required CaptureTime Last { get; init; }

    /// <summary>The first few frames that show it, ascending.</summary>
    public required IReadOnlyList<long> Frames { get; init; }

    public required FindingConfidence Confidence { get; init; }

    /// <summary>Whether the capture misses bytes of circuits between <see cref="First"/> and <see cref="Last"/>.</summary>
    public bool InGap { get; init; }

    /// <summary>What to do about it: one or two sentences.</summary>
    public required string Advice { get; init; }

    /// <summary>What the evidence says in detail, a sentence each; may be empty.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>Whether it stands for all of its kind that were too many to be told one by one.</summary>
    public bool IsOfOthers { get; init; }

    /// <summary>Whether it still goes on, as far as is known.</summary>
    public bool IsOpen { get; init; }
}
