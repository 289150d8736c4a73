using System.Text.Json;
using System.Text.Json.Serialization;
using CaBridge.Agent;

namespace CaBridge.Cli.Wireshark;

/// <summary>What was put where, so that exactly this can be taken away again.</summary>
internal sealed class Manifest
{
    /// <summary>What was put there (<see cref="FileState"/>), by path.</summary>
    public SortedDictionary<string, string> Files { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What an install was about to put there, as <see cref="Files"/>; nothing is left here when it ended.</summary>
    public SortedDictionary<string, string> Coming { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Those that were not there before.</summary>
    public SortedSet<string> Folders { get; init; } = new(StringComparer.Ordinal);

    /// <returns>An empty one if there is no file.</returns>
    /// <exception cref="UsageException">The file is damaged.</exception>
    public static Manifest Load(string path) => File.Exists(path)
        ? TryLoad(path) ?? throw new UsageException($"{path} should note what was installed, and is damaged: 'cabridge wireshark install --force' writes it anew.")
        : new();

    /// <returns>Null if the file is damaged; an empty one if there is none.</returns>
    public static Manifest? TryLoad(string path)
    {
        if (!File.Exists(path))
        {
            return new();
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ManifestJson.Default.Manifest) is { Files: { } files, Folders: { } noted } read
                && files.Values.Concat((read.Coming ?? []).Values).Concat(noted).All(text => text is not null)
                // older versions did not write what was coming
                ? new() { Files = Sorted(files), Coming = Sorted(read.Coming ?? []), Folders = new(noted, StringComparer.Ordinal) }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>All paths that may have something of CaBridge.</summary>
    [JsonIgnore]
    public IEnumerable<string> Paths => Files.Keys.Union(Coming.Keys, StringComparer.Ordinal);

    /// <summary>Whether something was put at a path, or was about to be.</summary>
    public bool Notes(string path) => Files.ContainsKey(path) || Coming.ContainsKey(path);

    /// <summary>Whether what is at a path is what was put there: by the last install, or by one that was ended in the middle.</summary>
    public bool IsAsPut(string path, string state) => IsNoted(Files, path, state) || IsNoted(Coming, path, state);

    /// <summary>Whether what is at a path belongs to others since it was put there.</summary>
    public bool IsHandedOver(string path) => IsNoted(Files, path, FileState.HandedOver) || IsNoted(Coming, path, FileState.HandedOver);

    public void Forget(string path)
    {
        Files.Remove(path);
        Coming.Remove(path);
    }

    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.Manifest), (byte)'\n'];

    private static SortedDictionary<string, string> Sorted(SortedDictionary<string, string> states) => new(states, StringComparer.Ordinal);

    private static bool IsNoted(SortedDictionary<string, string> states, string path, string state) =>
        states.TryGetValue(path, out var noted) && string.Equals(noted, state, StringComparison.Ordinal);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
