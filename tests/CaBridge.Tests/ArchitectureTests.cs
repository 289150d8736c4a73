using System.Reflection;
using System.Xml.Linq;
using CaBridge.Analysis;
using CaBridge.Capture;

namespace CaBridge.Tests;

/// <summary>The rules of who may refer to whom: Analysis ← Capture ← Cli, and nothing back.</summary>
[TestFixture]
public sealed class ArchitectureTests
{
    private const int MaxFileBytes = 14 * 1024;

    private static readonly string Source = Path.Combine(Repository.Root, "src");

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["CaBridge.Analysis"] = [],
        ["CaBridge.Capture"] = ["CaBridge.Analysis"],
        ["CaBridge.Cli"] = ["CaBridge.Analysis", "CaBridge.Capture"],
    };

    [Test]
    public void Projects_refer_only_to_those_below_them()
    {
        var projects = Directory.EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories).ToList();

        Assert.That(projects.Select(Path.GetFileNameWithoutExtension), Is.EquivalentTo(Allowed.Keys));
        foreach (var project in projects)
        {
            var references = Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
            Assert.That(references, Is.SubsetOf(Allowed[Path.GetFileNameWithoutExtension(project)]), project);
        }
    }

    [Test]
    public void Analysis_has_no_package_but_analyzers()
    {
        var project = XDocument.Load(Path.Combine(Source, "CaBridge.Analysis", "CaBridge.Analysis.csproj"));

        Assert.That(project.Descendants("PackageReference").Select(package => package.Attribute("PrivateAssets")?.Value), Has.All.EqualTo("all"));
    }

    [Test]
    public void Analysis_knows_no_file_socket_console_or_thread()
    {
        var assemblies = typeof(Analyzer).Assembly.GetReferencedAssemblies().Select(name => name.Name);

        Assert.That(assemblies, Has.All.StartsWith("System."));
        Assert.That(assemblies, Has.None.AnyOf(
            "System.Console", "System.Net.Sockets", "System.IO.FileSystem", "System.Threading.Thread", "System.Threading.Channels", "System.Net.Http"));
    }

    [Test]
    public void Folders_are_namespaces()
    {
        foreach (var assembly in (Assembly[])[typeof(Analyzer).Assembly, typeof(CaptureReader).Assembly])
        {
            var root = Path.Combine(Source, assembly.GetName().Name!);
            var folders = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Source, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.'))
                .Where(folder => !folder.Contains(".obj", StringComparison.Ordinal));

            var namespaces = assembly.GetTypes().Select(type => type.Namespace).Where(name => name?.StartsWith("CaBridge", StringComparison.Ordinal) == true);
            Assert.That(namespaces.Distinct(StringComparer.Ordinal), Is.SubsetOf(folders.Distinct(StringComparer.Ordinal).ToList()));
        }
    }

    [Test]
    public void Files_stay_readable() => Assert.That(
        Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length > MaxFileBytes && !file.Contains("/obj/", StringComparison.Ordinal)),
        Is.Empty);

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(item => item.Attribute("Include")!.Value);
}
