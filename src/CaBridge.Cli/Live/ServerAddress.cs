using System.CommandLine;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;

namespace CaBridge.Cli.Live;

/// <summary>The options that say which server, and who asks.</summary>
internal sealed class ServerAddress
{
    public const string DefaultUrl = "http://127.0.0.1:50051";

    private const string TokenVariable = "CABRIDGE_TOKEN";
    private const int MaxMessageBytes = 256 * 1024 * 1024;

    /// <summary>By itself a channel tries no connection for up to two minutes after others have failed.</summary>
    private static readonly TimeSpan FirstReconnect = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestReconnect = TimeSpan.FromSeconds(5);

    private readonly Option<string> _server = new("--server")
    {
        Description = "The analysis server; https:// for TLS.",
        HelpName = "URL",
        DefaultValueFactory = _ => DefaultUrl,
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = $"A file with the bearer token that the server asks for; else the variable {TokenVariable}.",
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
    public GrpcChannel Open(ParseResult parsed)
    {
        var url = parsed.GetRequiredValue(_server);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"--server needs a URL, as {DefaultUrl}; it is '{url}'.");
        }

        var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, KeepAlivePingDelay = TimeSpan.FromSeconds(10), KeepAlivePingTimeout = TimeSpan.FromSeconds(5) };
        Secure(handler.SslOptions, parsed);
        var options = new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = MaxMessageBytes, MaxSendMessageSize = null };
        (options.InitialReconnectBackoff, options.MaxReconnectBackoff) = (FirstReconnect, LongestReconnect);
        if (Token(parsed) is { } token)
        {
            var credentials = CallCredentials.FromInterceptor((_, metadata) =>
            {
                metadata.Add("Authorization", $"Bearer {token}");
                return Task.CompletedTask;
            });
            var isEncrypted = address.Scheme is "https";
            options.Credentials = ChannelCredentials.Create(isEncrypted ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure, credentials);
            options.UnsafeUseInsecureChannelCallCredentials = !isEncrypted;
        }

        return GrpcChannel.ForAddress(address, options);
    }

    private static X509Certificate2Collection Authorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new UsageException($"'{file}' has no certificate.");
    }

    private void Secure(SslClientAuthenticationOptions tls, ParseResult parsed)
    {
        try
        {
            if (parsed.GetValue(_authority) is { } authority)
            {
                tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                tls.CertificateChainPolicy.CustomTrustStore.AddRange(Authorities(authority));
            }

            if (parsed.GetValue(_certificate) is { } certificate)
            {
                using var pem = X509Certificate2.CreateFromPemFile(certificate, parsed.GetValue(_key));
                tls.ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null)];
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UsageException($"A certificate cannot be used: {failure.Message}", failure);
        }
    }

    private string? Token(ParseResult parsed)
    {
        if (parsed.GetValue(_tokenFile) is not { } file)
        {
            return Environment.GetEnvironmentVariable(TokenVariable);
        }

        try
        {
            return File.ReadLines(file).Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0 && line[0] != '#')
                ?? throw new UsageException($"'{file}' has no token.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The token file '{file}' cannot be read: {failure.Message}", failure);
        }
    }
}
