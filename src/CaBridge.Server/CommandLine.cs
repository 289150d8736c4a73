using CaBridge.Server.Security;

namespace CaBridge.Server;

/// <summary>The command line: a few options of its own, and those of the configuration as <c>--CaBridge:Live:MaxSessions=100</c>.</summary>
internal sealed record CommandLine
{
    private const string OptionsFile = "appsettings.json";

    private static readonly Dictionary<string, string> Short = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--grpc"] = $"{ServerOptions.Section}:{nameof(ServerOptions.Grpc)}",
        ["--http"] = $"{ServerOptions.Section}:{nameof(ServerOptions.Http)}",
    };

    private readonly Dictionary<string, string?> _settings = new(StringComparer.OrdinalIgnoreCase);

    public bool AsksHelp { get; private init; }

    public bool AsksVersion { get; private init; }

    private string? ConfigFile { get; set; }

    /// <exception cref="StartException">It has what is not known.</exception>
    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        var line = new CommandLine
        {
            AsksHelp = args.Any(arg => arg is "--help" or "-h" or "-?"),
            AsksVersion = args.Any(arg => arg is "--version"),
        };
        if (line.AsksHelp || line.AsksVersion)
        {
            return line;
        }

        for (var at = 0; at < args.Count; at++)
        {
            line.Take(args, ref at);
        }

        return line;
    }

    /// <summary>Each source overrides those before it: the file beside the program, the one that --config names, environment, command line.</summary>
    /// <exception cref="StartException">A file cannot be read.</exception>
    public void AddTo(ConfigurationManager configuration)
    {
        configuration.Sources.Clear();
        try
        {
            configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, OptionsFile), optional: true, reloadOnChange: false);
            if (ConfigFile is not null)
            {
                configuration.AddJsonFile(Path.GetFullPath(ConfigFile), optional: false, reloadOnChange: false);
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new StartException(failure is FileNotFoundException
                ? $"The options file '{ConfigFile}' does not exist."
                : $"An options file cannot be read: {failure.GetBaseException().Message}");
        }

        configuration.AddEnvironmentVariables();
        configuration.AddInMemoryCollection(_settings);
    }

    private void Take(IReadOnlyList<string> args, ref int at)
    {
        var parts = args[at].Split('=', 2);
        var name = parts[0];
        if (name is "--insecure" && parts.Length == 1)
        {
            _settings[$"{ServerOptions.Section}:{nameof(ServerOptions.Security)}:{nameof(SecurityOptions.Insecure)}"] = bool.TrueString;
            return;
        }

        var key = Short.GetValueOrDefault(name) ?? (IsSetting(name) ? name[2..] : null);
        if (key is null && name is not "--config")
        {
            throw new StartException($"There is no option '{name}'; --help lists them.");
        }

        var value = parts.Length > 1 ? parts[1] : ++at < args.Count ? args[at] : throw new StartException($"{name} needs a value.");
        if (key is null)
        {
            ConfigFile = value;
        }
        else
        {
            _settings[key] = value;
        }
    }

    private static bool IsSetting(string name) =>
        name.StartsWith($"--{ServerOptions.Section}:", StringComparison.OrdinalIgnoreCase) || name.StartsWith("--Logging:", StringComparison.OrdinalIgnoreCase);
}
