using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CaBridge.Analysis.Findings;
using CaBridge.Analysis.Text;
using CaBridge.Cli.Rendering;
using CaBridge.Contracts;
using CaBridge.Contracts.V1;
using FindingChange = CaBridge.Contracts.V1.FindingChange;

namespace CaBridge.Cli.Live;

/// <summary>
/// What becomes of a server's findings, a line each, written out at once: for people, or as JSON objects with the fields that a finding has in
/// <c>analyze --format json</c> and what tells it apart from others.
/// </summary>
internal sealed class FindingLines : IDisposable
{
    private readonly Stream _output;
    private readonly TextStyle _style;
    private readonly StreamWriter? _writer;
    private readonly Utf8Buffer _buffer = new();
    private readonly Utf8JsonWriter _json;

    /// <param name="output">Stays open.</param>
    public FindingLines(Stream output, bool isJson, TextStyle style)
    {
        (_output, _style) = (output, style);
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _writer = isJson ? null : new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
    }

    /// <exception cref="FormatException">The server tells of something that is not known here.</exception>
    /// <exception cref="IOException">The output cannot be written (<see cref="StandardOutput.IsClosedPipe"/>).</exception>
    public void Write(IEnumerable<FindingEvent> events)
    {
        foreach (var told in events)
        {
            var finding = told.Finding.ToFinding();
            if (_writer is not null)
            {
                WriteText(_writer, told.Change, finding);
            }
            else
            {
                WriteJson(told, finding);
            }
        }

        _writer?.Flush();
        _buffer.WriteTo(_output);
        _output.Flush();
    }

    public void Dispose()
    {
        // whatever was written has been flushed: a writer whose pipe is closed would only fail again
        _json.Dispose();
    }

    private static string Name(FindingChange change) => change switch
    {
        FindingChange.Current => "current",
        FindingChange.Opened => "opened",
        FindingChange.Updated => "updated",
        FindingChange.Closed => "closed",
        _ => throw new FormatException($"The server tells of a change that is not known here: {change}."),
    };

    private void WriteText(TextWriter writer, FindingChange change, Analysis.Findings.Finding finding)
    {
        var severity = finding.Severity.Name().PadRight(7);
        writer.WriteLine(
            $"{InstantText.DateAndTime(finding.Last)} {Name(change),-7} {(finding.Severity == Analysis.Findings.FindingSeverity.Info ? severity : _style.Alert(severity))} {finding.Kind.Id()}: {ForeignText.Line(finding.Title)}");
    }

    private void WriteJson(FindingEvent told, Analysis.Findings.Finding finding)
    {
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("change", Name(told.Change));
        FindingJson.WriteFields(_json, finding);
        _json.WriteString("sensor", told.Finding.Sensor);
        _json.WriteString("key", finding.Key);
        _json.WriteEndObject();
        _json.Flush();
        _buffer.Append((byte)'\n');
    }
}
