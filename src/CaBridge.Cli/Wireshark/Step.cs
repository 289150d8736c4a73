namespace CaBridge.Cli.Wireshark;

internal enum StepKind
{
    /// <summary>There was nothing.</summary>
    Put,

    /// <summary>There is what an older CaBridge put there, or <c>--force</c> says so.</summary>
    Update,

    /// <summary>It is there already.</summary>
    Unchanged,

    /// <summary>It was put there, and is not wanted any more.</summary>
    Remove,

    /// <summary>It was put there, and somebody else removed it.</summary>
    Gone,

    /// <summary>It was changed since it was put there.</summary>
    KeepChanged,

    /// <summary>It was never put there, and is something else.</summary>
    KeepForeign,

    /// <summary>It is a folder where a file should be.</summary>
    KeepFolder,

    /// <summary>It is noted, and in no folder where CaBridge installs.</summary>
    KeepElsewhere,

    /// <summary>It is something else, which is as good.</summary>
    LeaveForeign,
}

/// <summary>What is to be done at a path.</summary>
/// <param name="File">What is to be there; null for what goes.</param>
internal sealed record Step(StepKind Kind, string Path, PlacedFile? File = null);
