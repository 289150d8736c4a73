using CaBridge.Analysis;
using CaBridge.Server.Live;
using CaBridge.Server.Metrics;
using CaBridge.Server.Security;

namespace CaBridge.Server;

/// <summary>Section <c>CaBridge</c> of the configuration: file <c>appsettings.json</c>, environment <c>CaBridge__Grpc</c>, command line <c>--CaBridge:Grpc</c>.</summary>
internal sealed record ServerOptions
{
    public const string Section = "CaBridge";

    /// <summary>Address and port of gRPC (HTTP/2); of everything, with TLS.</summary>
    public string Grpc { get; init; } = "127.0.0.1:50051";

    /// <summary>Address and port of JSON, metrics and pages (HTTP/1.1); not used with TLS.</summary>
    public string Http { get; init; } = "127.0.0.1:8080";

    public LiveOptions Live { get; init; } = new();

    public FindingOptions Findings { get; init; } = new();

    public MetricsOptions Metrics { get; init; } = new();

    public SecurityOptions Security { get; init; } = new();

    /// <summary>Capture time after which a request counts as timed out.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Limits of the analysis of each session; its timeout is <see cref="RequestTimeout"/>.</summary>
    public AnalyzerOptions Analyzer { get; init; } = new() { ExpectsTimeOrder = false };

    /// <summary>With what stands in sections of its own.</summary>
    public AnalyzerOptions WholeAnalyzer => Analyzer with { Timeout = CaptureDuration.FromSeconds(RequestTimeout.TotalSeconds), Diagnosis = Findings.Diagnosis };
}
