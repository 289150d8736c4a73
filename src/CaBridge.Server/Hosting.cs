using System.Text.Encodings.Web;
using CaBridge.Server.Ingest;
using CaBridge.Server.Limits;
using CaBridge.Server.Live;
using CaBridge.Server.Metrics;
using CaBridge.Server.Queries;
using CaBridge.Server.Security;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CaBridge.Server;

/// <summary>What the host is made of.</summary>
internal static class Hosting
{
    private const int OverheadBytes = 64 * 1024;

    /// <summary>How often those who watch the health by gRPC are told.</summary>
    private static readonly TimeSpan HealthPeriod = TimeSpan.FromSeconds(5);

    /// <summary>What is under way has so long to end when the server stops; streams end at once.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    /// <exception cref="StartException">A file that the options name cannot be used.</exception>
    public static void AddCaBridge(this IServiceCollection services, ServerOptions options)
    {
        if (options.Security.Insecure)
        {
            Console.Error.WriteLine("cabridge-server: INSECURE: anyone who reaches this server may send packets and read everything (--insecure)");
        }

        services.Configure<HostOptions>(host => host.ShutdownTimeout = StopPatience);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options.Live);
        services.AddCaBridgeMetrics(options.Metrics);
        services.AddSingleton(provider => new LiveState(
            options.Live, options.WholeAnalyzer, provider.GetRequiredService<LatencyFeed>(), provider.GetRequiredService<TimeProvider>(), options.Findings));
        services.AddSingleton<LiveLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveLoop>());
        services.AddRights(options.Security);
        services.AddPeerLimits(options.Security);
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = ConnectionLimits.MaxQuestionBytes;
            grpc.Interceptors.Add<CallErrors>();
        }).AddServiceOptions<CaptureService>(grpc => grpc.MaxReceiveMessageSize = options.Live.MaxBatchBytes + OverheadBytes).AddJsonTranscoding();
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck<LoopHealth>("live");
        services.Configure<HealthCheckPublisherOptions>(publisher => (publisher.Delay, publisher.Period) = (TimeSpan.Zero, HealthPeriod));
    }

    public static void UseCaBridge(this WebApplication app)
    {
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGrpcService<CaptureService>();
        app.MapGrpcService<AnalysisService>();
        app.MapGrpcReflectionService().RequireAuthorization(Rights.Read);
        app.MapGrpcHealthChecksService();
        app.MapCaBridgeMetrics();
        app.MapHealthChecks("/healthz", new HealthCheckOptions
        {
            ResponseWriter = (context, report) => context.Response.WriteAsync(
                report.Status == HealthStatus.Healthy ? "ok\n" : $"{string.Join("; ", report.Entries.Values.Select(entry => entry.Description))}\n"),
        });
    }

    /// <summary>Without the whole of AddAuthentication, which brings cookies' keys, a folder for them, and warnings about it.</summary>
    private static void AddRights(this IServiceCollection services, SecurityOptions options)
    {
        services.AddSingleton(new PeerRights(options));
        services.AddSingleton(UrlEncoder.Default);
        services.AddTransient<PeerAuthentication>();
        services.AddAuthenticationCore(authentication =>
        {
            authentication.DefaultScheme = PeerAuthentication.SchemeName;
            authentication.AddScheme<PeerAuthentication>(PeerAuthentication.SchemeName, displayName: null);
        });
        services.AddAuthorizationBuilder()
            .AddPolicy(Rights.Send, policy => policy.RequireClaim(Rights.Claim, Rights.Send))
            .AddPolicy(Rights.Read, policy => policy.RequireClaim(Rights.Claim, Rights.Read));
    }
}
