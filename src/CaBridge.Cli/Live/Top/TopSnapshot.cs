using CaBridge.Analysis;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Live.Top;

/// <summary>What is asked for a screen.</summary>
/// <param name="Operation">Null for all.</param>
/// <param name="Pv">A name with * and ?; empty for all.</param>
internal readonly record struct TopQuestion(Operation? Operation, string Pv);

/// <summary>Where packets come from, and how many were lost on the way.</summary>
/// <param name="Name">Sensors, devices or files.</param>
/// <param name="Lost">Packets that the kernel, an agent or the way to the server dropped.</param>
internal readonly record struct TopIntake(string Name, long Packets, long Lost);

/// <summary>
/// Everything that a screen is drawn from; the same from a server and from a capture here. Figures are those of operations that ended in the
/// last <see cref="Span"/> of capture time.
/// </summary>
internal sealed record TopSnapshot
{
    public required TopIntake Intake { get; init; }

    /// <summary>A sentence, where what is shown is not current.</summary>
    public string? Problem { get; init; }

    /// <summary>Null before the first packet.</summary>
    public CaptureTime? Latest { get; init; }

    /// <summary>Zero where it is not known.</summary>
    public CaptureDuration Span { get; init; }

    public IReadOnlyList<OperationAccount> Accounts { get; init; } = [];

    /// <summary>Without key.</summary>
    public IReadOnlyList<LatencyRow> ByOperation { get; init; } = [];

    public IReadOnlyList<LatencyRow> ByServer { get; init; } = [];

    /// <summary>Those with the longest latencies.</summary>
    public IReadOnlyList<LatencyRow> ByPv { get; init; } = [];

    /// <summary>The latest first, as many as are at hand.</summary>
    public IReadOnlyList<Transaction> Unanswered { get; init; } = [];

    /// <summary>Operations that ended since the beginning, whatever was asked; indexed by <see cref="Operation"/>.</summary>
    public IReadOnlyList<long> Ended { get; init; } = new long[OperationNames.Count];

    /// <summary>Operations a second, those of the question's operation, the oldest first; who draws fills it in.</summary>
    public IReadOnlyList<double> Rates { get; init; } = [];
}
