namespace CaBridge.Capture;

/// <summary>The problems of one input, in the order in which they were met; bounded.</summary>
internal sealed class ProblemLog(string file)
{
    private const int MaxProblems = 64;

    private readonly List<CountedProblem> _problems = [];

    public void Add(long frame, long byteOffset, string message, bool isFatal) => Count(frame, byteOffset, _ => message, isFatal);

    /// <summary>Begins a problem that happens again and again: the caller keeps the result and counts on.</summary>
    /// <param name="describe">Makes the sentence for the final count.</param>
    public CountedProblem Count(long frame, long byteOffset, Func<long, string> describe, bool isFatal)
    {
        var problem = new CountedProblem(frame, byteOffset, describe, isFatal);
        if (_problems.Count < MaxProblems)
            _problems.Add(problem);
        return problem;
    }

    public IReadOnlyList<CaptureProblem> Snapshot() =>
        [.. _problems.Select(problem => new CaptureProblem(file, problem.Frame, problem.ByteOffset, problem.Describe(problem.Times), problem.IsFatal))];
}

/// <summary>A problem that is told once however often it happens. Begins at one time.</summary>
internal sealed class CountedProblem(long frame, long byteOffset, Func<long, string> describe, bool isFatal)
{
    public long Frame { get; } = frame;

    public long ByteOffset { get; } = byteOffset;

    public Func<long, string> Describe { get; } = describe;

    public bool IsFatal { get; } = isFatal;

    public long Times { get; set; } = 1;
}
