using System.Security.Cryptography;
using System.Text;

namespace CaBridge.Cli.Report;

/// <summary>A part of the page that this program carries.</summary>
/// <param name="Content">As it stands between the tags.</param>
internal sealed record ReportAsset(string Content)
{
    private const string Folder = "report/";

    public static ReportAsset Style { get; } = Load("report.css");

    public static ReportAsset Script { get; } = Load("report.js");

    /// <summary>What a content security policy lets it through by.</summary>
    public string Source { get; } = $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Content)))}";

    private static ReportAsset Load(string name)
    {
        using var stream = typeof(ReportAsset).Assembly.GetManifestResourceStream(Folder + name)
            ?? throw new InvalidOperationException($"{name} was not built in.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new ReportAsset(reader.ReadToEnd().ReplaceLineEndings("\n"));
    }
}
