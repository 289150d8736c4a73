using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Cli.Rendering;

internal static class StatusText
{
    /// <summary><c>ECA_NORMAL</c>; null for 0, which says that there was no reply.</summary>
    public static string? Of(uint status) => status == 0 ? null : EcaStatus.Name(status);
}
