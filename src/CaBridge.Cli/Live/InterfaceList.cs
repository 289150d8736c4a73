using System.Text.Encodings.Web;
using System.Text.Json;
using CaBridge.Analysis.Text;
using CaBridge.Capture.Live;
using CaBridge.Cli.Rendering;

namespace CaBridge.Cli.Live;

/// <summary>The two forms of <c>interfaces</c>.</summary>
internal static class InterfaceList
{
    public static void WriteTable(TextWriter output, TextStyle style, IReadOnlyList<CaptureDevice> devices)
    {
        var table = new TextTable(["name", "state", "addresses", "description"], 1, 2, 3);
        foreach (var device in devices)
        {
            table.Add(
                ForeignText.Word(device.Name),
                State(device),
                device.Addresses.Count == 0 ? "-" : string.Join(", ", device.Addresses),
                ForeignText.Line(device.Description ?? "-"));
        }

        table.Write(output, style);
    }

    public static void WriteJson(Stream output, IReadOnlyList<CaptureDevice> devices)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("interfaces");
            foreach (var device in devices)
            {
                WriteJson(json, device);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void WriteJson(Utf8JsonWriter json, CaptureDevice device)
    {
        json.WriteStartObject();
        json.WriteString("name", device.Name);
        json.WriteString("description", device.Description);
        json.WriteStartArray("addresses");
        foreach (var address in device.Addresses)
        {
            json.WriteStringValue(address.ToString());
        }

        json.WriteEndArray();
        json.WriteBoolean("loopback", device.IsLoopback);
        json.WriteBoolean("up", device.IsUp);
        json.WriteBoolean("running", device.IsRunning);
        json.WriteEndObject();
    }

    private static string State(CaptureDevice device)
    {
        var state = (device.IsUp, device.IsRunning) switch
        {
            (false, _) => "down",
            (true, false) => "up, no carrier",
            _ => "up",
        };
        return device.IsLoopback ? $"{state}, loopback" : state;
    }
}
