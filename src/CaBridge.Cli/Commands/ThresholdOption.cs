using System.CommandLine;
using CaBridge.Analysis.Findings;

namespace CaBridge.Cli.Commands;

/// <summary><c>--threshold NAME=VALUE</c>, as often as there are thresholds to change.</summary>
internal sealed class ThresholdOption
{
    public ThresholdOption()
    {
        var defaults = new DiagnosisOptions();
        Option = new Option<string[]>("--threshold")
        {
            Description = $"From when on something is a finding: {string.Join(", ", DiagnosisThreshold.All.Select(threshold => $"{threshold.Name}={threshold.ValueOf(defaults)}"))}.",
            HelpName = "NAME=VALUE",
            DefaultValueFactory = _ => [],
        };
        Option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                var options = defaults;
                if (DiagnosisThreshold.TrySet(ref options, token.Value) is { } fault)
                {
                    result.AddError($"--threshold {fault}");
                }
            }
        });
    }

    public Option<string[]> Option { get; }

    public DiagnosisOptions Read(ParseResult parsed)
    {
        var options = new DiagnosisOptions();
        foreach (var setting in parsed.GetValue(Option) ?? [])
        {
            DiagnosisThreshold.TrySet(ref options, setting);
        }

        return options;
    }
}
