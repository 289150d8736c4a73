using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using CaBridge.Analysis;
using CaBridge.Capture;

namespace CaBridge.Tests;

/// <summary>The rules of who may refer to whom: Analysis ← Capture ← {Agent, Server}, Agent ← {Cli, Extcap}, Contracts → Analysis, and nothing back.</summary>
[TestFixture]
public sealed class ArchitectureTests
{
    private const int MaxFileBytes = 14 * 1024;

    /// <summary>Of what protoc makes of proto/.</summary>
    private const string GeneratedNamespace = "CaBridge.Contracts.V1";

    private static readonly string[] Sources = [Path.Combine(Repository.Root, "src"), Path.Combine(Repository.Root, "extcap")];

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["CaBridge.Analysis"] = [],
        ["CaBridge.Capture"] = ["CaBridge.Analysis"],
        ["CaBridge.Contracts"] = ["CaBridge.Analysis"],
        ["CaBridge.Agent"] = ["CaBridge.Capture", "CaBridge.Contracts"],
        ["CaBridge.Server"] = ["CaBridge.Capture", "CaBridge.Contracts"],
        ["CaBridge.Cli"] = ["CaBridge.Agent"],
        ["CaBridge.Extcap"] = ["CaBridge.Agent"],
    };

    /// <summary>Of those whose name is that of a program.</summary>
    private static readonly Dictionary<string, string> AssemblyNames = new(StringComparer.Ordinal)
    {
        ["CaBridge.Server"] = "cabridge-server",
        ["CaBridge.Cli"] = "cabridge",
        ["CaBridge.Extcap"] = "cabridge-extcap",
    };

    [Test]
    public void Projects_refer_only_to_those_below_them()
    {
        var projects = FilesOf("*.csproj").ToList();

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
        var project = XDocument.Load(FilesOf("CaBridge.Analysis.csproj").Single());

        Assert.That(project.Descendants("PackageReference").Select(package => package.Attribute("PrivateAssets")?.Value), Has.All.EqualTo("all"));
    }

    /// <summary>By the types that it refers to: what assembly has them says little, System.Runtime has files and threads, too.</summary>
    [Test]
    public void Analysis_knows_no_file_socket_console_thread_or_timer()
    {
        var types = ReferencedTypes(typeof(Analyzer).Assembly);

        Assert.That(types, Does.Contain("System.Buffers.ArrayPool`1").And.All.StartsWith("System."));
        Assert.That(types.Where(IsForbidden), Is.Empty);
    }

    /// <summary>The rule above can fail: the reader of capture files refers to files, this test to threads.</summary>
    [Test]
    public void Forbidden_types_are_recognised()
    {
        Thread.MemoryBarrier();
        Assert.That(ReferencedTypes(typeof(CaptureReader).Assembly).Where(IsForbidden), Has.Some.StartsWith("System.IO."));
        Assert.That(ReferencedTypes(typeof(ArchitectureTests).Assembly).Where(IsForbidden), Does.Contain("System.Threading.Thread"));
    }

    [Test]
    public void Folders_are_namespaces()
    {
        foreach (var project in Allowed.Keys)
        {
            var assembly = Assembly.Load(AssemblyNames.GetValueOrDefault(project, project));
            var root = Path.GetDirectoryName(FilesOf(project + ".csproj").Single())!;
            var folders = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Path.GetDirectoryName(root)!, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.'))
                .Where(folder => !folder.Contains(".obj", StringComparison.Ordinal));

            var namespaces = assembly.GetTypes()
                .Select(type => type.Namespace)
                .Where(name => name?.StartsWith("CaBridge", StringComparison.Ordinal) == true && name is not GeneratedNamespace);
            Assert.That(namespaces.Distinct(StringComparer.Ordinal), Is.SubsetOf(folders.Distinct(StringComparer.Ordinal).ToList()));
        }
    }

    [Test]
    public void Files_stay_readable() => Assert.That(
        FilesOf("*.cs").Where(file => new FileInfo(file).Length > MaxFileBytes && !file.Contains("/obj/", StringComparison.Ordinal)),
        Is.Empty);

    private static IEnumerable<string> FilesOf(string pattern) =>
        Sources.SelectMany(source => Directory.EnumerateFiles(source, pattern, SearchOption.AllDirectories));

    private static bool IsForbidden(string type) =>
        type is "System.Console" or "System.TimeProvider" or "System.Environment" or "System.Diagnostics.Stopwatch" or "System.Diagnostics.Process"
        || Array.Exists(
            (string[])["System.IO.", "System.Net.Sockets.", "System.Net.Http.", "System.Threading.", "System.Timers."],
            forbidden => type.StartsWith(forbidden, StringComparison.Ordinal));

    private static List<string> ReferencedTypes(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        return
        [
            .. metadata.TypeReferences.Select(metadata.GetTypeReference)
                .Where(type => type.ResolutionScope.Kind == HandleKind.AssemblyReference)
                .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"),
        ];
    }

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(project).Descendants(kind).Select(item => item.Attribute("Include")!.Value);
}
