using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;

namespace CaBridge.Agent;

/// <summary>Makes channels to analysis servers.</summary>
public static class ServerConnection
{
    private const int MaxMessageBytes = 256 * 1024 * 1024;

    /// <summary>By itself a channel tries no connection for up to two minutes after others have failed.</summary>
    private static readonly TimeSpan FirstReconnect = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestReconnect = TimeSpan.FromSeconds(5);

    /// <summary>Connects with the first call.</summary>
    /// <exception cref="UsageException">The address is none, or a file cannot be used.</exception>
    public static GrpcChannel Open(ServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"--server needs a URL, as {ServerOptions.DefaultUrl}; it is '{options.Url}'.");
        }

        var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, KeepAlivePingDelay = TimeSpan.FromSeconds(10), KeepAlivePingTimeout = TimeSpan.FromSeconds(5) };
        Secure(handler.SslOptions, options);
        var settings = new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = MaxMessageBytes, MaxSendMessageSize = null };
        (settings.InitialReconnectBackoff, settings.MaxReconnectBackoff) = (FirstReconnect, LongestReconnect);
        if (Token(options.TokenFile) is { } token)
        {
            var credentials = CallCredentials.FromInterceptor((_, metadata) =>
            {
                metadata.Add("Authorization", $"Bearer {token}");
                return Task.CompletedTask;
            });
            var isEncrypted = address.Scheme is "https";
            settings.Credentials = ChannelCredentials.Create(isEncrypted ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure, credentials);
            settings.UnsafeUseInsecureChannelCallCredentials = !isEncrypted;
        }

        return GrpcChannel.ForAddress(address, settings);
    }

    private static void Secure(SslClientAuthenticationOptions tls, ServerOptions options)
    {
        try
        {
            if (options.AuthorityFile is { } authority)
            {
                tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                tls.CertificateChainPolicy.CustomTrustStore.AddRange(Authorities(authority));
            }

            if (options.CertificateFile is { } certificate)
            {
                using var pem = X509Certificate2.CreateFromPemFile(certificate, options.KeyFile);
                tls.ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null)];
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UsageException($"A certificate cannot be used: {failure.Message}", failure);
        }
    }

    private static X509Certificate2Collection Authorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new UsageException($"'{file}' has no certificate.");
    }

    private static string? Token(string? file)
    {
        if (file is null)
        {
            return Environment.GetEnvironmentVariable(ServerOptions.TokenVariable);
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
