using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CaBridge.Benchmarks;

/// <summary>A server beside this process, killed with it.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(string assembly, Func<int, string[]> arguments)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        _process = Process.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments(port)]);
    }

    public string Url { get; }

    public TimeSpan ProcessorTime => Refreshed().TotalProcessorTime;

    public long MemoryBytes => Refreshed().WorkingSet64;

    /// <summary>The server itself.</summary>
    public static ServerProcess Analyzing() => new(
        "cabridge-server.dll",
        port => ["--grpc", $"127.0.0.1:{port}", "--http", "127.0.0.1:0", "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:CaBridge=Warning"]);

    /// <summary><see cref="Benchmarks.Sink"/>.</summary>
    public static ServerProcess Sink() => new("CaBridge.Benchmarks.dll", port => ["sink", port.ToString(CultureInfo.InvariantCulture)]);

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private Process Refreshed()
    {
        _process.Refresh();
        return _process;
    }
}
