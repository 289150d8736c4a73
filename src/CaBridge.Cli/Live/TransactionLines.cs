using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CaBridge.Analysis.Transactions;
using CaBridge.Cli.Rendering;
using CaBridge.Contracts;

namespace CaBridge.Cli.Live;

/// <summary>
/// Transactions of a server, a line each, written out at once: as the table of <c>analyze --transactions</c>, or as JSON objects with the fields
/// that a transaction has in <c>analyze --format json --transactions</c> and, as frames count in it, the sensor.
/// </summary>
internal sealed class TransactionLines : IDisposable
{
    private readonly Stream _output;
    private readonly StreamWriter? _writer;
    private readonly TransactionText? _text;
    private readonly Utf8Buffer _buffer = new();
    private readonly Utf8JsonWriter _json;
    private readonly EndpointTexts<string> _endpoints = new(endpoint => endpoint.ToString());

    /// <param name="output">Stays open.</param>
    public TransactionLines(Stream output, bool isJson, TextStyle style)
    {
        _output = output;
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        if (!isJson)
        {
            _writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            _text = new TransactionText(_writer, style);
        }
    }

    /// <exception cref="FormatException">The server tells of something that is not known here.</exception>
    /// <exception cref="IOException">The output cannot be written (<see cref="StandardOutput.IsClosedPipe"/>).</exception>
    public void Write(IEnumerable<Contracts.V1.Transaction> transactions)
    {
        foreach (var message in transactions)
        {
            var transaction = message.ToTransaction();
            if (_text is not null)
            {
                _text.Add(in transaction);
            }
            else
            {
                WriteJson(in transaction, message.Sensor);
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

    private void WriteJson(in Transaction transaction, string sensor)
    {
        _json.Reset();
        _json.WriteStartObject();
        TransactionJson.WriteFields(_json, in transaction, _endpoints);
        _json.WriteString("sensor", sensor);
        _json.WriteEndObject();
        _json.Flush();
        _buffer.Append((byte)'\n');
    }
}
