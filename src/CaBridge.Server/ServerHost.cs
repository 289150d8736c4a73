using CaBridge.Server.Limits;
using CaBridge.Server.Security;

namespace CaBridge.Server;

/// <summary>Puts the server together from its command line, and runs it.</summary>
internal static partial class ServerHost
{
    /// <exception cref="StartException">It was told what cannot be; the message says what.</exception>
    public static WebApplication Create(CommandLine line)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        line.AddTo(builder.Configuration);
        var options = OptionRules.Read(builder.Configuration);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            ConnectionLimits.Apply(kestrel, options.Security);
            ListenRules.Apply(kestrel, options);
        });
        builder.Services.AddCaBridge(options);
        builder.Services.AddSystemd();

        var app = builder.Build();
        app.UseCaBridge();
        return app;
    }

    /// <summary>Runs until it is told to stop, or a part of it fails.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(WebApplication app)
    {
        var parts = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("CaBridge.Server");
        var isStarted = false;
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            isStarted = true;
            foreach (var address in app.Urls)
            {
                LogListening(logger, address);
            }
        });
        app.Lifetime.ApplicationStopping.Register(() => Report(logger, parts, isStarted));
        await app.RunAsync();
        return parts.Exists(part => part.ExecuteTask is { IsFaulted: true }) ? ExitCode.Failed : ExitCode.Success;
    }

    private static void Report(ILogger logger, IEnumerable<BackgroundService> parts, bool isStarted)
    {
        if (parts.FirstOrDefault(part => part.ExecuteTask is { IsFaulted: true }) is { } failed)
        {
            LogFailed(logger, failed.ExecuteTask?.Exception?.InnerException, failed.GetType().Name);
        }
        else if (isStarted)
        {
            LogStopping(logger);
        }
    }

    // as ASP.NET Core itself says it, for whoever looks for that
    [LoggerMessage(1, LogLevel.Information, "Now listening on: {Address}")]
    private static partial void LogListening(ILogger logger, string address);

    [LoggerMessage(2, LogLevel.Information, "Stopping")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(3, LogLevel.Critical, "{Part} failed, and the server stops; please report this")]
    private static partial void LogFailed(ILogger logger, Exception? failure, string part);
}
