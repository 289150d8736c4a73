using System.Text.Encodings.Web;
using System.Text.Json;
using CaBridge.Analysis;
using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Statistics;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Rendering;

/// <summary>
/// The JSON of <c>analyze</c>, a contract: fields may be added, none renamed. Transactions come first, as they end, so that nothing of
/// them is held. Call <see cref="BeginTransactions"/> and <see cref="Add"/>, or neither, then <see cref="Finish"/>.
/// </summary>
internal sealed class AnalysisJson : IDisposable
{
    private const int FlushBytes = 32 * 1024;

    private readonly Utf8JsonWriter _json;
    private readonly Stream _output;
    private readonly EndpointTexts<string> _endpoints = new(endpoint => endpoint.ToString());
    private bool _hasTransactions;

    /// <param name="output">UTF-8; stays open.</param>
    public AnalysisJson(Stream output)
    {
        _output = output;
        _json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _json.WriteStartObject();
    }

    public void Dispose() => _json.Dispose();

    public void BeginTransactions()
    {
        _hasTransactions = true;
        _json.WriteStartArray("transactions");
    }

    /// <summary>Passes over replies without request: they are no transaction, and <c>replies_without_request</c> counts them.</summary>
    public void Add(in Transaction transaction)
    {
        if (transaction.Outcome == Outcome.NoRequest)
        {
            return;
        }

        _json.WriteStartObject();
        TransactionJson.WriteFields(_json, in transaction, _endpoints);
        _json.WriteEndObject();
        if (_json.BytesPending > FlushBytes)
        {
            _json.Flush();
        }
    }

    /// <summary>Nothing but the findings.</summary>
    public void FinishFindings(AnalysisReport report)
    {
        WriteArray("findings", report.Findings, finding => FindingJson.Write(_json, finding));
        End();
    }

    /// <param name="connections">Whether each kept connection is told, too.</param>
    public void Finish(AnalysisReport report, bool connections = false)
    {
        if (_hasTransactions)
        {
            _json.WriteEndArray();
        }

        _json.WriteNumber("frames", report.Capture.Frames);
        WriteCapture(report);
        WriteArray("messages", report.Capture.Messages, WriteMessageCount);
        WriteArray("operations", report.Operations, WriteAccount);
        WriteSearch(report.Capture.Search, report.NotServed);
        WriteArray("latency", report.Latency, row => WriteLatency(row, report.Grouping));
        _json.WriteNumber("latency_other_count", report.OtherLatencies);
        WriteArray("slowest_pvs", report.SlowestPvs, WriteSlowPv);
        _json.WriteNumber("slowest_pvs_unranked_count", report.UnrankedLatencies);
        _json.WriteNumber("unanswered_total", report.UnansweredTotal);
        _json.WriteBoolean("unanswered_truncated", report.IsUnansweredCut);
        WriteArray("unanswered", report.Unanswered, WriteUnanswered);
        WriteArray("failures", report.Failures, WriteFailure);
        WriteArray("anomalies", report.Capture.Anomalies, WriteAnomaly);
        ConnectionJson.WriteSummary(_json, report.Connections);
        if (connections)
        {
            WriteArray("connections", report.Connections.Slowest(), connection => ConnectionJson.Write(_json, connection));
        }

        WriteArray("findings", report.Findings, finding => FindingJson.Write(_json, finding));
        End();
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _output.WriteByte((byte)'\n');
    }

    private void WriteCapture(AnalysisReport report)
    {
        var capture = report.Capture;
        _json.WriteStartObject("capture");
        _json.WriteNumberOrNull("first_unix_ns", capture.First?.UnixNanoseconds);
        _json.WriteNumberOrNull("last_unix_ns", capture.Last?.UnixNanoseconds);
        WriteArray("files", report.Files, _json.WriteStringValue);
        _json.WriteNumber("frames_read", capture.FramesRead);
        _json.WriteNumber("channel_access_frames", capture.ChannelAccessFrames);
        _json.WriteNumber("bytes", capture.Bytes);
        _json.WriteNumber("channel_access_bytes", capture.ChannelAccessBytes);
        _json.WriteNumber("circuits", capture.Circuits);
        WriteArray("problems", report.Problems, problem =>
        {
            _json.WriteStartObject();
            _json.WriteString("file", problem.File);
            _json.WriteNumber("frame", problem.Frame);
            _json.WriteNumber("byte_offset", problem.ByteOffset);
            _json.WriteString("message", problem.Message);
            _json.WriteBoolean("fatal", problem.IsFatal);
            _json.WriteEndObject();
        });
        _json.WriteEndObject();
    }

    private void WriteMessageCount(MessageCount messages)
    {
        _json.WriteStartObject();
        _json.WriteString("transport", messages.Transport == Transport.Tcp ? "tcp" : "udp");
        _json.WriteString("sender", messages.Sender switch { Sender.Client => "client", Sender.Server => "server", _ => "unknown" });
        _json.WriteString("command", messages.Command.Name());
        _json.WriteNumber("code", (int)messages.Command);
        _json.WriteNumber("count", messages.Count);
        _json.WriteEndObject();
    }

    private void WriteAccount(OperationAccount account)
    {
        _json.WriteStartObject();
        _json.WriteString("operation", account.Operation.Name());
        foreach (var term in AccountTerm.All)
        {
            _json.WriteNumber(term.Name, term.Of(account));
        }

        _json.WriteEndObject();
    }

    private void WriteSearch(SearchFigures search, IReadOnlyList<string> notServed)
    {
        _json.WriteStartObject("search");
        _json.WriteNumber("searches", search.Searches);
        _json.WriteNumber("search_names", search.Names);
        _json.WriteNumber("search_answered", search.Answered);
        WriteArray("searched_never_answered", search.NeverAnswered, _json.WriteStringValue);
        WriteArray("searched_not_served", notServed, _json.WriteStringValue);
        _json.WriteEndObject();
    }

    private void WriteLatency(LatencyRow row, LatencyGrouping grouping)
    {
        _json.WriteStartObject();
        _json.WriteString("operation", row.Operation.Name());
        _json.WriteString(GroupingNames.Name(grouping), row.Key);
        _json.WriteNumber("count", row.Summary.Count);
        foreach (var figure in LatencyFigure.All)
        {
            if (figure.Whole is { } whole)
            {
                _json.WriteNumber(figure.Name, whole(row.Summary));
            }
            else if (figure.Real(row.Summary) is { } real)
            {
                _json.WriteNumber(figure.Name, real);
            }
            else
            {
                _json.WriteNull(figure.Name);
            }
        }

        _json.WriteBoolean("exact", row.Summary.Exact);
        _json.WriteEndObject();
    }

    private void WriteSlowPv(SlowPv slow)
    {
        _json.WriteStartObject();
        _json.WriteString("operation", slow.Operation.Name());
        _json.WriteString("pv", slow.Pv.Text);
        _json.WriteString("server", slow.Server.AddressText());
        _json.WriteNumber("port", slow.Server.Port);
        _json.WriteNumber("count", slow.Count);
        _json.WriteNumber("mean_ns", slow.Mean);
        _json.WriteNumber("max_ns", slow.Maximum);
        _json.WriteEndObject();
    }

    private void WriteUnanswered(Transaction transaction)
    {
        _json.WriteStartObject();
        TransactionJson.WriteWho(_json, in transaction, _endpoints);
        _json.WriteString("reason", transaction.Outcome.Name());
        _json.WriteFrame("request_frame", transaction.RequestFrame);
        _json.WriteEndObject();
    }

    private void WriteFailure(FailureCount failure)
    {
        _json.WriteStartObject();
        _json.WriteString("operation", failure.Operation.Name());
        _json.WriteString("server", failure.Server == default ? LatencyTable.OtherKey : failure.Server.AddressText());
        _json.WriteString("status", StatusText.Of(failure.Status));
        _json.WriteNumber("count", failure.Count);
        WriteArray("pvs", failure.Pvs, _json.WriteStringValue);
        _json.WriteEndObject();
    }

    private void WriteAnomaly(AnomalyCount anomaly)
    {
        _json.WriteStartObject();
        _json.WriteString("kind", AnomalyText.Name(anomaly.Kind));
        _json.WriteNumber("count", anomaly.Count);
        _json.WriteNumber("first_frame", anomaly.FirstFrame);
        _json.WriteNumber("bytes", anomaly.Bytes);
        _json.WriteEndObject();
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
