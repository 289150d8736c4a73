namespace CaBridge.Agent;

/// <summary>Where batches wait until the server has them.</summary>
public sealed record SpoolOptions
{
    /// <summary>The folder of files for what does not fit into memory; files in it are the spool's own. Null: nothing goes to disk.</summary>
    public string? Folder { get; init; }

    /// <summary>Bytes held in memory.</summary>
    public long MaxMemoryBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Bytes held on disk; beyond them the oldest batches are discarded, and counted.</summary>
    public long MaxDiskBytes { get; init; } = 1024L * 1024 * 1024;
}
