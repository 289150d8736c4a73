using System.Text.Json;
using CaBridge.Analysis.Connections;

namespace CaBridge.Cli.Rendering;

/// <summary>The waterfalls in JSON, a contract: fields may be added, none renamed. Stages, and waits, add up to <c>total_ns</c>.</summary>
internal static class ConnectionJson
{
    public static void WriteSummary(Utf8JsonWriter json, ConnectionTable connections)
    {
        json.WriteStartObject("connection_summary");
        json.WriteNumber("count", connections.Count);
        WriteSummaries(json, "by_server", connections.ByServer(), withPort: true);
        WriteSummaries(json, "by_client", connections.ByClient(), withPort: false);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, in ChannelConnection connection)
    {
        json.WriteStartObject();
        json.WriteString("pv", connection.Pv.Text);
        json.WriteString("client", connection.Client.ToString());
        json.WriteString("server", connection.Server.ToString());
        json.WriteNumber("start_unix_ns", connection.Start.UnixNanoseconds);
        json.WriteNumber("total_ns", connection.Total.Nanoseconds);
        json.WriteString("result", connection.Result.Name());
        json.WriteBoolean("searched", connection.WasSearched);
        json.WriteNumber("tries", connection.Tries);
        json.WriteBoolean("waited_for_circuit", connection.WaitedForCircuit);
        json.WriteBoolean("reconnection", connection.IsReconnection);
        json.WriteNumberOrNull("without_ns", connection.Without?.Nanoseconds);
        json.WriteNumberOrNull("round_trip_ns", connection.RoundTrip?.Nanoseconds);
        json.WriteStartObject("stages");
        for (var stage = (ConnectionStage)0; stage <= ConnectionStage.FirstValue; stage++)
        {
            json.WriteNumber($"{stage.Name()}_ns", connection[stage].Nanoseconds);
        }

        json.WriteEndObject();
        json.WriteStartObject("waits");
        for (var wait = (ConnectionWait)0; wait <= ConnectionWait.Client; wait++)
        {
            json.WriteNumber($"{wait.Name()}_ns", connection[wait].Nanoseconds);
        }

        json.WriteEndObject();
        json.WriteNumber("first_frame", connection.FirstFrame);
        json.WriteNumber("last_frame", connection.LastFrame);
        json.WriteEndObject();
    }

    private static void WriteSummaries(Utf8JsonWriter json, string name, IReadOnlyList<ConnectionSummary> summaries, bool withPort)
    {
        json.WriteStartArray(name);
        foreach (var summary in summaries)
        {
            json.WriteStartObject();
            json.WriteString(withPort ? "server" : "client", summary.Host == default ? null : withPort ? summary.Host.ToString() : summary.Host.AddressText());
            json.WriteNumber("count", summary.Count);
            json.WriteNumber("reconnections", summary.Reconnections);
            json.WriteNumber("with_value", summary.WithValue);
            json.WriteNumber("total_ns", summary.TotalNanoseconds);
            json.WriteNumber("max_ns", summary.MaximumNanoseconds);
            json.WriteNumberOrNull("round_trip_ns", summary.RoundTrip?.Nanoseconds);
            for (var wait = (ConnectionWait)0; wait <= ConnectionWait.Client; wait++)
            {
                json.WriteNumber($"{wait.Name()}_ns", summary[wait]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
