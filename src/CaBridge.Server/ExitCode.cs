namespace CaBridge.Server;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>It was told to stop.</summary>
    public const int Success = 0;

    /// <summary>The analysis failed; the log says how.</summary>
    public const int Failed = 1;

    /// <summary>An option, or a file that one names, cannot be used.</summary>
    public const int WrongUse = 2;

    /// <summary>An address cannot be listened on, most often because another program does.</summary>
    public const int CannotListen = 3;
}
