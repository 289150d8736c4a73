using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Threading.RateLimiting;
using CaBridge.Server.Security;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace CaBridge.Server.Limits;

/// <summary>
/// How much one peer, that is an IP address, may ask: before it is known who it is, so that tokens cannot be tried out at speed either.
/// Whoever asks for health is always answered.
/// </summary>
internal static class PeerLimits
{
    private const string HealthService = "grpc.health.v1.Health";
    private const int BurstSeconds = 2;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private enum Kind
    {
        Free,
        Request,
        Stream,
    }

    public static void AddPeerLimits(this IServiceCollection services, SecurityOptions options) => services.AddRateLimiter(limiter =>
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, (IPAddress, Kind)>(context => PartitionOf(context, options));
        limiter.OnRejected = (rejected, cancel) => RefuseAsync(rejected.HttpContext, options, cancel);
    });

    private static RateLimitPartition<(IPAddress, Kind)> PartitionOf(HttpContext context, SecurityOptions options)
    {
        var kind = KindOf(context);
        var peer = (context.Connection.RemoteIpAddress ?? IPAddress.None, kind);
        return kind switch
        {
            Kind.Free => RateLimitPartition.GetNoLimiter(peer),
            Kind.Stream => RateLimitPartition.GetConcurrencyLimiter(
                peer, _ => new ConcurrencyLimiterOptions { PermitLimit = options.MaxStreamsPerPeer, QueueLimit = 0 }),
            _ => RateLimitPartition.GetTokenBucketLimiter(peer, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = options.MaxRequestsPerSecond * BurstSeconds,
                TokensPerPeriod = options.MaxRequestsPerSecond,
                ReplenishmentPeriod = Second,
                QueueLimit = 0,
            }),
        };
    }

    private static Kind KindOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method switch
        {
            { Type: not MethodType.Unary } => Kind.Stream,
            { ServiceName: HealthService } => Kind.Free,
            null when context.Request.Path == "/healthz" => Kind.Free,
            _ => Kind.Request,
        };

    private static async ValueTask RefuseAsync(HttpContext context, SecurityOptions options, CancellationToken cancel)
    {
        var sentence = KindOf(context) == Kind.Stream
            ? string.Create(CultureInfo.InvariantCulture, $"{context.Connection.RemoteIpAddress} has {options.MaxStreamsPerPeer} streams already, and no peer may have more")
            : string.Create(CultureInfo.InvariantCulture, $"{context.Connection.RemoteIpAddress} asks more than {options.MaxRequestsPerSecond} times a second");
        var response = context.Response;
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            // an answer of headers only, as gRPC over HTTP/2 has it ("Trailers-Only")
            response.StatusCode = (int)HttpStatusCode.OK;
            response.ContentType = "application/grpc";
            response.Headers["grpc-status"] = ((int)StatusCode.ResourceExhausted).ToString(CultureInfo.InvariantCulture);
            response.Headers["grpc-message"] = Uri.EscapeDataString(sentence);
            return;
        }

        response.StatusCode = (int)HttpStatusCode.TooManyRequests;
        response.Headers.RetryAfter = "1";
        response.ContentType = "application/json";
        await response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { code = (int)StatusCode.ResourceExhausted, message = sentence, details = Array.Empty<object>() }), cancel);
    }
}
