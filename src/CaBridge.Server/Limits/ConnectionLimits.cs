using CaBridge.Server.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CaBridge.Server.Limits;

/// <summary>What connections may cost, and how long streams are kept over which nothing goes.</summary>
internal static class ConnectionLimits
{
    /// <summary>Of a question; batches are bounded by the size of a message, as a stream has no end.</summary>
    public const int MaxQuestionBytes = 256 * 1024;

    private const int MaxStreamsPerConnection = 256;

    /// <summary>More often than the firewalls that are usual forget a connection, and soon enough to notice a host that is gone.</summary>
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(15);

    public static void Apply(KestrelServerOptions kestrel, SecurityOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.MaxRequestBodySize = MaxQuestionBytes;
        kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
        kestrel.Limits.Http2.KeepAlivePingDelay = PingAfter;
        kestrel.Limits.Http2.KeepAlivePingTimeout = PingTimeout;
    }
}
