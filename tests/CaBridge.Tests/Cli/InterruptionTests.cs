using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CaBridge.Cli;
using CaBridge.Tests.Captures;

namespace CaBridge.Tests.Cli;

/// <summary>Alone, as <see cref="Interruption"/> catches the signals of the whole process.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class InterruptionTests
{
    [TestCase(PosixSignal.SIGINT, 130)]
    [TestCase(PosixSignal.SIGTERM, 143)]
    public async Task Files_are_abandoned(PosixSignal signal, int exitCode)
    {
        using var interruption = new Interruption(isPipe: false, () => false);
        var caught = Catch(interruption, signal);

        Assert.That(interruption.Heed, Is.True.After(5_000, 1));
        Assert.That(await caught, Is.True);
        Assert.That(Assert.Throws<InterruptedException>(interruption.ThrowIfAbandoned).ExitCode, Is.EqualTo(exitCode));
    }

    [Test]
    public async Task Pipes_are_read_to_their_end_after_Ctrl_C()
    {
        using var interruption = new Interruption(isPipe: true, () => false);

        Assert.That((await Catch(interruption, PosixSignal.SIGINT), interruption.Heed()), Is.EqualTo((true, false)));
    }

    [TestCase(PosixSignal.SIGINT, PosixSignal.SIGINT)]
    [TestCase(PosixSignal.SIGTERM)]
    public async Task Pipes_that_end_early_are_answered(params PosixSignal[] signals)
    {
        using var interruption = new Interruption(isPipe: true, () => false);
        foreach (var signal in signals[..^1])
        {
            await Catch(interruption, signal);
        }

        var caught = Catch(interruption, signals[^1]);

        Assert.That(interruption.Heed, Is.True.After(5_000, 1));
        Assert.That(await caught, Is.True);
        Assert.That(interruption.ThrowIfAbandoned, Throws.Nothing);
    }

    [Test]
    public async Task Standard_input_is_brought_to_its_end_once()
    {
        var ended = 0;
        using var interruption = new Interruption(isPipe: true, () => ended++ == 0);

        Assert.That((await Catch(interruption, PosixSignal.SIGTERM), interruption.Heed(), ended), Is.EqualTo((true, false, 1)));
        Assert.That((await Catch(interruption, PosixSignal.SIGTERM), ended), Is.EqualTo((false, 2)));
    }

    /// <summary>To analyze, the frames wait in the reader, to be put in order, when the signal comes.</summary>
    [TestCase("analyze", "Latency by server")]
    [TestCase("decode", "CREATE_CHAN")]
    public void A_pipe_that_is_silent_is_answered_at_SIGTERM(string command, string answer)
    {
        var start = ToolProgram.With(command, "-");
        start.RedirectStandardInput = true;
        using var process = Process.Start(start)!;

        var output = process.StandardOutput.ReadToEndAsync();

        // more than pipes hold: once it is written, somebody listens
        process.StandardInput.BaseStream.Write(File.ReadAllBytes(GoldenCapture.Named("ioc-startup").FilePath));
        process.StandardInput.BaseStream.Flush();
        Terminate(process);
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.Zero);
        Assert.That(output.Result, Does.Contain(answer));
    }

    [Test]
    public void A_pipe_is_decoded_as_it_comes()
    {
        var start = ToolProgram.With("decode", "-");
        start.RedirectStandardInput = true;
        using var process = Process.Start(start)!;

        // the pipe stays open
        process.StandardInput.BaseStream.Write(File.ReadAllBytes(GoldenCapture.Named("ioc-startup").FilePath).AsSpan(0, 20_000));
        process.StandardInput.BaseStream.Flush();
        var line = Task.Run(process.StandardOutput.ReadLine);

        Assert.That(line.Wait(30_000), Is.True);
        Assert.That(line.Result, Does.Contain(" udp ").Or.Contain(" tcp "));
        process.StandardInput.Close();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
    }

    [Test]
    public async Task A_signal_that_nobody_heeds_ends_the_process()
    {
        using var interruption = new Interruption(isPipe: true, () => false);

        Assert.That(await Catch(interruption, PosixSignal.SIGTERM), Is.False);
    }

    [Test]
    public void Decoding_ends_with_a_whole_line()
    {
        using var process = Process.Start(ToolProgram.With("decode", GoldenCapture.Named("catime").FilePath))!;

        // nobody takes more than a pipe holds until the signal has been sent
        _ = process.StandardOutput.ReadLine();
        Terminate(process);
        var rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.EqualTo(143));
        Assert.That(rest, Does.EndWith("\n"));
        Assert.That(rest.Count(character => character == '\n'), Is.LessThan(200_000));
    }

    private static void Terminate(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <returns>Whether the signal was kept from ending the process.</returns>
    private static Task<bool> Catch(Interruption interruption, PosixSignal signal) => Task.Run(() =>
    {
        var context = new PosixSignalContext(signal);
        interruption.Take(context);
        return context.Cancel;
    });
}
