using System.Net.Sockets;
using CaBridge.Server;
using CaBridge.Server.Security;

try
{
    var line = CommandLine.Parse(args);
    if (line.AsksHelp || line.AsksVersion)
    {
        Console.Out.Write(line.AsksHelp ? Help.Text() : $"cabridge-server {Help.Version}{Environment.NewLine}");
        return ExitCode.Success;
    }

    await using var app = ServerHost.Create(line);
    return await ServerHost.RunAsync(app);
}
catch (StartException failure)
{
    await Console.Error.WriteLineAsync($"cabridge-server: {failure.Message}");
    return ExitCode.WrongUse;
}
catch (Exception failure) when (failure is IOException or SocketException)
{
    await Console.Error.WriteLineAsync($"cabridge-server: The server cannot listen as told: {failure.Message}");
    return ExitCode.CannotListen;
}
