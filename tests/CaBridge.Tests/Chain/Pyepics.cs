using System.Diagnostics;
using System.Text.RegularExpressions;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Chain;

/// <summary>EPICS' own client library as Debian's python3-pyepics has it, and a small server for it, on the loopback.</summary>
internal static partial class Pyepics
{
    private const string Python = "/usr/bin/python3";

    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "pyepics");

    /// <summary>Skips the test where it is not installed; tests/run.sh lets nothing be skipped where CI=true.</summary>
    public static void Require()
    {
        using var check = new StartedProgram(new ProcessStartInfo(Python, ["-c", "import epics"]));
        if (check.WaitForExit() != 0)
            Assert.Ignore($"LIBCA IS NOT TESTED: python3-pyepics is not installed: {check.Text}");
    }

    /// <summary>Serves when it tells <see cref="Ready"/>.</summary>
    public static ProcessStartInfo Server() => new(Python, [Path.Combine(Folder, "server.py")]);

    /// <summary>Connects to <c>sim:ai</c>, reads, writes with callback, monitors what it wrote, and ends.</summary>
    public static ProcessStartInfo Client() =>
        new("env", ["EPICS_CA_ADDR_LIST=127.0.0.1", "EPICS_CA_AUTO_ADDR_LIST=NO", Python, Path.Combine(Folder, "client.py")]);

    [GeneratedRegex("^ready$", RegexOptions.NonBacktracking)]
    public static partial Regex Ready();
}
