using System.Globalization;
using CaBridge.Analysis.Text;

namespace CaBridge.Analysis.Findings;

/// <summary>One threshold of <see cref="DiagnosisOptions"/> by name, as command lines and settings have it.</summary>
public sealed class DiagnosisThreshold
{
    private static readonly NumberForm WholeNumber = new("a whole number from 1 to 1000000", value => value is >= 1 and <= 1_000_000 && double.IsInteger(value));
    private static readonly NumberForm Factor = new("a number above 1", value => value > 1);
    private static readonly NumberForm Rate = new("a number above 0, per second", value => value > 0);
    private static readonly NumberForm Share = new("a share above 0, at most 1", value => value is > 0 and <= 1);

    private readonly Func<DiagnosisOptions, string> _read;
    private readonly Func<DiagnosisOptions, string, DiagnosisOptions?> _set;

    private DiagnosisThreshold(string name, string form, Func<DiagnosisOptions, string> read, Func<DiagnosisOptions, string, DiagnosisOptions?> set) =>
        (Name, Form, _read, _set) = (name, form, read, set);

    public static IReadOnlyList<DiagnosisThreshold> All { get; } =
    [
        OfDuration("duplicate-window", options => options.DuplicateWindow, (options, value) => options with { DuplicateWindow = value }),
        OfDuration("orphan-after", options => options.OrphanAfter, (options, value) => options with { OrphanAfter = value }),
        OfNumber("orphan-tries", WholeNumber, options => options.OrphanTries, (options, value) => options with { OrphanTries = (int)value }),
        OfNumber("storm-factor", Factor, options => options.StormFactor, (options, value) => options with { StormFactor = value }),
        OfNumber("storm-rate", Rate, options => options.StormRate, (options, value) => options with { StormRate = value }),
        OfDuration("dead-after", options => options.DeadAfter, (options, value) => options with { DeadAfter = value }),
        OfDuration("slow-create", options => options.SlowCreate, (options, value) => options with { SlowCreate = value }),
        OfNumber("slow-create-factor", Factor, options => options.SlowCreateFactor, (options, value) => options with { SlowCreateFactor = value }),
        OfDuration("slow-create-floor", options => options.SlowCreateFloor, (options, value) => options with { SlowCreateFloor = value }),
        OfDuration("echo-timeout", options => options.EchoTimeout, (options, value) => options with { EchoTimeout = value }),
        OfDuration("events-off", options => options.EventsOff, (options, value) => options with { EventsOff = value }),
        OfDuration("zero-window", options => options.ZeroWindow, (options, value) => options with { ZeroWindow = value }),
        OfNumber("beacon-factor", Factor, options => options.BeaconFactor, (options, value) => options with { BeaconFactor = value }),
        OfDuration("beacon-silence", options => options.BeaconSilence, (options, value) => options with { BeaconSilence = value }),
        OfDuration("restart-window", options => options.RestartWindow, (options, value) => options with { RestartWindow = value }),
        OfDuration("gone-after", options => options.GoneAfter, (options, value) => options with { GoneAfter = value }),
        OfDuration("slow-operation", options => options.SlowOperation, (options, value) => options with { SlowOperation = value }),
        OfNumber("retransmission-share", Share, options => options.RetransmissionShare, (options, value) => options with { RetransmissionShare = value }),
    ];

    public string Name { get; }

    /// <summary>What a value looks like.</summary>
    public string Form { get; }

    /// <summary>Sets one threshold.</summary>
    /// <param name="setting"><c>slow-create=2s</c>.</param>
    /// <returns>What is wrong with the setting; null if nothing is.</returns>
    public static string? TrySet(ref DiagnosisOptions options, string setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        ArgumentNullException.ThrowIfNull(options);
        var end = setting.IndexOf('=', StringComparison.Ordinal);
        var name = end < 0 ? setting : setting[..end];
        var threshold = All.FirstOrDefault(threshold => string.Equals(threshold.Name, name, StringComparison.Ordinal));
        if (threshold is null)
        {
            return $"'{name}' is no threshold: {string.Join(", ", All.Select(known => known.Name))}";
        }

        if (end < 0 || threshold._set(options, setting[(end + 1)..]) is not { } changed)
        {
            return $"'{setting}': the value of {name} is {threshold.Form}";
        }

        options = changed;
        return null;
    }

    /// <summary>Its value, in the form in which it is set.</summary>
    public string ValueOf(DiagnosisOptions options) => _read(options);

    private static DiagnosisThreshold OfDuration(string name, Func<DiagnosisOptions, CaptureDuration> read, Func<DiagnosisOptions, CaptureDuration, DiagnosisOptions> set) => new(
        name,
        DurationText.Form,
        options => string.Create(CultureInfo.InvariantCulture, $"{read(options).Nanoseconds / (decimal)CaptureDuration.NanosecondsPerMillisecond:0.######}ms"),
        (options, text) => DurationText.TryParse(text, out var value) && value > default(CaptureDuration) ? set(options, value) : null);

    private static DiagnosisThreshold OfNumber(string name, NumberForm form, Func<DiagnosisOptions, double> read, Func<DiagnosisOptions, double, DiagnosisOptions> set) => new(
        name,
        form.Text,
        options => read(options).ToString(CultureInfo.InvariantCulture),
        (options, text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && form.IsIn(value)
            ? set(options, value) : null);

    private sealed record NumberForm(string Text, Func<double, bool> IsIn);
}
