using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CaBridge.Tests.Kit;

namespace CaBridge.Benchmarks;

/// <summary>
/// What Wireshark waits for: how long the extcap takes to list its interfaces and to bring the first packet, in turn with a shell script that does no
/// more than it must; and how old packets are when they come out of the pipe. Captures on the loopback: needs the right to.
/// </summary>
internal static class ExtcapStart
{
    private const uint EnhancedPacket = 6;
    private const int HeadBytes = 20;

    /// <summary>A port where nobody listens: what is sent there is seen all the same.</summary>
    private const int Port = 5064;

    /// <param name="program">The published <c>cabridge-extcap</c>.</param>
    public static int Compare(string program, int runs)
    {
        var folder = Directory.CreateTempSubdirectory("cabridge").FullName;
        using var end = new CancellationTokenSource();
        var talking = Task.Factory.StartNew(() => Talk(end.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            var fifo = Path.Combine(folder, "fifo");
            using (var made = Process.Start("mkfifo", [fifo]))
            {
                made.WaitForExit();
            }

            var script = Script(folder);
            Report("listing", Turns(runs, script, program, path => Time(path, ["--extcap-interfaces", "--extcap-version=4.0"])));
            Report("first packet", Turns(runs, script, program, path => FirstPacket(path, fifo)));
            ReportAges(program, fifo);
        }
        finally
        {
            end.Cancel();
            talking.Wait(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static (List<double> Script, List<double> Program) Turns(int runs, string script, string program, Func<string, double> milliseconds)
    {
        List<double> ofScript = [], ofProgram = [];
        for (var run = 0; run < runs; run++)
        {
            ofScript.Add(milliseconds(script));
            ofProgram.Add(milliseconds(program));
        }

        ofScript.Sort();
        ofProgram.Sort();
        return (ofScript, ofProgram);
    }

    private static void Report(string what, (List<double> Script, List<double> Program) times) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: extcap median {Median(times.Program):F1} ms, most {times.Program[^1]:F1} ms; trivial script median {Median(times.Script):F1} ms, most {times.Script[^1]:F1} ms; {Median(times.Program) / Median(times.Script):F1} x"));

    private static double Median(List<double> sorted) => sorted[sorted.Count / 2];

    private static double Time(string path, string[] arguments)
    {
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(path, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    /// <summary>From the call to the first packet in the pipe.</summary>
    private static double FirstPacket(string path, string fifo)
    {
        var begun = Stopwatch.GetTimestamp();
        using var process = Start(path, fifo);
        using var pipe = File.OpenRead(fifo);
        NextPacketTime(pipe);
        var took = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        pipe.Dispose();
        process.WaitForExit();
        return took;
    }

    private static void ReportAges(string path, string fifo)
    {
        const int Packets = 5000;
        using var process = Start(path, fifo);
        using var pipe = File.OpenRead(fifo);
        List<double> ages = [];
        while (ages.Count < Packets)
        {
            var at = NextPacketTime(pipe);
            ages.Add(((DateTime.UtcNow - DateTime.UnixEpoch).Ticks - (at / 100)) / (double)TimeSpan.TicksPerMillisecond);
        }

        pipe.Dispose();
        process.WaitForExit();
        ages.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"age in the pipe at 1,000 packets/s: p50 {Median(ages):F1} ms, p99 {ages[ages.Count * 99 / 100]:F1} ms, most {ages[^1]:F1} ms"));
    }

    private static Process Start(string path, string fifo) => Process.Start(
        path, ["--capture", "--extcap-interface", "cabridge", "--device", "lo", "--extcap-capture-filter", $"udp dst port {Port}", "--fifo", fifo]);

    /// <returns>Nanoseconds since 1970.</returns>
    private static long NextPacketTime(Stream pipe)
    {
        var head = new byte[HeadBytes];
        while (true)
        {
            pipe.ReadExactly(head.AsSpan(0, 8));
            var rest = new byte[BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4)) - 8];
            pipe.ReadExactly(rest);
            if (BinaryPrimitives.ReadUInt32LittleEndian(head) == EnhancedPacket)
            {
                return ((long)BinaryPrimitives.ReadUInt32LittleEndian(rest.AsSpan(4)) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(rest.AsSpan(8));
            }
        }
    }

    /// <summary>Searches, a thousand in a second.</summary>
    private static void Talk(CancellationToken end)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var search = Ca.Search(1, "bench:ai");
        while (!end.IsCancellationRequested)
        {
            socket.SendTo(search, new IPEndPoint(IPAddress.Loopback, Port));
            Thread.Sleep(1);
        }
    }

    /// <summary>Lists an interface, and captures one packet that it has beforehand.</summary>
    private static string Script(string folder)
    {
        var packet = Path.Combine(folder, "packet.pcapng");
        using (var writer = new CaBridge.Capture.PcapngWriter(File.Create(packet), new CaBridge.Capture.PcapngWriterOptions()))
        {
            writer.AddInterface(new CaBridge.Capture.CaptureInterface("lo", Description: null, Analysis.Packets.LinkType.Ethernet, SnapLengthBytes: 0));
            writer.Write(new Analysis.Packets.Packet(default, frame: 1, Analysis.Packets.LinkType.Ethernet, new byte[60], originalLength: 60));
        }

        var script = Path.Combine(folder, "trivial");
        File.WriteAllText(
            script,
            $"""
            #!/bin/sh
            case "$1" in
            --capture) while [ "$1" != --fifo ]; do shift; done; cat {packet} > "$2" ;;
            *) echo 'extcap {"{version=1.0}"}'; echo 'interface {"{value=trivial}{display=Trivial}"}' ;;
            esac

            """);
        using (var made = Process.Start("chmod", ["+x", script]))
        {
            made.WaitForExit();
        }

        return script;
    }
}
