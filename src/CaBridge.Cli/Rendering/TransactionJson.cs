using System.Text.Json;
using CaBridge.Analysis.Text;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Cli.Rendering;

/// <summary>The fields of a transaction, the same wherever one is written as JSON.</summary>
internal static class TransactionJson
{
    public static void WriteFields(Utf8JsonWriter json, in Transaction transaction, EndpointTexts<string> endpoints)
    {
        WriteWho(json, in transaction, endpoints);
        json.WriteNumberOrNull("latency_ns", transaction.Latency?.Nanoseconds);
        json.WriteNumberOrNull("network_ns", transaction.Network?.Nanoseconds);
        json.WriteString("outcome", transaction.Outcome.Name());
        json.WriteString("status", StatusText.Of(transaction.Status));
        json.WriteNumber("tries", transaction.Tries);
        json.WriteNumber("fan_out", transaction.FanOut);
        json.WriteNumber("bytes", transaction.Bytes);
        json.WriteFrame("request_frame", transaction.RequestFrame);
        json.WriteFrame("reply_frame", transaction.ReplyFrame);
    }

    public static void WriteWho(Utf8JsonWriter json, in Transaction transaction, EndpointTexts<string> endpoints)
    {
        json.WriteString("operation", transaction.Operation.Name());
        json.WriteString("pv", transaction.Pv?.Text);
        json.WriteString("client", endpoints.Of(transaction.Client));
        json.WriteString("server", endpoints.Of(transaction.Server));
        json.WriteNumber("requested_unix_ns", transaction.RequestedAt.UnixNanoseconds);
    }

    /// <summary>Frames count from 1; 0 is none.</summary>
    public static void WriteFrame(this Utf8JsonWriter json, string name, long frame) => json.WriteNumberOrNull(name, frame == 0 ? null : frame);

    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
