namespace CaBridge.Server.Security;

/// <summary>What a peer may do; names of authorization policies, and values of the claim <see cref="Claim"/>.</summary>
internal static class Rights
{
    public const string Claim = "cabridge";

    /// <summary>To send packets in.</summary>
    public const string Send = "send";

    /// <summary>To look at packets and ask questions.</summary>
    public const string Read = "read";
}
