using System.CommandLine;
using System.CommandLine.Parsing;
using CaBridge.Analysis;
using CaBridge.Analysis.Comparison;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Commands;

/// <summary><c>cabridge compare BEFORE AFTER</c>: what got slower or faster, what is new and what is gone.</summary>
internal static class CompareCommand
{
    public const string Name = "compare";

    public const string Examples =
        """
        Examples:
          cabridge compare before.pcap after.pcap
                                                 what got slower, faster, is new or gone
          cabridge compare before.pcap after.pcap --by pv --pv 'LINAC:*' --top 50
          cabridge compare monday.pcap tuesday1.pcap --after-also tuesday2.pcap
          cabridge compare before.pcap after.pcap --fail-on slower || echo 'take it back'
          tcpdump -i eth0 -w - | cabridge compare yesterday.pcap -
        """;

    private const int DefaultTop = 10;
    private const double Percent = 100;
    private const double MaxChangePercent = 100_000;

    /// <summary>Two of each capture, all of which are held at the end.</summary>
    private const int Tables = 4;

    private static readonly string[] Formats = ["table", "json", "csv"];

    public static Command Create()
    {
        var defaults = new ComparisonOptions();
        var before = new Argument<string>("BEFORE") { Description = "pcap or pcapng, also gzip-compressed; - is standard input." };
        var after = new Argument<string>("AFTER") { Description = "The capture that is compared with it." };
        var beforeAlso = new Option<string[]>("--before-also") { Description = "A further file of BEFORE; may be repeated. They are read as one, in the order of time.", HelpName = "FILE" };
        var afterAlso = new Option<string[]>("--after-also") { Description = "The same of AFTER.", HelpName = "FILE" };
        var selection = new SelectionOptions("requests", OperationNames.All);
        var by = new Option<string[]>("--by")
        {
            Description = "What is compared: each operation as a whole, at each server, of each PV; may be repeated. All three if it is not told.",
            DefaultValueFactory = _ => [.. ComparisonNames.Groupings],
        };
        by.AcceptOnlyFromAmong([.. ComparisonNames.Groupings]);
        var alpha = NumberOption.Real("--alpha", "The p-value, adjusted for all that is compared, below which a difference is not by chance.", defaults.Alpha, least: 0, most: 1, unit: "P");
        var effect = NumberOption.Real("--min-effect", "The least Cliff's delta that counts: 0.147 is small, 0.33 medium, 0.474 large.", defaults.MinEffect, least: 0, most: 1, unit: "DELTA");
        var change = NumberOption.Real(
            "--min-change", "By how much the median must have changed to count.", defaults.MinChange * Percent, least: 0, most: MaxChangePercent, unit: "PERCENT");
        var count = NumberOption.Whole("--min-count", "Latencies, or requests, on either side below which nothing is said.", defaults.MinCount, least: 2);
        var top = NumberOption.Whole("--top", "How many of those that got slower, got faster, are new or gone to show.", DefaultTop, least: 0);
        var format = new Option<string>("--format") { Description = "csv is the table of latencies.", DefaultValueFactory = _ => Formats[0] };
        format.AcceptOnlyFromAmong(Formats);
        var failOn = new Option<string?>("--fail-on") { Description = $"End with exit code {ExitCode.GotSlower} if something got slower." };
        failOn.AcceptOnlyFromAmong(LatencyVerdict.Slower.Name());
        var timeout = NumberOption.Seconds(
            "--timeout", "Count a request as timed out after so many seconds of capture time.", new AnalyzerOptions().Timeout.TotalSeconds);
        var thresholds = new ThresholdOption();
        var limits = new LimitOptions();
        var statistics = new StatisticsLimitOptions();

        var command = new Command(Name, "Compare two captures: what got slower or faster beyond chance, what is new, gone or moved, and which findings came or went.")
        {
            before,
            after,
        };
        selection.AddFilterTo(command);
        foreach (var option in (Option[])[beforeAlso, afterAlso, by, alpha, effect, change, count, top, format, failOn, thresholds.Option, timeout])
        {
            command.Add(option);
        }

        limits.AddTo(command);
        statistics.AddLatencyTo(command);
        command.Validators.Add(CheckFiles);
        command.SetAction(parsed => new CompareRun
        {
            Before = Before(parsed.CommandResult),
            After = After(parsed.CommandResult),
            Options = limits.Read(parsed) with
            {
                Timeout = CaptureDuration.FromSeconds(parsed.GetValue(timeout)),
                Diagnosis = thresholds.Read(parsed),
            },
            Filter = new TransactionFilter(selection.Operations(parsed), selection.Pvs(parsed), default),
            Latency = PartOf(statistics.ReadLatency(parsed)),
            Groupings = [.. parsed.GetRequiredValue(by).Select(ComparisonNames.ParseGrouping).Distinct().Order()],
            Thresholds = new ComparisonOptions
            {
                Alpha = parsed.GetValue(alpha),
                MinEffect = parsed.GetValue(effect),
                MinChange = parsed.GetValue(change) / Percent,
                MinCount = parsed.GetValue(count),
            },
            Top = parsed.GetValue(top),
            Format = (OutputFormat)Array.IndexOf(Formats, parsed.GetRequiredValue(format)),
            FailsOnSlower = parsed.GetValue(failOn) is not null,
        }.Execute());
        return command;

        string[] Before(CommandResult result) => [result.GetValue(before) ?? "", .. result.GetValue(beforeAlso) ?? []];

        string[] After(CommandResult result) => [result.GetValue(after) ?? "", .. result.GetValue(afterAlso) ?? []];

        void CheckFiles(CommandResult result)
        {
            string[] files = [.. Before(result), .. After(result)];
            if (files.FirstOrDefault(file => file is ['-', _, ..]) is { } option)
            {
                result.AddError($"There is no option '{option}'.");
            }

            if (files.Count(file => file is "-") > 1)
            {
                result.AddError("- is standard input, which can be read only once.");
            }
        }
    }

    private static LatencyTableOptions PartOf(LatencyTableOptions all) => all with { MaxExactValues = all.MaxExactValues / Tables };
}
