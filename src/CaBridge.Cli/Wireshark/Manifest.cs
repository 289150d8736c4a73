using System.Text.Json;
using System.Text.Json.Serialization;
using CaBridge.Agent;

namespace CaBridge.Cli.Wireshark;

/// <summary>What was put where, so that exactly this can be taken away again.</summary>
internal sealed class Manifest
{
    /// <summary>What was put there (<see cref="FileState"/>), by path.</summary>
    public SortedDictionary<string, string> Files { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Those that were not there before.</summary>
    public SortedSet<string> Folders { get; init; } = new(StringComparer.Ordinal);

    /// <returns>An empty one if there is no file.</returns>
    /// <exception cref="UsageException">The file is damaged.</exception>
    public static Manifest Load(string path)
    {
        if (!File.Exists(path))
        {
            return new();
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ManifestJson.Default.Manifest) ?? new();
        }
        catch (JsonException failure)
        {
            throw new UsageException($"{path} notes what was installed, and is damaged: {failure.Message}", failure);
        }
    }

    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.Manifest), (byte)'\n'];
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
