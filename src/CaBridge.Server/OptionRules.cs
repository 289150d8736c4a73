using System.Globalization;
using System.Reflection;
using CaBridge.Analysis.Findings;
using CaBridge.Server.Security;

namespace CaBridge.Server;

/// <summary>Which options there are, and what each may be.</summary>
internal static class OptionRules
{
    private const long MaxNumber = 1_000_000_000;

    private static readonly TimeSpan MinTime = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(365);

    /// <summary>Where 0 has a meaning; all other numbers are at least 1.</summary>
    private static readonly HashSet<string> MayBeZero = new(StringComparer.Ordinal)
    {
        "MaxExactValuesPerGroup", "MaxExactValues", "PayloadLimitBytes", "MaxServers", "MaxSensors", "MaxViewers",
    };

    /// <summary>Every option by its key, as <c>CaBridge:Live:MaxSessions</c>, with its default.</summary>
    public static IReadOnlyDictionary<string, object?> Defaults { get; } =
        Leaves(ServerOptions.Section, new ServerOptions()).ToDictionary(leaf => leaf.Key, leaf => leaf.Value, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="StartException">There is a key that is no option, or a value that it may not have.</exception>
    public static ServerOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(ServerOptions.Section);
        foreach (var (key, value) in section.AsEnumerable())
        {
            if (value is not null && !Defaults.ContainsKey(key))
            {
                throw new StartException($"There is no option {key}; --help lists them.");
            }

            // a number alone would be days
            if (value is not null && Defaults[key] is TimeSpan && !value.Contains(':', StringComparison.Ordinal))
            {
                throw new StartException($"{key} is a time in hours:minutes:seconds, as 00:00:30; it is {value}.");
            }
        }

        ServerOptions options;
        try
        {
            options = section.Get<ServerOptions>() ?? new ServerOptions();
        }
        catch (InvalidOperationException failure)
        {
            throw new StartException(failure.Message);
        }

        options = WithThresholds(options, section.GetSection(nameof(ServerOptions.Findings)));
        foreach (var (key, value) in Leaves(ServerOptions.Section, options))
        {
            Check(key, value);
        }

        return options;
    }

    private static ServerOptions WithThresholds(ServerOptions options, IConfigurationSection section)
    {
        var thresholds = options.Findings.Thresholds;
        foreach (var name in DiagnosisThreshold.All.Select(threshold => threshold.Name))
        {
            if (section[name] is { } value && DiagnosisThreshold.TrySet(ref thresholds, $"{name}={value}") is { } fault)
            {
                throw new StartException($"{section.Path}: {fault}.");
            }
        }

        return options with { Findings = options.Findings with { Thresholds = thresholds } };
    }

    private static void Check(string key, object? value)
    {
        var least = MayBeZero.Contains(key[(key.LastIndexOf(':') + 1)..]) ? 0 : 1;
        var isRight = value switch
        {
            int or long => Convert.ToInt64(value, CultureInfo.InvariantCulture) is var number && number >= least && number <= MaxNumber,
            TimeSpan time => time >= MinTime && time <= MaxTime,
            _ => true,
        };
        if (!isRight)
        {
            throw new StartException(value is TimeSpan
                ? $"{key} must be a time from 1 ms to 365 days, as 00:00:30; it is {value}."
                : string.Create(CultureInfo.InvariantCulture, $"{key} must be {least} to {MaxNumber:N0}; it is {value}."));
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>> Leaves(string path, object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var key = $"{path}:{property.Name}";
            var value = property.GetValue(options);
            if (IsLeaf(property.PropertyType))
            {
                yield return new(key, value);
            }
            else if (value is DiagnosisOptions thresholds)
            {
                foreach (var threshold in DiagnosisThreshold.All)
                {
                    yield return new($"{path}:{threshold.Name}", threshold.ValueOf(thresholds));
                }
            }
            else if (property.PropertyType.IsClass && value is not null)
            {
                foreach (var leaf in Leaves(key, value))
                {
                    yield return leaf;
                }
            }
        }
    }

    private static bool IsLeaf(Type type) => type.IsPrimitive || type == typeof(string) || type == typeof(TimeSpan);
}
