namespace CaBridge.Cli.Wireshark;

/// <summary>A file, or a link, that has to be at a path.</summary>
internal sealed record PlacedFile
{
    public required string Path { get; init; }

    /// <summary>Null for a link.</summary>
    public byte[]? Content { get; init; }

    public string? LinkTarget { get; init; }

    public bool IsExecutable { get; init; }

    public string State => LinkTarget is null ? FileState.Of(Content) : FileState.OfLink(LinkTarget);
}
