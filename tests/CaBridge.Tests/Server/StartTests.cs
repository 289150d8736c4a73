using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CaBridge.Server;

namespace CaBridge.Tests.Server;

/// <summary>The program as users start it.</summary>
[TestFixture]
public sealed class StartTests
{
    [Test]
    public async Task Help_and_version_are_told()
    {
        Assert.That(await RunAsync("--help"), Is.EqualTo((ExitCode.Success, Help.Text(), "")));
        Assert.That(await RunAsync("--version"), Is.EqualTo((ExitCode.Success, $"cabridge-server {Help.Version}\n", "")));
    }

    [Test]
    public async Task Wrong_use_is_one_sentence()
    {
        Assert.That(
            await RunAsync("--CaBridge:Live:MaxSession=5"), Is.EqualTo((ExitCode.WrongUse, "", "cabridge-server: There is no option CaBridge:Live:MaxSession; --help lists them.\n")));
        Assert.That(
            await RunAsync("--CaBridge:Security:AgentTokenFile=/no/such/file"),
            Is.EqualTo((ExitCode.WrongUse, "", "cabridge-server: The token file '/no/such/file' cannot be read: Could not find a part of the path '/no/such/file'.\n")));
    }

    [Test]
    public async Task Address_in_use_is_one_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var (code, output, error) = await RunAsync($"--grpc={other.LocalEndpoint}", "--http=127.0.0.1:0");

        Assert.That((code, output), Is.EqualTo((ExitCode.CannotListen, "")));
        Assert.That(error, Does.Match($@"\Acabridge-server: .*{other.LocalEndpoint}.* already in use\.\n\z"));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var program = Path.Combine(TestContext.CurrentContext.TestDirectory, "cabridge-server.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true });
        Assert.That(process, Is.Not.Null);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
