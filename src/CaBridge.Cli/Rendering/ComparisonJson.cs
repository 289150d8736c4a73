using System.Text.Encodings.Web;
using System.Text.Json;
using CaBridge.Analysis.Comparison;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Rendering;

/// <summary>The JSON of <c>compare</c>, a contract: fields may be added, none renamed.</summary>
internal sealed class ComparisonJson
{
    private readonly Utf8JsonWriter _json;
    private readonly CaptureComparison _comparison;

    private ComparisonJson(Utf8JsonWriter json, CaptureComparison comparison) => (_json, _comparison) = (json, comparison);

    /// <param name="output">UTF-8; stays open.</param>
    public static void Write(Stream output, CaptureComparison comparison)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            new ComparisonJson(json, comparison).Write();
        }

        output.WriteByte((byte)'\n');
    }

    private void Write()
    {
        _json.WriteStartObject();
        WriteCapture("before", _comparison.Before);
        WriteCapture("after", _comparison.After);
        _json.WriteNumber("alpha", _comparison.Thresholds.Alpha);
        _json.WriteNumber("min_effect", _comparison.Thresholds.MinEffect);
        _json.WriteNumber("min_change", _comparison.Thresholds.MinChange);
        _json.WriteNumber("min_count", _comparison.Thresholds.MinCount);
        WriteArray("summary", _comparison.Groupings, WriteCounts);
        WriteArray("latency", _comparison.Traffic.Latency, WriteLatency);
        _json.WriteNumber("latency_uncompared_count", _comparison.UncomparedLatencies);
        WriteArray("outcomes", _comparison.Traffic.Outcomes, WriteOutcomes);
        WriteArray("moved", _comparison.Traffic.Moved, WriteMoved);
        WriteArray("findings", _comparison.Findings, WriteFinding);
        _json.WriteEndObject();
    }

    private void WriteCapture(string name, AnalysisReport side)
    {
        _json.WriteStartObject(name);
        WriteArray("files", side.Files, _json.WriteStringValue);
        _json.WriteNumberOrNull("first_unix_ns", side.Capture.First?.UnixNanoseconds);
        _json.WriteNumberOrNull("last_unix_ns", side.Capture.Last?.UnixNanoseconds);
        _json.WriteNumber("frames", side.Capture.Frames);
        _json.WriteNumber("channel_access_frames", side.Capture.ChannelAccessFrames);
        _json.WriteNumber("circuits", side.Capture.Circuits);
        _json.WriteEndObject();
    }

    private void WriteCounts(ComparisonGrouping grouping)
    {
        _json.WriteStartObject();
        _json.WriteString("by", grouping.Name());
        for (var verdict = LatencyVerdict.Slower; verdict <= LatencyVerdict.TooFew; verdict++)
        {
            _json.WriteNumber(verdict.Name(), _comparison.Count(grouping, verdict));
        }

        _json.WriteEndObject();
    }

    private void WriteLatency(LatencyComparison group)
    {
        _json.WriteStartObject();
        _json.WriteString("by", group.Grouping.Name());
        _json.WriteString("operation", group.Operation.Name());
        if (group.Grouping != ComparisonGrouping.Operation)
        {
            _json.WriteString(group.Grouping.Name(), group.Key);
        }

        _json.WriteString("verdict", group.Verdict.Name());
        WriteSummary("before", _comparison.Before, group.Before);
        WriteSummary("after", _comparison.After, group.After);
        WriteChange("p50", group, summary => summary.Percentile50);
        WriteChange("p95", group, summary => summary.Percentile95);
        WriteChange("p99", group, summary => summary.Percentile99);
        var difference = group.Difference;
        WriteReal("shift_ns", difference?.Shift);
        WriteReal("cliffs_delta", difference?.Delta.Value);
        _json.WriteString("effect", difference?.Delta.Size.Name());
        WriteReal("p_value", difference?.Test.PValue);
        WriteReal("q_value", difference?.QValue);
        _json.WriteString("distribution", difference is { } told ? told.Test.IsExactDistribution ? "exact" : "normal" : null);
        _json.WriteBoolean("approximate", difference is { IsApproximate: true });
        _json.WriteEndObject();
    }

    private void WriteSummary(string name, AnalysisReport side, LatencySummary? summary)
    {
        if (summary is not { } told)
        {
            _json.WriteNull(name);
            return;
        }

        _json.WriteStartObject(name);
        _json.WriteNumber("count", told.Count);
        WriteReal("per_second", CaptureComparison.PerSecond(side, told.Count));
        foreach (var figure in LatencyFigure.All)
        {
            WriteReal(figure.Name, figure.Nanoseconds(told));
        }

        _json.WriteBoolean("exact", told.Exact);
        _json.WriteEndObject();
    }

    private void WriteChange(string name, LatencyComparison group, Func<LatencySummary, double> figure)
    {
        WriteReal($"{name}_ratio", group.Ratio(figure));
        WriteReal($"{name}_difference_ns", group.Shift(figure));
    }

    private void WriteOutcomes(OutcomeComparison row)
    {
        _json.WriteStartObject();
        _json.WriteString("operation", row.Operation.Name());
        _json.WriteString("server", row.Server);
        WriteRequests("before", _comparison.Before, row.Before);
        WriteRequests("after", _comparison.After, row.After);
        WriteShare("failed", row.Failed);
        WriteShare("unanswered", row.Unanswered);
        _json.WriteEndObject();
    }

    private void WriteRequests(string name, AnalysisReport side, RequestCounts counts)
    {
        _json.WriteStartObject(name);
        _json.WriteNumber("requests", counts.Requests);
        WriteReal("per_second", CaptureComparison.PerSecond(side, counts.Requests));
        _json.WriteNumber("answered", counts.Answered);
        _json.WriteNumber("failed", counts.Failed);
        _json.WriteNumber("unanswered", counts.Unanswered);
        _json.WriteNumber("lost_in_gap", counts.LostInGap);
        _json.WriteEndObject();
    }

    private void WriteShare(string name, ShareDifference share)
    {
        _json.WriteString($"{name}_verdict", share.Verdict.Name());
        WriteReal($"{name}_p_value", share.PValue);
        WriteReal($"{name}_q_value", share.QValue);
    }

    private void WriteMoved(MovedPv moved)
    {
        _json.WriteStartObject();
        _json.WriteString("pv", moved.Pv);
        WriteArray("from", moved.From, host => _json.WriteStringValue(host.AddressText()));
        WriteArray("to", moved.To, host => _json.WriteStringValue(host.AddressText()));
        _json.WriteEndObject();
    }

    private void WriteFinding(FindingComparison finding)
    {
        _json.WriteStartObject();
        _json.WriteString("change", FindingChange.Name(finding));
        _json.WriteString("id", finding.Latest.Kind.Id());
        _json.WriteString("severity", finding.Latest.Severity.Name());
        _json.WriteString("title", finding.Latest.Title);
        _json.WriteNumberOrNull("count_before", finding.Before?.Count);
        _json.WriteNumberOrNull("count_after", finding.After?.Count);
        _json.WriteEndObject();
    }

    private void WriteReal(string name, double? number)
    {
        if (number is { } value)
        {
            _json.WriteNumber(name, value);
        }
        else
        {
            _json.WriteNull(name);
        }
    }

    private void WriteArray<T>(string name, IReadOnlyList<T> items, Action<T> write)
    {
        _json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(item);
        }

        _json.WriteEndArray();
    }
}
