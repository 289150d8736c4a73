using System.CommandLine;
using CaBridge.Analysis.Statistics;

namespace CaBridge.Cli.Commands;

/// <summary>The options that become <see cref="StatisticsOptions"/>.</summary>
internal sealed class StatisticsLimitOptions
{
    private static readonly StatisticsOptions Defaults = new();

    private readonly Option<int> _unanswered = NumberOption.Whole(
        "--max-unanswered", "Unanswered requests that JSON lists, and text takes PVs from; all are counted.", Defaults.MaxUnanswered, least: 0);

    private readonly Option<int> _valuesPerGroup = NumberOption.Whole(
        "--max-exact-values-per-group",
        "Latencies of one group that are kept for exact percentiles; beyond, a histogram gives them.",
        Defaults.Latency.MaxExactValuesPerGroup,
        least: 0);

    private readonly Option<int> _values = NumberOption.Whole(
        "--max-exact-values", "The same of all groups together; 8 bytes each.", (int)Defaults.Latency.MaxExactValues, least: 0);

    private readonly Option<int> _groups = NumberOption.Whole(
        "--max-groups", "Groups of latencies told apart; those beyond are one, (other).", Defaults.Latency.MaxGroups);

    private readonly Option<int> _connections = NumberOption.Whole(
        "--max-connections", "Connections of channels that are kept to be listed, the slowest; all are summed.", Defaults.MaxConnections, least: 0);

    public void AddTo(Command command)
    {
        command.Add(_unanswered);
        AddLatencyTo(command);
        command.Add(_connections);
    }

    /// <summary>For who lists no requests: then <see cref="ReadLatency"/> has the rest.</summary>
    public void AddLatencyTo(Command command)
    {
        command.Add(_valuesPerGroup);
        command.Add(_values);
        command.Add(_groups);
    }

    public StatisticsOptions Read(ParseResult parsed) => new()
    {
        MaxUnanswered = parsed.GetValue(_unanswered),
        MaxConnections = parsed.GetValue(_connections),
        Latency = ReadLatency(parsed),
    };

    public LatencyTableOptions ReadLatency(ParseResult parsed) => new()
    {
        MaxExactValuesPerGroup = parsed.GetValue(_valuesPerGroup),
        MaxExactValues = parsed.GetValue(_values),
        MaxGroups = parsed.GetValue(_groups),
    };
}
