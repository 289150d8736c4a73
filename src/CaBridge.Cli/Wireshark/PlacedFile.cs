namespace CaBridge.Cli.Wireshark;

/// <summary>A file, or a link, that has to be at a path.</summary>
internal sealed record PlacedFile
{
    public required string Path { get; init; }

    /// <summary>Null for a link.</summary>
    public byte[]? Content { get; init; }

    public string? LinkTarget { get; init; }

    public bool IsExecutable { get; init; }

    /// <summary>Whether it is Wireshark's once it is there: it is a start, and never updated.</summary>
    public bool IsHandedOver { get; init; }

    public string State => IsHandedOver ? FileState.HandedOver : LinkTarget is null ? FileState.Of(Content) : FileState.OfLink(LinkTarget);
}
