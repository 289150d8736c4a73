using CaBridge.Tests.Captures;
using CaBridge.Tests.Cli;
using CaBridge.Tests.Kit;

namespace CaBridge.Tests.Server;

/// <summary>Who may do what, and where the server may listen.</summary>
[TestFixture]
internal sealed class SecurityTests
{
    private const int Refused = 5;
    private const string AgentToken = "agent-0123456789abcdef";
    private const string ReaderToken = "reader-0123456789abcdef";

    private readonly TestCertificates _files = new();
    private ServerProgram? _byToken;

    private ServerProgram ByToken => _byToken!;

    [OneTimeSetUp]
    public void Start() => _byToken = new ServerProgram(
        0,
        $"--CaBridge:Security:AgentTokenFile={_files.Write("agents", $"# agents\n{AgentToken}\n")}",
        $"--CaBridge:Security:ReaderTokenFile={_files.Write("readers", $"{ReaderToken}\n")}");

    [OneTimeTearDown]
    public void Stop()
    {
        _byToken?.Dispose();
        _files.Dispose();
    }

    [TestCase(AgentToken, 0, "packets sent")]
    [TestCase(ReaderToken, Refused, "does not give the right to send packets")]
    [TestCase("wrong-0123456789abcdef", Refused, "asks for a token or a client certificate")]
    [TestCase(null, Refused, "asks for a token or a client certificate")]
    public void Agents_send(string? token, int exitCode, string sentence)
    {
        var (code, text) = Run(["capture", "-r", GoldenCapture.Named("cooked1").FilePath, "--server", ByToken.Url, .. Token(token)]);

        Assert.That((code, text), Is.EqualTo((exitCode, text)), text);
        Assert.That(text, Does.StartWith("cabridge: ").And.Contain(sentence).And.Not.Contain("   at "));
    }

    [TestCase(ReaderToken, 0, "")]
    [TestCase(AgentToken, Refused, "does not give the right to read")]
    [TestCase("wrong-0123456789abcdef", Refused, "asks for a token or a client certificate")]
    [TestCase(null, Refused, "asks for a token or a client certificate")]
    public void Readers_read(string? token, int exitCode, string sentence)
    {
        var (code, text) = Run(["stats", "--format", "json", "--server", ByToken.Url, .. Token(token)]);

        Assert.That(code, Is.EqualTo(exitCode), text);
        Assert.That(text, Does.Contain(sentence).And.Not.Contain("   at "));
    }

    [Test]
    public void Certificates_give_rights()
    {
        var (servers, agents) = (_files.Authority("servers"), _files.Authority("agents-ca"));
        _files.Authority("strangers");
        using var server = ServerProgram.Start(
            "--grpc=127.0.0.1:0",
            $"--CaBridge:Security:CertificateFile={_files.Leaf("servers", "server")}",
            $"--CaBridge:Security:AgentAuthorityFile={agents}");
        var url = $"https://127.0.0.1:{server.WaitFor(ServerProgram.Listening())[0].Groups["port"].Value}";

        AssertSending(0, "packets sent", "--ca", servers, "--cert", _files.Leaf("agents-ca", "agent"));
        AssertSending(Refused, "asks for a token or a client certificate", "--ca", servers);
        AssertSending(Refused, "asks for a token or a client certificate", "--ca", servers, "--cert", _files.Leaf("strangers", "stranger"));
        AssertSending(Refused, "asks for a token or a client certificate", "--ca", servers, "--cert", _files.Leaf("agents-ca", "late", isExpired: true));
        var (code, text) = Run(["stats", "--server", url, "--ca", servers, "--cert", _files.Leaf("agents-ca", "curious")]);
        Assert.That((code, text.Contains("does not give the right", StringComparison.Ordinal)), Is.EqualTo((Refused, true)), text);
        (code, text) = Run(["stats", "--server", url]);
        Assert.That((code, text.Contains("certificate", StringComparison.Ordinal)), Is.EqualTo((Refused, true)), text);

        void AssertSending(int exitCode, string sentence, params string[] arguments)
        {
            var (code, text) = Run(["capture", "-r", GoldenCapture.Named("cooked1").FilePath, "--server", url, .. arguments]);
            Assert.That((code, text.Contains(sentence, StringComparison.Ordinal)), Is.EqualTo((exitCode, true)), text);
        }
    }

    [TestCase("--grpc=0.0.0.0:0")]
    [TestCase("--grpc=127.0.0.1:0", "--http=[::]:0")]
    public void Open_address_needs_TLS(params string[] options) => AssertNoStart(options, "TLS");

    [Test]
    public void Open_address_with_TLS_needs_peers_that_are_known()
    {
        _files.Authority("alone");
        AssertNoStart(["--grpc=0.0.0.0:0", $"--CaBridge:Security:CertificateFile={_files.Leaf("alone", "alone-server")}"], "token files or certificate authorities");
    }

    [TestCase("nowhere:5", "must be an address and a port")]
    [TestCase("127.0.0.1:0", "cannot be read", "--CaBridge:Security:AgentTokenFile=/nowhere/tokens")]
    [TestCase("127.0.0.1:0", "cannot be read", "--CaBridge:Security:CertificateFile=/nowhere/server.pem")]
    [TestCase("127.0.0.1:0", "cannot be read", "--CaBridge:Security:ReaderAuthorityFile=/nowhere/ca.pem")]
    public void What_cannot_be_used_is_told(string address, string sentence, params string[] options) =>
        AssertNoStart([$"--grpc={address}", "--http=127.0.0.1:0", .. options], sentence);

    [Test]
    public void Address_in_use_is_told()
    {
        using var server = ServerProgram.Start($"--grpc=127.0.0.1:{ByToken.Port}", "--http=127.0.0.1:0");

        Assert.That(server.WaitForExit(), Is.EqualTo(3), server.Text);
        Assert.That(server.Text, Does.Contain("cabridge-server: ").And.Contain("in use").And.Not.Contain("   at "));
    }

    [Test]
    public void Insecure_works_and_shouts()
    {
        using var server = ServerProgram.Start("--grpc=0.0.0.0:0", "--http=127.0.0.1:0", "--insecure");
        var port = server.WaitFor(ServerProgram.Listening())[0].Groups["port"].Value;

        Assert.That(server.Text, Does.Contain("INSECURE"));
        var (code, text) = Run(["stats", "--format", "json", "--server", $"http://127.0.0.1:{port}"]);
        Assert.That(code, Is.Zero, text);
    }

    private static (int ExitCode, string Text) Run(string[] arguments)
    {
        var start = ToolProgram.With(arguments);
        start.Environment.Remove("CABRIDGE_TOKEN");
        using var program = new StartedProgram(start);
        return (program.WaitForExit(), program.Text);
    }

    private static void AssertNoStart(string[] options, string sentence)
    {
        using var server = ServerProgram.Start(options);

        Assert.That(server.WaitForExit(), Is.EqualTo(2), server.Text);
        Assert.That(server.Text, Does.StartWith("cabridge-server: ").And.Contain(sentence).And.Not.Contain("   at "));
    }

    private string[] Token(string? token) => token is null ? [] : ["--token-file", _files.Write($"token{token}", token)];
}
