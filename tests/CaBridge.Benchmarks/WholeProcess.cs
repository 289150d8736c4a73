using System.Diagnostics;
using System.Globalization;

namespace CaBridge.Benchmarks;

/// <summary>Times whole processes in turn: <c>cabridge analyze FILE</c> and <c>tcpdump -r FILE -w /dev/null</c>.</summary>
internal static class WholeProcess
{
    public static int Compare(string file, string cabridge, int runs, long bytes)
    {
        if (!File.Exists(file))
        {
            Console.WriteLine($"{file}: {LargeCapture.Write(file, bytes)} frames written");
        }

        Measure(cabridge, ["analyze", file]);
        Measure("tcpdump", ["-r", file, "-w", "/dev/null"]);
        var ratios = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            var ours = Measure(cabridge, ["analyze", file]);
            var theirs = Measure("tcpdump", ["-r", file, "-w", "/dev/null"]);
            ratios.Add(ours.Seconds / theirs.Seconds);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"cabridge {ours.Seconds:F3} s, {ours.PeakBytes / 1e6:F0} MB; tcpdump {theirs.Seconds:F3} s; ratio {ratios[^1]:F2}"));
        }

        ratios.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median ratio {ratios[ratios.Count / 2]:F2}"));
        return 0;
    }

    private static (double Seconds, long PeakBytes) Measure(string program, string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var peak = 0L;
        var output = process.StandardOutput.ReadToEndAsync();
        while (!process.WaitForExit(20))
        {
            peak = Math.Max(peak, PeakOf(process));
        }

        watch.Stop();
        output.Wait();
        errors.Wait();
        return process.ExitCode == 0
            ? (watch.Elapsed.TotalSeconds, peak)
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.Result}");
    }

    /// <returns>Bytes; 0 once the process has ended, which may be at any moment.</returns>
    private static long PeakOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }
}
