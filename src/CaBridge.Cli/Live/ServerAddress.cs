using System.CommandLine;
using CaBridge.Agent;
using Grpc.Net.Client;

namespace CaBridge.Cli.Live;

/// <summary>The options that say which server, and who asks.</summary>
internal sealed class ServerAddress
{
    private readonly Option<string> _server = new("--server")
    {
        Description = "The analysis server; https:// for TLS.",
        HelpName = "URL",
        DefaultValueFactory = _ => ServerOptions.DefaultUrl,
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = $"A file with the bearer token that the server asks for; else the variable {ServerOptions.TokenVariable}.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _authority = new("--ca") { Description = "Certificate authorities that the server's certificate may be of, as PEM.", HelpName = "FILE" };
    private readonly Option<string?> _certificate = new("--cert") { Description = "The client certificate to show, as PEM.", HelpName = "FILE" };
    private readonly Option<string?> _key = new("--key") { Description = "Its private key, as PEM, where --cert does not have it.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_server, _tokenFile, _authority, _certificate, _key])
        {
            command.Add(option);
        }
    }

    /// <exception cref="UsageException">The address is none, or a file cannot be used.</exception>
    public GrpcChannel Open(ParseResult parsed) => ServerConnection.Open(new ServerOptions
    {
        Url = parsed.GetRequiredValue(_server),
        TokenFile = parsed.GetValue(_tokenFile),
        AuthorityFile = parsed.GetValue(_authority),
        CertificateFile = parsed.GetValue(_certificate),
        KeyFile = parsed.GetValue(_key),
    });
}
