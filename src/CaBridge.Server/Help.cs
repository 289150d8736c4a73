using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace CaBridge.Server;

/// <summary>What <c>--help</c> says. The options are those of appsettings.json, which is part of the program: its comments are their meaning.</summary>
internal static class Help
{
    private const string Usage =
        """
        cabridge-server: takes in what agents capture ('cabridge capture'), analyzes it, and answers.

        Usage: cabridge-server [options]

          --grpc ADDRESS:PORT      where gRPC is served; everything, with TLS
          --http ADDRESS:PORT      where JSON, /metrics and /healthz are served without TLS
          --insecure               listen on any address without TLS and without asking who connects
          --config FILE            a file as appsettings.json, which overrides the one beside the program
          --CaBridge:KEY=VALUE     any option below; in the environment CaBridge__KEY, with __ for each colon
          --help, --version

        Exit codes: 0 told to stop; 1 the analysis failed, the log says how; 2 an option or a file that it names cannot be used;
        3 an address cannot be listened on.

        Options with their defaults:


        """;

    public static string Version { get; } =
        typeof(Help).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public static string Text()
    {
        var text = new StringBuilder(Usage);
        foreach (var (key, value, meaning) in Options())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {key}={value}").AppendLine(CultureInfo.InvariantCulture, $"      {meaning}");
        }

        return text.ToString();
    }

    /// <summary>The values of section <c>CaBridge</c> in the order of the file, each with the comment before it.</summary>
    internal static IEnumerable<(string Key, string Value, string Meaning)> Options()
    {
        using var resource = typeof(Help).Assembly.GetManifestResourceStream("appsettings.json") ?? throw new InvalidOperationException("The program lacks its options.");
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        return Walk(copy.ToArray()).Where(option => option.Key.StartsWith($"{ServerOptions.Section}:", StringComparison.Ordinal));
    }

    private static List<(string Key, string Value, string Meaning)> Walk(byte[] json)
    {
        var found = new List<(string, string, string)>();
        var path = new Stack<string>();
        var comments = new List<string>();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Allow, AllowTrailingCommas = true });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.Comment:
                    comments.Add(reader.GetComment().Trim());
                    continue;
                case JsonTokenType.PropertyName:
                    path.Push(reader.GetString() ?? "");
                    continue;
                case JsonTokenType.StartObject:
                    break;
                case JsonTokenType.EndObject:
                    path.TryPop(out _);
                    break;
                default:
                    found.Add((string.Join(':', path.Reverse()), Encoding.UTF8.GetString(reader.ValueSpan), string.Join(' ', comments)));
                    path.Pop();
                    break;
            }

            comments.Clear();
        }

        return found;
    }
}
