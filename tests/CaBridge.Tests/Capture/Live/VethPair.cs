using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Capture.Live;

/// <summary>
/// Two network namespaces joined by a cable: what one end sends, and nothing else, comes out of the other. The kernel says nothing on it by itself:
/// it has no addresses.
/// </summary>
internal sealed class VethPair : IDisposable
{
    public const string Near = "near0";
    public const string Far = "far0";

    private const int NewNetwork = 0x4000_0000;

    private static int _count;

    private readonly string _near;
    private readonly string _far;

    private VethPair(string name) => (_near, _far) = (name + "n", name + "f");

    /// <summary>Skips the test where there may be no namespaces; tests/run.sh lets nothing be skipped where CI=true.</summary>
    public static VethPair Create()
    {
        var pair = new VethPair(string.Create(CultureInfo.InvariantCulture, $"cabridge{Environment.ProcessId}-{Interlocked.Increment(ref _count)}"));
        if (!Environment.IsPrivilegedProcess)
            Assert.Ignore("LIVE CAPTURE IS NOT TESTED: network namespaces need root.");
        var made = Run("ip", "netns", "add", pair._near);
        if (made.ExitCode != 0)
            Assert.Ignore($"LIVE CAPTURE IS NOT TESTED: no network namespace can be made here: {made.Errors}");

        Demand("ip", "netns", "add", pair._far);
        foreach (var space in (string[])[pair._near, pair._far])
            Demand("ip", "netns", "exec", space, "sh", "-c", "for file in /proc/sys/net/ipv6/conf/*/disable_ipv6; do [ ! -e $file ] || echo 1 > $file; done");
        Demand("ip", "link", "add", Near, "netns", pair._near, "mtu", "65535", "type", "veth", "peer", "name", Far, "netns", pair._far, "mtu", "65535");
        Demand("ip", "-n", pair._near, "link", "set", Near, "up");
        Demand("ip", "-n", pair._far, "link", "set", Far, "up");
        return pair;
    }

    /// <summary>Runs on a thread in the far namespace; what is opened there stays there.</summary>
    public T AtFarEnd<T>(Func<T> work)
    {
        T? result = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            using var space = File.OpenHandle($"/run/netns/{_far}");
            Assert.That(setns((int)space.DangerousGetHandle(), NewNetwork), Is.Zero, "setns");
            try
            {
                result = work();
            }
            catch (Exception exception) when (exception is CaBridge.Capture.CaptureException)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw failure;
    }

    /// <summary>The same program, there.</summary>
    public ProcessStartInfo AtFarEnd(ProcessStartInfo start) => new("ip", ["netns", "exec", _far, start.FileName, .. start.ArgumentList]);

    /// <summary>Sends as <see cref="Replay"/>, beside the test.</summary>
    public StartedProgram StartReplay(string path, params string[] options) => new(new ProcessStartInfo("ip", Tcpreplay(path, options)));

    /// <summary>Sends the frames of a pcap file from the near end with tcpreplay.</summary>
    /// <returns>What it says of itself.</returns>
    public string Replay(string path, params string[] options) =>
        Demand("ip", Tcpreplay(path, options));

    public void FarLink(params string[] command) => Demand("ip", ["-n", _far, "link", .. command]);

    public void Dispose()
    {
        Run("ip", "netns", "del", _near);
        Run("ip", "netns", "del", _far);
    }

    public static string Demand(string program, params string[] arguments)
    {
        var (exitCode, output, errors) = Run(program, arguments);
        return exitCode == 0 ? output : throw new AssertionException($"{program} {string.Join(' ', arguments)} ended with {exitCode}: {errors}");
    }

    private string[] Tcpreplay(string path, string[] options) => ["netns", "exec", _near, "tcpreplay", "-i", Near, .. options, path];

    private static (int ExitCode, string Output, string Errors) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setns(int descriptor, int kind);
}
