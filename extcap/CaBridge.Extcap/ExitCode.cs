namespace CaBridge.Extcap;

internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A sentence on standard error says why.</summary>
    public const int Failed = 1;
}
