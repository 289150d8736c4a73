using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Analysis.Text;

public static class StatusText
{
    /// <summary><c>ECA_NORMAL</c>; null for 0: there was no reply, or one that refuses without a status (CREATE_CH_FAIL, NOT_FOUND, RST).</summary>
    public static string? Of(uint status) => status == 0 ? null : EcaStatus.Name(status);
}
