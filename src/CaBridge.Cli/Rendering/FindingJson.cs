using System.Text.Json;
using CaBridge.Analysis.Findings;

namespace CaBridge.Cli.Rendering;

/// <summary>The fields of one finding, a contract: fields may be added, none renamed.</summary>
internal static class FindingJson
{
    private const int ListedInText = 10;

    public static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        WriteFields(json, finding);
        json.WriteEndObject();
    }

    public static void WriteFields(Utf8JsonWriter json, Finding finding)
    {
        json.WriteString("id", finding.Kind.Id());
        json.WriteString("severity", finding.Severity.Name());
        json.WriteString("title", finding.Title);
        json.WriteString("pv", Listed(finding.Pvs));
        json.WriteString("server", Listed([.. finding.Servers.Select(endpoint => endpoint.HostOrEndpointText())]));
        json.WriteString("client", Listed([.. finding.Clients.Select(endpoint => endpoint.HostOrEndpointText())]));
        json.WriteNumber("count", finding.Count);
        json.WriteNumber("first_unix_ns", finding.First.UnixNanoseconds);
        json.WriteNumber("last_unix_ns", finding.Last.UnixNanoseconds);
        WriteArray(json, "frames", finding.Frames, json.WriteNumberValue);
        json.WriteString("confidence", finding.Confidence.Name());
        json.WriteBoolean("in_gap", finding.InGap);
        json.WriteString("advice", finding.Advice);
        WriteArray(json, "details", finding.Details, json.WriteStringValue);
        WriteArray(json, "pvs", finding.Pvs, json.WriteStringValue);
        json.WriteNumber("pv_count", finding.PvCount);
        WriteArray(json, "servers", finding.Servers, server => json.WriteStringValue(server.ToString()));
        WriteArray(json, "clients", finding.Clients, client => json.WriteStringValue(client.HostOrEndpointText()));
        json.WriteBoolean("open", finding.IsOpen);
    }

    /// <summary>All where there are a few, so that one field is enough for who reads; the list has a field of its own.</summary>
    public static string Listed(IReadOnlyList<string> items) =>
        items.Count > ListedInText ? $"{string.Join(", ", items.Take(ListedInText))}, …" : string.Join(", ", items);

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(item);
        }

        json.WriteEndArray();
    }
}
