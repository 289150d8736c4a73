using System.Diagnostics.Metrics;
using CaBridge.Analysis.Transactions;
using CaBridge.Server.Security;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace CaBridge.Server.Metrics;

/// <summary>Metrics by OpenTelemetry: for Prometheus at <c>/metrics</c>, and by OTLP where its environment variables name an endpoint.</summary>
internal static class MetricsHosting
{
    private const int SeriesPerSensor = 2;
    private const string ServiceName = "cabridge-server";

    public static void AddCaBridgeMetrics(this IServiceCollection services, MetricsOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<LatencyFeed>();
        services.AddSingleton<LoopReadings>();
        services.AddHostedService(provider => provider.GetRequiredService<LoopReadings>());
        services.AddSingleton<ServerMeters>();
        services.AddHostedService<LatencyRecorder>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(ServiceName, serviceVersion: Help.Version, autoGenerateServiceInstanceId: false)
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics => Configure(metrics, options));
    }

    /// <summary>For whom may read.</summary>
    public static void MapCaBridgeMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(Rights.Read);

    private static void Configure(MeterProviderBuilder metrics, MetricsOptions options)
    {
        metrics.AddMeter(ServerMeters.Name, "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting")
            .AddRuntimeInstrumentation()
            .AddView(instrument => ViewOf(instrument, options))
            .AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false);
        if (IsSet("OTEL_EXPORTER_OTLP_ENDPOINT") || IsSet("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"))
        {
            metrics.AddOtlpExporter();
        }
    }

    /// <summary>Room for all series that the options allow, and nothing that Prometheus takes for a part of a histogram (dotnet_timer_count).</summary>
    private static MetricStreamConfiguration? ViewOf(Instrument instrument, MetricsOptions options) => instrument switch
    {
        { Meter.Name: not ServerMeters.Name } => instrument.Name.EndsWith(".count", StringComparison.Ordinal) ? MetricStreamConfiguration.Drop : null,
        Histogram<double> => new ExplicitBucketHistogramConfiguration
        {
            Boundaries = ServerMeters.LatencyBounds,
            RecordMinMax = false,
            CardinalityLimit = (options.MaxServers + 1) * OperationNames.Count,
        },
        _ => new MetricStreamConfiguration { CardinalityLimit = Math.Max(1000, (options.MaxSensors + 1) * SeriesPerSensor) },
    };

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
