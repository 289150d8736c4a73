using System.Text.RegularExpressions;
using CaBridge.Tests.Captures;
using CaBridge.Tests.Server;

namespace CaBridge.Tests.Cli.Live;

/// <summary>What an agent says where it cannot do what it is told: one sentence, and the documented exit code.</summary>
[TestFixture, Parallelizable]
internal sealed partial class CaptureFaultTests
{
    private const int Usage = 2;
    private const int Unreadable = 3;

    private static readonly string Capture = GoldenCapture.Named("cooked1").FilePath;

    [TestCase(Usage, "-i names a device twice.", "-i", "lo", "-i", "lo")]
    [TestCase(Usage, "--buffer needs a whole number from 1 to 1024.", "-i", "lo", "--buffer", "5000")]
    [TestCase(Usage, "--server needs a URL, as http://127.0.0.1:50051; it is 'ftp://x'.", "-i", "lo", "--server", "ftp://x")]
    [TestCase(Usage, "The token file '/no/token' cannot be read: ", "-i", "lo", "--token-file", "/no/token")]
    [TestCase(Usage, "A certificate cannot be used: ", "-i", "lo", "--ca", "/no/ca")]
    [TestCase(Usage, "'/dev/null' has no certificate.", "-i", "lo", "--ca", "/dev/null")]
    [TestCase(Unreadable, "There is no file '/no/file'.", "-r", "/no/file")]
    [TestCase(Unreadable, "There is no device 'eth77' to capture on; ", "-i", "eth77")]
    public void One_sentence_says_what_is_wrong(int exitCode, string sentence, params string[] options)
    {
        var run = Tool.Run(["capture", .. options]);

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((exitCode, "")), run.Errors);
        Assert.That(run.Errors, Does.StartWith($"cabridge: {sentence}").And.Not.Contain("   at "));
    }

    [Test]
    public void Server_that_is_not_there_is_told_once_with_the_cause([Values] bool isInterrupt)
    {
        using var agent = ServerProgram.StartAgent("http://127.0.0.1:1", readsInput: false, "-r", Capture);
        agent.WaitFor(Away());
        var (exitCode, _) = isInterrupt ? agent.Interrupt() : agent.Terminate();

        Assert.That(exitCode, Is.EqualTo(isInterrupt ? 130 : 143));
        Assert.That(agent.Text, Does.Match(
            """
            \Acabridge: the server is away, trying again: Connection refused
            cabridge: the server did not confirm the last [0-9]+ packets: they are lost, if it did not get them\z
            """));
    }

    [Test]
    public void Certificate_of_a_stranger_is_told()
    {
        using var files = new TestCertificates();
        var (servers, strangers) = (files.Authority("servers"), files.Authority("strangers"));
        using var server = new ServerProgram(0, $"--CaBridge:Security:CertificateFile={files.Leaf("servers", "server")}");
        using var agent = ServerProgram.StartAgent($"https://127.0.0.1:{server.Port}", readsInput: false, "-r", Capture, "--ca", strangers);
        using var known = ServerProgram.StartAgent($"https://127.0.0.1:{server.Port}", readsInput: false, "-r", Capture, "--ca", servers);

        Assert.That(known.WaitForExit(), Is.Zero, known.Text);
        Assert.That(agent.WaitFor(Away())[0].Value, Does.Contain("certificate"));
    }

    [GeneratedRegex("the server is away.*", RegexOptions.NonBacktracking)]
    private static partial Regex Away();
}
